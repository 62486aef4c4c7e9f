"""The card *Model and recipe*: what will be trained and how; read-only under a preset, a form under Custom."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from codegen_desktop.config import TrainingOptions
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.ui import theme
from codegen_desktop.ui.training.choosing import ChoosingStrip
from codegen_desktop.ui.training.recipe_form import RecipeForm, problems
from codegen_desktop.ui.widgets.labels import label, line

Fact = tuple[str, str]


def facts(
    options: TrainingOptions, vocabulary: int | None, snippets: int | None = None
) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The lines about the model and about the recipe; what the vocabulary decides is "–" until it is known.

    `snippets` is how many the dataset has; where it has fewer than are wished, all of them are used.
    """
    fewer = snippets is not None and snippets < options.snippets
    known = vocabulary is not None
    shape = ModelShape(
        vocabulary or 0, options.layers, options.width, options.heads, options.feed_forward, options.context
    )
    model = (
        ("Layers × heads", f"{options.layers} × {options.heads}"),
        ("Width", f"{options.width:,}"),
        ("Context", f"{options.context} tokens"),
        ("Vocabulary", f"{vocabulary:,}" if known else "–"),
        ("Parameters", f"{shape.parameters:,}" if known else "–"),
    )
    recipe = (
        ("Snippets", f"all {snippets:,}" if fewer else f"{options.snippets:,}"),
        ("Epochs", str(options.epochs)),
        ("Batch", f"{options.batch} snippets"),
        ("Optimizer", "Muon" if options.optimizer == "muon" else "AdamW"),
        ("Learning rate", f"{options.learning_rate:g}"),
        ("Seed", str(options.seed)),
    )
    return model, recipe


def problem(options: TrainingOptions) -> str:
    """Why these options cannot be trained together; empty where they can."""
    return next(iter(problems(options.model_dump()).values()), "")


class Recipe(QWidget):
    """Shows options; in Custom they can be changed, and every valid change is told."""

    options_changed = Signal(object)
    problem_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = TrainingOptions()
        self._vocabulary: int | None = None
        self._snippets: int | None = None
        self._values: dict[str, QLabel] = {}
        self._summary = self._make_summary()
        self.form = RecipeForm()

        self.choosing = ChoosingStrip()
        column = QVBoxLayout(self)
        theme.space(column, 0, 0)
        column.addWidget(self.choosing)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)
        self._stack.addWidget(self._summary)
        self._stack.addWidget(self.form)

        self.form.options_changed.connect(self._on_form_options_changed)
        self.form.problem_changed.connect(self.problem_changed)
        self.set_options(self._options)

    def _make_summary(self) -> QWidget:
        summary = QWidget()
        grid = QGridLayout(summary)
        theme.space(grid, (14, 0, 14, 10), 4)
        row = 0
        for group in facts(self._options, None):
            if row:
                grid.addWidget(line(), row, 0, 1, 2)
                row += 1
            for name, value in group:
                shown = label(value, selectable=True)
                shown.setAlignment(Qt.AlignmentFlag.AlignRight)
                self._values[name] = shown
                grid.addWidget(label(name, "secondary"), row, 0)
                grid.addWidget(shown, row, 1)
                row += 1
        grid.setRowStretch(row, 1)
        scroll = QScrollArea()
        scroll.setAccessibleName("Model and recipe")
        scroll.setWidgetResizable(True)
        scroll.setWidget(summary)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        summary.setAutoFillBackground(False)
        return scroll

    @property
    def options(self) -> TrainingOptions:
        """What is shown."""
        return self._options

    @property
    def problem(self) -> str:
        """What is wrong with what is shown; empty where it can be trained."""
        return self.form.problem if self._options.preset == "custom" else ""

    def set_options(self, options: TrainingOptions) -> None:
        """Show options: as a form under Custom, else as facts."""
        self._options = options
        self.form.set_options(options)
        self._show_facts()
        self._stack.setCurrentWidget(self.form if options.preset == "custom" else self._summary)

    def set_material(self, vocabulary: int | None, snippets: int | None) -> None:
        """How many tokens the model would know, and how many snippets there are; None where that is not known."""
        self._vocabulary, self._snippets = vocabulary, snippets
        self._show_facts()

    def set_locked(self, locked: bool) -> None:
        """A running training keeps its options."""
        self.form.setEnabled(not locked)

    def _show_facts(self) -> None:
        for group in facts(self._options, self._vocabulary, self._snippets):
            for name, value in group:
                self._values[name].setText(value)
                self._values[name].setAccessibleName(f"{name}: {value}")

    def _on_form_options_changed(self, options: TrainingOptions) -> None:
        self._options = options
        self._show_facts()
        self.options_changed.emit(options)

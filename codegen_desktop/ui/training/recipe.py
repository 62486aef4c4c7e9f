"""The card *Model and recipe*: what will be trained and how; read-only under a preset, a form under Custom."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
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
from codegen_desktop.ui.widgets.labels import label, line
from codegen_desktop.ui.widgets.option_control import controls, level

Fact = tuple[str, str]


def facts(options: TrainingOptions, vocabulary: int | None) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The lines about the model and about the recipe; what the vocabulary decides is "–" until it is known."""
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
        ("Snippets", f"{options.snippets:,}"),
        ("Epochs", str(options.epochs)),
        ("Batch", f"{options.batch} snippets"),
        ("Optimizer", "Muon" if options.optimizer == "muon" else "AdamW"),
        ("Learning rate", f"{options.learning_rate:g}"),
        ("Seed", str(options.seed)),
    )
    return model, recipe


def problem(options: TrainingOptions) -> str:
    """Why these options cannot be trained together; empty where they can."""
    if options.width % options.heads or options.width // options.heads % 2:
        return (
            f"Width {options.width} cannot be shared by {options.heads} heads: choose heads that leave an even width."
        )
    return ""


class Recipe(QWidget):
    """Shows options; in Custom they can be changed, and every valid change is told."""

    options_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = TrainingOptions()
        self._vocabulary: int | None = None
        self._values: dict[str, QLabel] = {}
        self._controls = controls(TrainingOptions, "preset", parent=self)
        self._problem = label("", "error", wrap=True)
        self._summary = self._make_summary()
        self._form = self._make_form()

        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._summary)
        self._stack.addWidget(self._form)

        for control in self._controls.values():
            control.changed.connect(self._on_control_changed)
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
        scroll.setWidgetResizable(True)
        scroll.setWidget(summary)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        summary.setAutoFillBackground(False)
        return scroll

    def _make_form(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        theme.space(column, (14, 2, 14, 10), 8)
        column.addWidget(self._problem)
        for title, wanted in (("", ("lesson", "standard")), ("For experts", ("expert",))):
            form = QFormLayout()
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
            theme.space(form, 0, 6)
            if title:
                column.addWidget(label(title, "strong"))
            for name, control in self._controls.items():
                if level(TrainingOptions.model_fields[name]) in wanted:
                    caption = label(control.title, "secondary")
                    caption.setToolTip(control.help)
                    caption.setBuddy(control.widget)
                    form.addRow(caption, control.widget)
            column.addLayout(form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self._problem.hide()
        return scroll

    @property
    def options(self) -> TrainingOptions:
        """What is shown."""
        return self._options

    def set_options(self, options: TrainingOptions) -> None:
        """Show options: as a form under Custom, else as facts."""
        self._options = options
        for name, control in self._controls.items():
            control.set_value(getattr(options, name))
        self._show_facts()
        self._show_problem()
        self._stack.setCurrentWidget(self._form if options.preset == "custom" else self._summary)

    def set_vocabulary(self, vocabulary: int | None) -> None:
        """How many tokens the model would know."""
        self._vocabulary = vocabulary
        self._show_facts()

    def set_locked(self, locked: bool) -> None:
        """A running training keeps its options."""
        self._form.setEnabled(not locked)

    def _show_facts(self) -> None:
        for group in facts(self._options, self._vocabulary):
            for name, value in group:
                self._values[name].setText(value)
                self._values[name].setAccessibleName(f"{name}: {value}")

    def _show_problem(self) -> None:
        text = problem(self._options)
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        theme.set_class(self._controls["heads"].widget, "invalid" if text else "")

    def _on_control_changed(self, name: str, value: object) -> None:
        self._options = TrainingOptions.model_validate(
            {**self._options.model_dump(), name: value, "preset": "custom"},
        )
        self._show_facts()
        self._show_problem()
        self.options_changed.emit(self._options)

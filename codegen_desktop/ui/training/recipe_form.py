"""The form of your own recipe: the options of a level, the help of the field at hand, and what is wrong beside it."""

from typing import Any, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from codegen_desktop.config import PRESETS, Level, TrainingOptions
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.labels import label, line
from codegen_desktop.ui.widgets.option_control import OptionControl, controls, level, limits
from codegen_desktop.ui.widgets.segmented import Segmented

LEVELS: tuple[Level, ...] = get_args(Level)
"""From few options to all of them; each level shows those of the levels before it too."""

NARROW = 500
"""Below this width in design pixels the help takes several lines."""

_REFERENCE = PRESETS["reference"]
_FIELDS = TrainingOptions.model_fields


def problems(values: dict[str, Any]) -> dict[str, str]:
    """What is wrong with some options, by field; empty where they can be trained."""
    try:
        options = TrainingOptions.model_validate(values)
    except ValidationError as error:
        return {str(wrong["loc"][0]): _sentence(str(wrong["loc"][0]), wrong["input"]) for wrong in error.errors()}
    if options.width % options.heads or options.width // options.heads % 2:
        fitting = [str(heads) for heads in (1, 2, 4, 8, 16, 32, 64) if options.width % (2 * heads) == 0]
        return {
            "heads": f"Width {options.width} cannot be shared by {options.heads} heads: "
            f"each needs an even width. {', '.join(fitting)} would do."
        }
    return {}


def _sentence(name: str, value: Any) -> str:
    field = _FIELDS[name]
    low, high = limits(field)
    step = _step(field)
    if isinstance(value, int | float) and low <= value <= high and step > 1:
        below = int(value) // step * step
        near = " or ".join(f"{one:,}" for one in (below, below + step) if low <= one <= high)
        return f"{field.title} must be a multiple of {step}: {near} would do."
    return f"{field.title} must be from {_number(low)} to {_number(high)}."


def _number(value: object) -> str:
    """A number as a person writes it; any other value as it is."""
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


def _step(field: FieldInfo) -> int:
    return int(next((rule.multiple_of for rule in field.metadata if hasattr(rule, "multiple_of")), 1))


def help_of(name: str) -> str:
    """A field's sentence of help in rich text, with what it may be and what Reference has."""
    field = _FIELDS[name]
    span = ""
    if field.annotation in (int, float):
        low, high = limits(field)
        span = f" From {_number(low)} to {_number(high)}."
    reference = _number(getattr(_REFERENCE, name))
    return f'<span style="font-weight:600">{field.title}</span>: {field.description}{span} Reference: {reference}.'


class RecipeForm(QWidget):
    """Tells `options_changed` for every valid change, `problem_changed` when what is wrong changed.

    `problem` is the first thing that is wrong, `different` how many options are not as in Reference.
    """

    options_changed = Signal(object)
    problem_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, Any] = TrainingOptions(preset="custom").model_dump()
        self.problem = ""
        self.different = 0
        self._controls = controls(TrainingOptions, "preset", parent=self)
        self._captions: dict[str, QLabel] = {}
        self._problems: dict[str, QLabel] = {}
        self._form = QFormLayout()
        self._levels = Segmented("Options shown", [name.capitalize() for name in LEVELS])
        self._help = label("", "caption", wrap=True)

        self._fill_form()
        self._lay_out()

        for name, control in self._controls.items():
            control.changed.connect(self._on_control_changed)
            control.widget.setProperty("option", name)
            control.widget.installEventFilter(self)
        self._levels.chosen.connect(self._on_levels_chosen)
        self._on_levels_chosen(0)
        self._show_help("snippets")
        self._show()

    def _fill_form(self) -> None:
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        theme.space(self._form, 0, 6)
        for name, control in self._controls.items():
            caption = label(control.title, "secondary", wrap=True)
            theme.size(caption, width=104)
            theme.size(control.widget, minimum_width=96)
            caption.setToolTip(control.help)
            caption.setBuddy(control.widget)
            wrong = label("", "error", wrap=True)
            self._captions[name], self._problems[name] = caption, wrong
            self._form.addRow(caption, control.widget)
            self._form.addRow(wrong)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        theme.space(column, (14, 4, 14, 10), 8)
        column.addLayout(self._form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self._help.setTextFormat(Qt.TextFormat.RichText)
        self._help.setAlignment(Qt.AlignmentFlag.AlignTop)
        top, foot = QHBoxLayout(), QVBoxLayout()
        theme.space(top, (14, 0, 14, 4), 8)
        top.addWidget(self._levels)
        top.addStretch(1)
        theme.space(foot, (14, 6, 14, 6), 0)
        foot.addWidget(self._help)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 0)
        layout.addLayout(top)
        layout.addWidget(scroll, 1)
        layout.addWidget(line())
        layout.addLayout(foot)

    @property
    def levels(self) -> Segmented:
        """Which options are shown: Lesson, Standard, Expert."""
        return self._levels

    @property
    def help_text(self) -> str:
        """The help that is shown, in rich text."""
        return self._help.text()

    def control(self, name: str) -> OptionControl:
        """The control of a field."""
        return self._controls[name]

    def is_marked(self, name: str) -> bool:
        """Whether a field is marked as another than Reference has."""
        return self._captions[name].text().endswith("•")

    def set_options(self, options: TrainingOptions) -> None:
        """Show options without telling that they changed."""
        self._values = options.model_dump() | {"preset": "custom"}
        for name, control in self._controls.items():
            control.set_value(self._values[name])
        self._show()

    def reset(self) -> None:
        """Take every option back to what Reference has."""
        self.set_options(_REFERENCE)
        self._tell()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """The help follows the focus, and the mouse."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.Enter) and watched.property("option"):
            self._show_help(str(watched.property("option")))
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """The help keeps room for three lines where it is narrow, so that nothing jumps; else for one."""
        super().resizeEvent(event)
        theme.size(self._help, minimum_height=50 if self.width() < theme.px(NARROW) else 18)

    def _show_help(self, name: str) -> None:
        self._help.setText(help_of(name))

    def _show(self) -> None:
        """Mark what differs from Reference, and say what is wrong below its field."""
        wrong = problems(self._values)
        different = 0
        for name, control in self._controls.items():
            differs = self._values[name] != getattr(_REFERENCE, name)
            different += differs
            caption = self._captions[name]
            caption.setText(f"{control.title} •" if differs else control.title)
            theme.set_class(caption, "strong" if differs else "secondary")
            reference = f" Reference: {_number(getattr(_REFERENCE, name))}."
            caption.setToolTip(control.help + reference if differs else control.help)
            theme.set_class(control.widget, "invalid" if name in wrong else "")
            self._problems[name].setText(wrong.get(name, ""))
        self.different = different
        self.problem = next(iter(wrong.values()), "")
        self._show_rows()

    def _show_rows(self) -> None:
        """The rows of the level; one with something wrong is always shown."""
        shown = LEVELS[: self._levels.index + 1]
        for name, control in self._controls.items():
            wrong = bool(self._problems[name].text())
            self._form.setRowVisible(control.widget, level(_FIELDS[name]) in shown or wrong)
            self._form.setRowVisible(self._problems[name], wrong)

    def _on_levels_chosen(self, _index: int) -> None:
        self._show_rows()

    def _on_control_changed(self, name: str, value: object) -> None:
        self._values[name] = value
        self._tell()

    def _tell(self) -> None:
        self._show()
        try:
            options = TrainingOptions.model_validate(self._values)
        except ValidationError:
            self.problem_changed.emit()
            return
        self.options_changed.emit(options)

"""Controls made from option models: title, range and help come from the field itself, so no form disagrees with it."""

from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from codegen_desktop.ui.widgets.fields import pad_number

_LARGEST_INT = 2**31 - 1


class _WholeNumber(QSpinBox):
    """A whole number with thin groups."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setLocale(QLocale(QLocale.Language.English))
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        pad_number(self)

    def wheelEvent(self, event: Any) -> None:
        """The wheel scrolls the form; a value changes only by intent."""
        event.ignore()


class _RealNumber(QDoubleSpinBox):
    """A real number written without needless zeros."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setLocale(QLocale.c())
        self.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.setKeyboardTracking(False)
        pad_number(self)

    def textFromValue(self, value: float) -> str:
        """The shortest writing."""
        return f"{value:.6g}"

    def wheelEvent(self, event: Any) -> None:
        """The wheel scrolls the form; a value changes only by intent."""
        event.ignore()


class _Choice(QComboBox):
    """One of a few words."""

    def wheelEvent(self, event: Any) -> None:
        """The wheel scrolls the form; a value changes only by intent."""
        event.ignore()


class OptionControl(QObject):
    """The control of one field: `widget` to lay out, `value` and `set_value`, and a signal when a person changes it."""

    changed = Signal(str, object)

    def __init__(self, name: str, field: FieldInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.title = field.title or name
        self.help = field.description or ""
        self.widget: QWidget
        kind = field.annotation
        if get_origin(kind) is Literal:
            self.widget = self._choice(get_args(kind), parent)
        elif kind is int:
            self.widget = self._whole(field, parent)
        elif kind is float:
            self.widget = self._real(field, parent)
        else:
            raise ValueError(f"no control shows {kind} (field {name})")
        self.widget.setAccessibleName(self.title)
        self.widget.setAccessibleDescription(self.help)
        self.widget.setToolTip(self.help)
        self.widget.setObjectName(name)
        if field.default is not None:
            self.set_value(field.default)

    def value(self) -> Any:
        """What the control says."""
        if isinstance(self.widget, QComboBox):
            return self.widget.currentText()
        assert isinstance(self.widget, QSpinBox | QDoubleSpinBox)
        return self.widget.value()

    def set_value(self, value: Any) -> None:
        """Show a value without telling that it changed."""
        blocked = self.widget.blockSignals(True)
        if isinstance(self.widget, QComboBox):
            self.widget.setCurrentText(str(value))
        elif isinstance(self.widget, QSpinBox):
            self.widget.setValue(min(int(value), _LARGEST_INT))
        elif isinstance(self.widget, QDoubleSpinBox):
            self.widget.setValue(float(value))
        self.widget.blockSignals(blocked)

    def _tell(self, *_: object) -> None:
        self.changed.emit(self.name, self.value())

    def _choice(self, words: tuple[str, ...], parent: QWidget | None) -> QWidget:
        box = _Choice(parent)
        box.addItems([str(word) for word in words])
        box.currentTextChanged.connect(self._tell)
        return box

    def _whole(self, field: FieldInfo, parent: QWidget | None) -> QWidget:
        box = _WholeNumber(parent)
        low, high = limits(field)
        box.setRange(int(low), min(int(high), _LARGEST_INT))
        step = next((rule.multiple_of for rule in field.metadata if hasattr(rule, "multiple_of")), 1)
        box.setSingleStep(int(step))
        box.valueChanged.connect(self._tell)
        return box

    def _real(self, field: FieldInfo, parent: QWidget | None) -> QWidget:
        box = _RealNumber(parent)
        low, high = limits(field)
        small = isinstance(field.default, float) and 0 < field.default < 0.1
        box.setDecimals(5 if small else 2)
        box.setRange(low, high)
        box.valueChanged.connect(self._tell)
        return box


def limits(field: FieldInfo) -> tuple[float, float]:
    """The lowest and highest value of a number field; where the lowest itself is excluded, the next above it."""
    low, high = 0.0, float(_LARGEST_INT)
    for rule in field.metadata:
        low = getattr(rule, "ge", low)
        high = getattr(rule, "le", high)
        if hasattr(rule, "gt"):
            low = rule.gt + (1e-5 if field.default is not None and field.default < 0.1 else 0.01)
    return low, high


def level(field: FieldInfo) -> str:
    """Who needs to see a field: `lesson`, `standard` or `expert`."""
    extra = field.json_schema_extra
    return str(extra.get("level", "standard")) if isinstance(extra, dict) else "standard"


def controls(model: type[BaseModel], *leave_out: str, parent: QWidget | None = None) -> dict[str, OptionControl]:
    """A control for every field of an option model, in its order."""
    fields = model.model_fields
    return {name: OptionControl(name, field, parent) for name, field in fields.items() if name not in leave_out}

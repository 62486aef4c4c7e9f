"""The card *Sampling*: one slider and field for each stage of SamplingOptions, made from the model itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from codegen_desktop.config import SamplingOptions
from codegen_desktop.ui import theme
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.widgets.option_control import OptionControl, controls

SLIDER_ENDS: dict[str, tuple[float, float]] = {
    "temperature": (0.0, 2.0),
    "top_k": (0, 50),
    "top_p": (0.01, 1.0),
}
"""What a slider covers, where an option is one for a lesson; the field beside it takes the option's whole range."""

_STEPS = 100


class OptionSlider(QSlider):
    """A slider over part of an option's range."""

    def __init__(self, control: OptionControl, low: float, high: float) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._low, self._high, self._control = low, high, control
        self.setRange(0, _STEPS)
        self.setAccessibleName(f"{control.title}, slider")
        self.setToolTip(control.help)

    @property
    def option_value(self) -> float:
        """What the slider says, in units of the option."""
        value = self._low + (self._high - self._low) * self.value() / _STEPS
        return round(value, 2)

    def show_value(self, value: float) -> None:
        """Move to a value without telling; beyond the ends it stands at the end."""
        blocked = self.blockSignals(True)
        self.setValue(round((value - self._low) / (self._high - self._low) * _STEPS))
        self.blockSignals(blocked)


class SamplingForm(QWidget):
    """Shows SamplingOptions and tells every change."""

    options_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = SamplingOptions()
        self._controls = controls(SamplingOptions, parent=self)
        self._sliders = {
            name: OptionSlider(self._controls[name], low, high) for name, (low, high) in SLIDER_ENDS.items()
        }

        column = QVBoxLayout(self)
        theme.space(column, (14, 0, 14, 10), 2)
        for name, slider in self._sliders.items():
            row = QHBoxLayout()
            theme.space(row, 0, 6)
            row.addWidget(self._caption(name), 1)
            theme.size(self._controls[name].widget, width=76, height=26)
            row.addWidget(self._controls[name].widget)
            column.addLayout(row)
            theme.size(slider, height=20)
            column.addWidget(slider)
        rest = QGridLayout()
        theme.space(rest, (0, 4, 0, 0), 4)
        for place, name in enumerate(name for name in self._controls if name not in self._sliders):
            caption = self._caption(name)
            theme.set_class(caption, "caption")
            rest.addWidget(caption, 0, place)
            rest.setColumnStretch(place, len(str(getattr(self._options, name))) + 2)
            theme.size(self._controls[name].widget, height=26, minimum_width=50)
            rest.addWidget(self._controls[name].widget, 1, place)
        column.addLayout(rest)
        column.addStretch(1)

        for control in self._controls.values():
            control.changed.connect(self._on_control_changed)
        for name, slider in self._sliders.items():
            slider.valueChanged.connect(lambda _value, name=name: self._on_slider_changed(name))
        self.set_options(self._options)

    def _caption(self, name: str) -> QWidget:
        control = self._controls[name]
        caption = label(control.title, "secondary")
        caption.setToolTip(control.help)
        caption.setBuddy(control.widget)
        return caption

    @property
    def options(self) -> SamplingOptions:
        """What is shown."""
        return self._options

    def set_options(self, options: SamplingOptions) -> None:
        """Show options without telling."""
        self._options = options
        for name, control in self._controls.items():
            control.set_value(getattr(options, name))
        for name, slider in self._sliders.items():
            slider.show_value(getattr(options, name))

    def reset(self) -> None:
        """Back to the defaults, and tell."""
        self.set_options(SamplingOptions())
        self.options_changed.emit(self._options)

    def _on_slider_changed(self, name: str) -> None:
        value = self._sliders[name].option_value
        whole = SamplingOptions.model_fields[name].annotation is int
        self._take(name, int(value) if whole else value)

    def _on_control_changed(self, name: str, value: object) -> None:
        self._take(name, value)

    def _take(self, name: str, value: object) -> None:
        self.set_options(SamplingOptions.model_validate({**self._options.model_dump(), name: value}))
        self.options_changed.emit(self._options)

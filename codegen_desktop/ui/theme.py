"""How everything looks right now: colours, text scale, fonts and measures.

As with Qt's own palette and font there is one look for a program. Sizes are written in design pixels (100 % text)
and pass through `px`; `space`, `size` and `icons.set_icon` remember them, so that `style.apply` can set them again
after the text scale or the colours changed. A painted widget asks `colours()` and `px()` when it paints.
"""

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QLayout, QWidget

from codegen_desktop.paths import resource
from codegen_desktop.ui.colours import DARK, LIGHT, Colours

TEXT_SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)
"""The text sizes a person can choose, as shares of the normal one."""

SANS, MONO = "Inter", "JetBrains Mono"

_SPACE, _SIZE = "designSpace", "designSize"


@dataclass(frozen=True, slots=True)
class Theme:
    """A set of colours and a text scale (1.0 to 2.0); `motion` is False where nothing shall move."""

    colours: Colours = LIGHT
    text_scale: float = 1.0
    motion: bool = True

    @property
    def dark(self) -> bool:
        """Whether the ground is dark."""
        return self.colours is DARK

    def with_dark(self, dark: bool) -> "Theme":
        """The same theme in light or dark."""
        return replace(self, colours=DARK if dark else LIGHT)

    def with_scale(self, text_scale: float) -> "Theme":
        """The same theme at another text scale, kept within 1.0 to 2.0."""
        return replace(self, text_scale=min(max(text_scale, TEXT_SCALES[0]), TEXT_SCALES[-1]))


_current = Theme()


def current() -> Theme:
    """The look in force."""
    return _current


def colours() -> Colours:
    """The colours in force."""
    return _current.colours


def px(design_pixels: float) -> int:
    """Design pixels as pixels at the text scale in force."""
    return round(design_pixels * _current.text_scale)


def font(design_pixels: float = 13, weight: int = 400, *, mono: bool = False, italic: bool = False) -> QFont:
    """A font of the interface (tabular figures) or, with `mono`, of code.

    Neither draws ligatures: rich text in a label takes its features from the label's own font, code in it too.
    """
    made = QFont([MONO, "monospace"] if mono else [SANS, "sans-serif"])
    made.setPixelSize(max(px(design_pixels), 1))
    made.setWeight(QFont.Weight(weight))
    made.setItalic(italic)
    made.setFeature(QFont.Tag("calt"), 0)
    made.setFeature(QFont.Tag("liga"), 0)
    if mono:
        made.setStyleHint(QFont.StyleHint.Monospace)
    else:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; called once, after QApplication is there."""
    for path in sorted(resource("fonts").glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(path))


def use(theme: Theme) -> None:
    """Make a look the one in force; `style.apply` calls it and then dresses every widget anew."""
    global _current
    _current = theme


def space(
    layout: QLayout, margins: int | tuple[int, int, int, int] | None = None, spacing: int | None = None
) -> QLayout:
    """Set a layout's margins (left, top, right, bottom) and spacing in design pixels; they follow the text scale."""
    if isinstance(margins, int):
        margins = (margins, margins, margins, margins)
    layout.setProperty(_SPACE, [margins, spacing])
    _apply_space(layout)
    return layout


def size(widget: QWidget, **limits: int) -> None:
    """Set a widget's limits in design pixels; they follow the text scale.

    Names: `width`, `height` (fixed), `minimum_width`, `minimum_height`, `maximum_width`, `maximum_height`.
    """
    known: dict[str, Any] = dict(widget.property(_SIZE) or {})
    widget.setProperty(_SIZE, {**known, **limits})
    _apply_size(widget)


def set_class(widget: QWidget, name: str) -> None:
    """Give a widget a style class (`primary`, `quiet`, `caption`, ...) and polish it again."""
    if widget.property("class") == name:
        return
    widget.setProperty("class", name)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def measure_again(widget: QWidget) -> None:
    """Set a widget's remembered sizes, and those of its layouts, at the text scale in force."""
    if widget.property(_SIZE):
        _apply_size(widget)
    for layout in widget.findChildren(QLayout, options=Qt.FindChildOption.FindDirectChildrenOnly):
        for inner in (layout, *layout.findChildren(QLayout)):
            if inner.property(_SPACE):
                _apply_space(inner)


def _apply_space(layout: QLayout) -> None:
    margins, spacing = layout.property(_SPACE)
    if margins is not None:
        layout.setContentsMargins(*(px(margin) for margin in margins))
    if spacing is not None:
        layout.setSpacing(px(spacing))


def _apply_size(widget: QWidget) -> None:
    setters = {
        "width": widget.setFixedWidth,
        "height": widget.setFixedHeight,
        "minimum_width": widget.setMinimumWidth,
        "minimum_height": widget.setMinimumHeight,
        "maximum_width": widget.setMaximumWidth,
        "maximum_height": widget.setMaximumHeight,
    }
    for name, design_pixels in widget.property(_SIZE).items():
        setters[name](px(design_pixels))

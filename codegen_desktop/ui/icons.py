"""Lucide icons in the colours of the theme: drawn from SVG, sharp at every size, renewed when the look changes."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from codegen_desktop.paths import resource
from codegen_desktop.ui import theme

_PROPERTY = "designIcon"
_GAP = 4


def svg(name: str, colour: str) -> bytes:
    """The text of an icon in one colour (`#RRGGBB`). Raises FileNotFoundError for a name that is not shipped."""
    return resource("icons", f"{name}.svg").read_bytes().replace(b"currentColor", colour.encode())


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg(name, colour)))


def paint(painter: QPainter, name: str, colour: str, area: QRectF) -> None:
    """Draw an icon into a square."""
    _renderer(name, colour).render(painter, area)


def pixmap(name: str, colour: str, pixels: int, ratio: float = 1.0, gap: int = 0) -> QPixmap:
    """An icon as a picture `pixels` wide, and `gap` empty ones, on a screen with `ratio` device pixels a pixel."""
    renderer = _renderer(name, colour)
    made = QPixmap(QSize(round((pixels + gap) * ratio), round(pixels * ratio)))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, pixels * ratio, pixels * ratio))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def icon(name: str, role: str = "text2", design_pixels: int = 16, *, on_role: str = "accent", gap: int = 0) -> QIcon:
    """An icon for a button: `role` names the colour at rest, `on_role` the one of a checked button.

    `gap` design pixels stay empty at its right: Qt leaves only 4 between icon and words, the design wants 8.
    """
    colours = theme.colours()
    made = QIcon()
    pixels, room = theme.px(design_pixels), theme.px(gap)
    for ratio in (1.0, 2.0):
        for colour, mode, state in (
            (getattr(colours, role), QIcon.Mode.Normal, QIcon.State.Off),
            (colours.disabled, QIcon.Mode.Disabled, QIcon.State.Off),
            (getattr(colours, on_role), QIcon.Mode.Normal, QIcon.State.On),
            (getattr(colours, on_role), QIcon.Mode.Active, QIcon.State.On),
        ):
            made.addPixmap(pixmap(name, colour, pixels, ratio, room), mode, state)
    return made


def set_icon(widget: QAbstractButton | QLabel, name: str, role: str = "text2", design_pixels: int = 16) -> None:
    """Put an icon on a button or into a label; it follows the theme and the text scale."""
    widget.setProperty(_PROPERTY, [name, role, design_pixels])
    renew(widget)


def renew(widget: QWidget) -> None:
    """Draw a widget's icon again in the look in force; does nothing for a widget without one."""
    known = widget.property(_PROPERTY)
    if not known:
        return
    name, role, design_pixels = known
    pixels = theme.px(design_pixels)
    if isinstance(widget, QAbstractButton):
        gap = _GAP if widget.text() else 0
        widget.setIcon(icon(name, role, design_pixels, gap=gap))
        widget.setIconSize(QSize(pixels + theme.px(gap), pixels))
    elif isinstance(widget, QLabel):
        widget.setPixmap(pixmap(name, getattr(theme.colours(), role), pixels, widget.devicePixelRatioF()))

"""What a person set for the window: text size, light or dark, and where the window was."""

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QGuiApplication

from codegen_desktop.paths import data_dir
from codegen_desktop.ui.theme import Theme

_DARK, _SCALE, _GEOMETRY, _SECONDS = "look/dark", "look/text_scale", "window/geometry", "lab/seconds"
_FIGURE = "training/figure"


def _store() -> QSettings:
    return QSettings(str(data_dir() / "settings.ini"), QSettings.Format.IniFormat)


def stored_theme() -> Theme:
    """The look a person chose; before that the system's light or dark at 100 %."""
    store = _store()
    system_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    dark = store.value(_DARK, system_dark, type=bool)
    scale = store.value(_SCALE, 1.0, type=float)
    return Theme().with_dark(bool(dark)).with_scale(float(scale) if isinstance(scale, int | float) else 1.0)


def store_theme(look: Theme) -> None:
    """Keep a look for the next start."""
    store = _store()
    store.setValue(_DARK, look.dark)
    store.setValue(_SCALE, look.text_scale)


def stored_geometry() -> QByteArray | None:
    """Where the window was when it was closed last."""
    value = _store().value(_GEOMETRY)
    return value if isinstance(value, QByteArray) else None


def store_geometry(geometry: QByteArray) -> None:
    """Keep where the window is."""
    _store().setValue(_GEOMETRY, geometry)


def stored_lab_seconds() -> float | None:
    """How long the whole lab took on this machine the last time it ran to its end; None before that."""
    value = _store().value(_SECONDS, 0.0, type=float)
    return float(value) if isinstance(value, int | float) and value > 0 else None


def store_lab_seconds(seconds: float) -> None:
    """Keep how long the whole lab took."""
    _store().setValue(_SECONDS, seconds)


def stored_figure_options() -> str:
    """How the plots of a training were drawn last, as text; empty before that."""
    return str(_store().value(_FIGURE, ""))


def store_figure_options(text: str) -> None:
    """Keep how the plots of a training are drawn."""
    _store().setValue(_FIGURE, text)

"""One ring that follows the keyboard focus: 2 px of accent, 2 px outside the control (inside in large fields)."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLineEdit, QTabBar, QWidget

from codegen_desktop.ui import theme

GAP, WIDTH = 2, 2


class FocusRing(QWidget):
    """Drawn above the window's content; it lets every click through and says nothing to a screen reader.

    QFocusFrame draws in one style only and cannot lie inside a field; this does both with the same few events.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._followed: QWidget | None = None
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_application_focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # Qt's name
        """Follow the control and everything it lies in."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.colours().accent), WIDTH))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), theme.px(8), theme.px(8))
        painter.end()

    def _on_application_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched = []
        self._followed = new if new is not None and new.window() is self.window() and _wants_ring(new) else None
        around: QWidget | None = self._followed
        while around is not None and around is not self.window():
            around.installEventFilter(self)
            self._watched.append(around)
            around = around.parentWidget()
        self._place()

    def _place(self) -> None:
        followed = self._followed
        if followed is None or not followed.isVisible():
            self.hide()
            return
        area = QRect(followed.mapTo(self.window(), QPoint(0, 0)), followed.size())
        outside = GAP + WIDTH
        self.setGeometry(area.adjusted(-outside, -outside, outside, outside).intersected(self.window().rect()))
        self.raise_()
        self.show()
        self.update()


def _wants_ring(widget: QWidget) -> bool:
    """Tables, editors and the stages draw their own ring inside; a field in a spin box has the box's edge."""
    own = isinstance(widget, QAbstractScrollArea | QTabBar) or widget is widget.window()
    in_box = isinstance(widget, QLineEdit) and widget.property("class") == "bare"
    return not own and not in_box and widget.focusPolicy() != Qt.FocusPolicy.NoFocus

"""Rows of name, bar and count that filter the table when they are pressed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QLabel, QSizePolicy, QVBoxLayout, QWidget

from codegen_desktop.ui import theme

_HEIGHT, _BAR_WIDTH, _BAR_HEIGHT = 28, 48, 6


class CountRow(QAbstractButton):
    """One row: what is counted, a bar in proportion to the largest row, the number."""

    def __init__(self, name: str, count: int, share: float | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.count = name, count
        self._share = share
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setText(f"{name}: {count:,}")
        self.setAccessibleName(f"{name}, {count:,}. Show only these.")
        self.setToolTip(f"{name}: show only these")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """One row of the ledger."""
        return QSize(theme.px(180), theme.px(_HEIGHT))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the ground of the hovered row."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show the plain ground again."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, name, bar, number."""
        colours = theme.colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = colours.selected if self.isChecked() else colours.hover if self.underMouse() else None
        if ground is not None:
            painter.fillRect(self.rect(), QColor(ground))
        inner = QRectF(self.rect()).adjusted(theme.px(14), 0, -theme.px(14), 0)
        number_font = theme.font(13, 600)
        number_width = max(QFontMetricsF(number_font).horizontalAdvance(f"{self.count:,}"), theme.px(40))
        bar_width = theme.px(_BAR_WIDTH + 18) if self._share is not None else 0
        words = inner.adjusted(0, 0, -(number_width + bar_width), 0)
        font = theme.font(13)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        shown = QFontMetricsF(font).elidedText(
            self.name[:1].upper() + self.name[1:], Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setFont(number_font)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{self.count:,}")
        if self._share is not None:
            self._paint_bar(painter, inner.right() - number_width - theme.px(_BAR_WIDTH + 10))
        painter.end()

    def _paint_bar(self, painter: QPainter, left: float) -> None:
        colours = theme.colours()
        width, height = theme.px(_BAR_WIDTH), theme.px(_BAR_HEIGHT)
        ground = QRectF(left, (self.height() - height) / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.row_line))
        painter.drawRoundedRect(ground, height / 2, height / 2)
        painter.setBrush(QColor(colours.reference.colour))
        ground.setWidth(max(width * (self._share or 0.0), theme.px(2)))
        painter.drawRoundedRect(ground, height / 2, height / 2)


class CountList(QWidget):
    """Several rows, of which at most one is pressed. `chosen` carries its name, empty when it was released."""

    chosen = Signal(str)

    def __init__(self, nothing: str, *, with_bars: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._nothing = QLabel(nothing)
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(theme.px(14), theme.px(6), theme.px(14), theme.px(6))
        theme.set_class(self._nothing, "caption")
        self._with_bars = with_bars
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._rows: list[CountRow] = []
        self._column = QVBoxLayout(self)
        theme.space(self._column, 0, 0)
        self._column.addWidget(self._nothing)

        self._group.buttonClicked.connect(self._on_group_clicked)

    def set_counts(self, counts: Sequence[tuple[str, int]]) -> None:
        """Show other rows, none pressed."""
        for row in self._rows:
            self._group.removeButton(row)
            row.deleteLater()
        most = max((count for _, count in counts), default=1)
        self._rows = [CountRow(name, count, count / most if self._with_bars else None) for name, count in counts]
        for row in self._rows:
            self._group.addButton(row)
            self._column.addWidget(row)
        self._nothing.setVisible(not counts)

    def release(self) -> None:
        """Press no row."""
        for row in self._rows:
            row.setChecked(False)

    @property
    def rows(self) -> tuple[CountRow, ...]:
        """The rows in order."""
        return tuple(self._rows)

    def _on_group_clicked(self, pressed: QAbstractButton) -> None:
        for row in self._rows:
            if row is not pressed:
                row.setChecked(False)
        name = pressed.name if isinstance(pressed, CountRow) and pressed.isChecked() else ""
        self.chosen.emit(name)

"""The list of runs: name and preset, a small picture of the loss, and the newest numbers."""

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from codegen_desktop.model.runs import Run
from codegen_desktop.ui import theme
from codegen_desktop.ui.training.reading import PRESET_TITLES, duration

AnyIndex = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def second_line(run: Run) -> str:
    """The preset and how the run ended, or how long it took."""
    title = PRESET_TITLES[run.options.preset]
    if run.state == "finished":
        return f"{title}, {duration(sum(result.seconds for result in run.epochs))}"
    return f"{title}, {run.state}"


class RunListModel(QAbstractListModel):
    """The newest run first; the Run itself is given under UserRole."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[Run, ...] = ()

    def set_runs(self, runs: tuple[Run, ...]) -> None:
        """Show these runs, given the oldest first."""
        self.beginResetModel()
        self._runs = tuple(reversed(runs))
        self.endResetModel()

    def row_of(self, run_id: int) -> int | None:
        """Where a run stands."""
        return next((row for row, run in enumerate(self._runs) if run.id == run_id), None)

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """Number of runs."""
        return 0 if parent.isValid() else len(self._runs)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A run."""
        if not index.isValid():
            return None
        run = self._runs[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return run.name
        if role == Qt.ItemDataRole.UserRole:
            return run
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            numbers = f"test loss {_loss(run)}, accuracy {_accuracy(run)}"
            problem = f" {run.problem}" if run.problem else ""
            return (
                f"{run.name}, {second_line(run)}, {run.parameters:,} parameters, seed {run.seed}, {numbers}.{problem}"
            )
        return None


def _loss(run: Run) -> str:
    return f"{run.epochs[-1].test_loss:.2f}" if run.epochs else "–"


def _accuracy(run: Run) -> str:
    return f"{run.epochs[-1].test_accuracy * 100:.0f} %" if run.epochs else "–"


class _RunDelegate(QStyledItemDelegate):
    """Draws a run on two lines with a sparkline of its test loss after every epoch."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """Two lines."""
        return QSize(theme.px(120), theme.px(52))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one run."""
        run: Run = index.data(Qt.ItemDataRole.UserRole)
        colours = theme.colours()
        area: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(area, QColor(colours.selected if chosen else colours.card))
        painter.setPen(QColor(colours.row_line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inner = area.adjusted(theme.px(14), theme.px(8), -theme.px(14), -theme.px(8))
        half = inner.height() // 2
        upper = QRect(inner.left(), inner.top(), inner.width(), half)
        lower = QRect(inner.left(), inner.top() + half, inner.width(), half)
        numbers, picture = theme.px(50), theme.px(56)
        words = inner.width() - numbers - picture - theme.px(12)
        painter.setFont(theme.font(13, 600))
        painter.setPen(QColor(colours.text))
        painter.drawText(upper, _RIGHT, _loss(run))
        painter.drawText(upper.adjusted(0, 0, words - inner.width(), 0), _LEFT, _elide(painter, run.name, words))
        painter.setFont(theme.font(12))
        painter.setPen(QColor(colours.text2))
        painter.drawText(lower, _RIGHT, _accuracy(run))
        painter.drawText(
            lower.adjusted(0, 0, words - inner.width(), 0), _LEFT, _elide(painter, second_line(run), words)
        )
        line = QRect(
            inner.right() - numbers - picture, inner.top() + theme.px(4), picture, inner.height() - theme.px(8)
        )
        _paint_sparkline(painter, line, run, chosen)
        painter.restore()


def _elide(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)


def _paint_sparkline(painter: QPainter, area: QRect, run: Run, chosen: bool) -> None:
    """The test loss from the untrained model to the last epoch; nothing where less than two points are known."""
    losses = [result.test_loss for result in run.epochs]
    if len(losses) < 2:
        return
    top, span = max(losses), max(losses) - min(losses) or 1.0
    points = QPolygonF()
    for place, loss in enumerate(losses):
        x = area.left() + area.width() * place / (len(losses) - 1)
        points.append(QPointF(x, area.top() + area.height() * (top - loss) / span))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colours = theme.colours()
    painter.setPen(QPen(QColor(colours.train.colour if chosen else colours.reference.colour), theme.px(1.5)))
    painter.drawPolyline(points)


class RunList(QListView):
    """The view. Choosing a run says so; it is then the one the Generation tab writes with."""

    run_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RunListModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_RunDelegate(self))
        self.setAccessibleName("Runs")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self._quiet = False

    def set_runs(self, runs: tuple[Run, ...], current: int | None) -> None:
        """Show runs (the oldest first) and mark the current one."""
        self._quiet = True
        self._model.set_runs(runs)
        row = self._model.row_of(current) if current is not None else None
        if row is not None:
            self.setCurrentIndex(self._model.index(row))
        self._quiet = False

    def _on_current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid() and not self._quiet:
            self.run_chosen.emit(now.data(Qt.ItemDataRole.UserRole))

"""The list of runs: a check box to compare, name and preset, a small picture of the loss, and the newest numbers.

Space compares, Enter opens, F2 renames, Delete deletes; the context menu offers the same and the exports.
"""

from functools import partial

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from codegen_desktop.export.metrics import MetricsFormat
from codegen_desktop.model.runs import Run
from codegen_desktop.ui import icons, theme
from codegen_desktop.ui.training.lines import pen
from codegen_desktop.ui.training.runs.list_model import (
    AnyIndex,
    RunListModel,
    accuracy_text,
    loss_text,
    mark,
    second_line,
)

EXPORTS: tuple[tuple[MetricsFormat, str], ...] = (
    ("csv", "Table for a spreadsheet (CSV)…"),
    ("jsonl", "JSON lines for scripts…"),
    ("tensorboard", "TensorBoard event file…"),
)
"""What the Export menu offers."""

LONGEST_NAME = 80

_BOX = 18
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def box_area(row: QRect) -> QRect:
    """Where a row's check box stands."""
    size = theme.px(_BOX)
    return QRect(row.left() + theme.px(12), row.center().y() - size // 2, size, size)


def _words_area(row: QRect) -> QRect:
    """Where name and second line stand: between the check box and the picture."""
    left = box_area(row).right() + theme.px(9)
    return QRect(left, row.top() + theme.px(8), row.right() - theme.px(116) - left, row.height() - theme.px(16))


class _RunDelegate(QStyledItemDelegate):
    """Draws a run on two lines with a sparkline of its test loss after every epoch."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """Two lines."""
        return QSize(theme.px(120), theme.px(52))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one run."""
        run: Run = index.data(Qt.ItemDataRole.UserRole)
        view = option.widget
        assert isinstance(view, RunList)
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, area, view, index)
        checked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        _paint_box(painter, box_area(area), checked)
        if not view.edits(index):
            self._paint_run(painter, area, run, shown=run.id == view.shown, compared=checked)
        painter.restore()

    def _paint_run(self, painter: QPainter, area: QRect, run: Run, *, shown: bool, compared: bool) -> None:
        words = _words_area(area)
        half = words.height() // 2
        upper = QRect(words.left(), words.top(), words.width(), half)
        lower = upper.translated(0, half)
        numbers = QRect(area.right() - theme.px(60), words.top(), theme.px(48), half)
        colours = theme.colours()
        painter.setFont(theme.font(13, 600))
        painter.setPen(QColor(colours.text))
        painter.drawText(numbers, _RIGHT, loss_text(run))
        painter.drawText(upper, _LEFT, _elide(painter, run.name, words.width()))
        painter.setFont(theme.font(12))
        painter.setPen(QColor(colours.text2))
        painter.drawText(numbers.translated(0, half), _RIGHT, accuracy_text(run))
        if mark(run):
            painter.setPen(QColor(colours.warn))
        painter.drawText(lower, _LEFT, _elide(painter, second_line(run), words.width()))
        line = QRect(words.right() + theme.px(8), words.top() + theme.px(4), theme.px(46), words.height() - theme.px(8))
        _paint_sparkline(painter, line, run, shown=shown, compared=compared)

    def _paint_ground(self, painter: QPainter, area: QRect, view: "RunList", index: AnyIndex) -> None:
        """The fill says which run is shown; the ring, where the keys are."""
        colours = theme.colours()
        run: Run = index.data(Qt.ItemDataRole.UserRole)
        painter.fillRect(area, QColor(colours.selected if run.id == view.shown else colours.card))
        painter.setPen(QColor(colours.row_line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if view.hasFocus() and index.row() == view.currentIndex().row():
            painter.setPen(QPen(QColor(colours.accent), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(area).adjusted(2, 2, -2, -2))

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, _index: AnyIndex) -> QWidget:
        """A field for the name."""
        field = QLineEdit(parent)
        field.setMaxLength(LONGEST_NAME)
        field.setAccessibleName("Name of the run")
        return field

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """Begin with the name it has; what a person typed stays when the runs are read again."""
        assert isinstance(editor, QLineEdit)
        if not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:
        """Tell the name."""
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: AnyIndex) -> None:
        """Over the words, up to the numbers."""
        words = _words_area(option.rect)
        height = max(theme.px(28), editor.minimumSizeHint().height())
        editor.setGeometry(words.left(), option.rect.center().y() - height // 2, words.width() + theme.px(104), height)


def _elide(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)


def _paint_box(painter: QPainter, area: QRect, checked: bool) -> None:
    colours = theme.colours()
    painter.setPen(QPen(QColor(colours.accent if checked else colours.control_edge), 1.25))
    painter.setBrush(QColor(colours.accent if checked else colours.card))
    box = QRectF(area).adjusted(1, 1, -1, -1)
    painter.drawRoundedRect(box, theme.px(4), theme.px(4))
    if checked:
        gap = theme.px(2)
        icons.paint(painter, "check", colours.accent_text, box.adjusted(gap, gap, -gap, -gap))


def _paint_sparkline(painter: QPainter, area: QRect, run: Run, *, shown: bool, compared: bool) -> None:
    """The test loss from the untrained model to the last epoch; nothing where less than two points are known."""
    losses = [result.test_loss for result in run.epochs]
    if len(losses) < 2:
        return
    top, span = max(losses), max(losses) - min(losses) or 1.0
    points = QPolygonF()
    for place, loss in enumerate(losses):
        x = area.left() + area.width() * place / (len(losses) - 1)
        points.append(QPointF(x, area.top() + area.height() * (top - loss) / span))
    colours = theme.colours()
    line = QPen(QColor(colours.train.colour if shown else colours.reference.colour), theme.px(1.5))
    painter.setPen(pen(colours.compared) if compared and not shown else line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(points)


class RunList(QListView):
    """The view. What a person wishes about a run is told; nothing is done here."""

    run_chosen = Signal(object)
    broken_chosen = Signal(object)
    compared_changed = Signal()
    rename_wished = Signal(object, str)
    delete_wished = Signal(object)
    export_wished = Signal(object, str)
    epoch_wished = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RunListModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_RunDelegate(self))
        self.setAccessibleName("Runs")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.clicked.connect(self._on_clicked)
        self._model.checks_changed.connect(self.compared_changed)
        self._model.renamed.connect(self.rename_wished)

    @property
    def shown(self) -> int | None:
        """The run that is shown in the plots."""
        return self._model.shown

    @property
    def compared(self) -> tuple[Run, ...]:
        """The checked runs without the one that is shown, the newest first."""
        return tuple(run for run in self._model.checked if run.id != self.shown)

    @property
    def shown_run(self) -> Run | None:
        """The run that is shown in the plots, as it was read last."""
        row = self._model.row_of(self.shown)
        return self._model.run_at(self._model.index(row)) if row is not None else None

    def edits(self, index: AnyIndex) -> bool:
        """Whether the name of this run is being changed."""
        return self.state() == QAbstractItemView.State.EditingState and index.row() == self.currentIndex().row()

    def set_runs(self, runs: tuple[Run, ...], current: int | None) -> None:
        """Show runs (the oldest first) and mark the one that is shown in the plots; the cursor stays where it was."""
        cursor = self._model.run_at(self.currentIndex())
        kept = current if current != self.shown or cursor is None else cursor.id
        self._model.shown = current
        self._model.set_runs(runs)
        for wanted in (kept, current):
            row = self._model.row_of(wanted)
            if row is not None:
                self.setCurrentIndex(self._model.index(row))
                break
        self.compared_changed.emit()

    def _on_clicked(self, index: QModelIndex) -> None:
        run = self._model.run_at(index)
        if run is not None:
            self._choose(run)

    def _choose(self, run: Run) -> None:
        """A run that was broken on purpose is only looked at: it never becomes the one in use."""
        (self.broken_chosen if run.broken else self.run_chosen).emit(run)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on the check box compares; one beside it opens."""
        place = event.position().toPoint()
        index = self.indexAt(place)
        reach = theme.px(6)
        box = box_area(self.visualRect(index)).adjusted(-reach, -reach, reach, reach)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton and box.contains(place):
            self.setCurrentIndex(index)
            self._model.toggle(index)
            event.accept()
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space, Enter and Delete act on the run at the cursor; F2 renames it."""
        run = self._model.run_at(self.currentIndex())
        if run is not None and self.state() != QAbstractItemView.State.EditingState:
            match event.key():
                case Qt.Key.Key_Space:
                    return self._model.toggle(self.currentIndex())
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    return self._choose(run)
                case Qt.Key.Key_Delete:
                    return self.delete_wished.emit(run)
        super().keyPressEvent(event)
        return None

    def event(self, event: QEvent) -> bool:
        """The keys of the list win over the tab's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            own = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Delete, Qt.Key.Key_F2)
            if event.key() in own:
                event.accept()
                return True
        return bool(super().event(event))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Everything that can be done with the run at the pointer; with the menu key, at the cursor."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            at = self.viewport().mapToGlobal(self.visualRect(index).center()) if by_key else event.globalPos()
            self.menu_for(index).popup(at)

    def menu_for(self, index: QModelIndex) -> QMenu:
        """The menu of a run; it deletes itself when it is closed."""
        run = self._model.run_at(index)
        assert run is not None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open\tEnter").triggered.connect(lambda *_: self._choose(run))
        compare = menu.addAction("Compare\tSpace")
        compare.setCheckable(True)
        compare.setChecked(index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked)
        compare.triggered.connect(lambda *_: self._model.toggle(index))
        menu.addAction("Rename\tF2").triggered.connect(lambda *_: self._rename(index))
        self._add_epochs(menu, run)
        exports = menu.addMenu("Export what was measured")
        exports.setEnabled(not run.broken)
        for form, words in EXPORTS:
            exports.addAction(words).triggered.connect(partial(self._wish_export, run, form))
        menu.addSeparator()
        menu.addAction("Delete…\tDel").triggered.connect(lambda *_: self.delete_wished.emit(run))
        return menu

    def _add_epochs(self, menu: QMenu, run: Run) -> None:
        """Which epoch's model is used: the last one, unless a person takes an earlier one for its test loss."""
        trained = [result for result in run.epochs if result.epoch > 0]
        epochs = menu.addMenu("Use the model of")
        epochs.setEnabled(len(trained) > 1 and not run.broken and run.state != "running")
        last = trained[-1].epoch if trained else 0
        for result in reversed(trained):
            words = "the last epoch" if result.epoch == last else f"epoch {result.epoch}, chosen on test"
            action = epochs.addAction(f"{words} (test loss {result.test_loss:.3f})")
            action.setCheckable(True)
            action.setChecked(result.epoch == (run.chosen_epoch or last))
            wished = None if result.epoch == last else result.epoch
            action.triggered.connect(lambda *_, epoch=wished: self.epoch_wished.emit(run, epoch))

    def _rename(self, index: QModelIndex) -> None:
        self.setCurrentIndex(index)
        self.edit(index)

    def _wish_export(self, run: Run, form: MetricsFormat, *_: object) -> None:
        self.export_wished.emit(run, form)

"""The runs as a Qt model: the newest first, each with a check box for comparing and a name that can be changed."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from codegen_desktop.model.choosing import chosen_on_test, result_in_use
from codegen_desktop.model.runs import Run
from codegen_desktop.ui.training.reading import PRESET_TITLES, duration

AnyIndex = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()


def second_line(run: Run) -> str:
    """The preset and how the run ended, or how long it took; its mark instead, where it has one."""
    if mark(run):
        return mark(run)
    title = PRESET_TITLES[run.options.preset]
    if run.state == "finished":
        seconds = sum(result.seconds for result in run.epochs)
        return f"{title}, {duration(seconds) if seconds < 60 else f'{seconds / 60:,.0f} min'}"
    return f"{title}, {run.state}"


def mark(run: Run) -> str:
    """Why a run's numbers do not mean what those of others mean; empty for nearly every run."""
    if run.broken:
        return "From Break it"
    chosen = chosen_on_test(run)
    return chosen[:1].upper() + chosen[1:]


def loss_text(run: Run) -> str:
    """The test loss of the model in use; a dash before the first."""
    used = result_in_use(run)
    return f"{used.test_loss:.2f}" if used is not None else "–"


def accuracy_text(run: Run) -> str:
    """The test accuracy of the model in use; a dash before the first."""
    used = result_in_use(run)
    return f"{used.test_accuracy * 100:.0f} %" if used is not None else "–"


class RunListModel(QAbstractListModel):
    """A thin view of a tuple of runs; the Run itself is given under UserRole.

    `checks_changed` tells that others are to be compared; `renamed` carries a run and the name it shall have.
    """

    checks_changed = Signal()
    renamed = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[Run, ...] = ()
        self._checked: set[int] = set()
        self.shown: int | None = None

    def set_runs(self, runs: tuple[Run, ...]) -> None:
        """Show these runs, given the oldest first; those checked before stay so, and so does a name being typed."""
        if [run.id for run in reversed(runs)] == [run.id for run in self._runs]:
            self._runs = tuple(reversed(runs))
            if runs:
                self.dataChanged.emit(self.index(0), self.index(len(runs) - 1))
            return
        self.beginResetModel()
        self._runs = tuple(reversed(runs))
        self._checked &= {run.id for run in runs}
        self.endResetModel()

    @property
    def checked(self) -> tuple[Run, ...]:
        """The runs to compare, the newest first."""
        return tuple(run for run in self._runs if run.id in self._checked)

    def run_at(self, index: AnyIndex) -> Run | None:
        """The run at a place."""
        return self._runs[index.row()] if index.isValid() else None

    def row_of(self, run_id: int | None) -> int | None:
        """Where a run stands."""
        return next((row for row, run in enumerate(self._runs) if run.id == run_id), None)

    def toggle(self, index: AnyIndex) -> None:
        """Compare a run, or do so no longer."""
        run = self.run_at(index)
        if run is not None:
            self._checked ^= {run.id}
            place = self.index(index.row())
            self.dataChanged.emit(place, place, [Qt.ItemDataRole.CheckStateRole])
            self.checks_changed.emit()

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """Number of runs."""
        return 0 if parent.isValid() else len(self._runs)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Every run can be checked and renamed."""
        usual = super().flags(index)
        if not index.isValid():
            return usual
        return usual | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What Qt asks about a run."""
        run = self.run_at(index)
        if run is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return run.name
            case Qt.ItemDataRole.UserRole:
                return run
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if run.id in self._checked else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._words(run)
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A name is only told: the Lab decides whether it is taken. A check is taken at once."""
        run = self.run_at(index)
        if run is None:
            return False
        if role == Qt.ItemDataRole.CheckStateRole:
            if (Qt.CheckState(value) == Qt.CheckState.Checked) != (run.id in self._checked):
                self.toggle(index)
            return True
        name = str(value).strip()
        if role == Qt.ItemDataRole.EditRole and name and name != run.name:
            self.renamed.emit(run, name)
        return False

    def _words(self, run: Run) -> str:
        numbers = f"test loss {loss_text(run)}, accuracy {accuracy_text(run)}"
        shown = ", shown in the plots" if run.id == self.shown else ""
        problem = f" {run.problem}" if run.problem else ""
        facts = f"{run.parameters:,} parameters, seed {run.seed}, {numbers}"
        return f"{run.name}, {second_line(run)}{shown}, {facts}.{problem}"

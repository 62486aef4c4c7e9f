"""Judges completions and runs code in jobs, and tells what came out; knows no widget."""

from PySide6.QtCore import QObject, Signal

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.generation.sandbox import Outcome
from codegen_desktop.generation.trace import Completion
from codegen_desktop.ui.generation.writing import Judged, Writer, judge, run_call
from codegen_desktop.ui.workspace import Workspace


class Judging(QObject):
    """`judged` carries a Judged, `ran` a call and its Outcome; `running_changed` says whether the sandbox works.

    `given_up`: a completion could not be checked, or its check was cancelled.
    """

    judged = Signal(object)
    given_up = Signal()
    ran = Signal(str, object)
    running_changed = Signal(bool)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._judging = self._running = 0

    @property
    def is_busy(self) -> bool:
        """Whether something is judged or run."""
        return self._judging + self._running > 0

    def judge(self, writer: Writer, completion: Completion, dataset: Dataset | None) -> None:
        """Check a completion; `dataset` is the run's own, where it is open."""
        self._judging += 1
        self._workspace.run_job(
            judge(writer, completion, dataset),
            on_success=self._on_judged,
            on_failure=self._on_judging_failed,
            on_cancel=self._on_judging_cancelled,
        )

    def run(self, program: str, call: str) -> None:
        """Run a program in the sandbox and evaluate a call."""
        self._running += 1
        self.running_changed.emit(True)
        self._workspace.run_job(
            run_call(program, call),
            on_success=lambda outcome: self._on_ran(call, outcome),
            on_failure=self._on_run_failed,
            on_cancel=self._on_run_over,
        )

    def _on_judging_over(self) -> None:
        self._judging -= 1

    def _on_judged(self, judged: Judged) -> None:
        self._on_judging_over()
        self.judged.emit(judged)

    def _on_judging_cancelled(self) -> None:
        self._on_judging_over()
        self.given_up.emit()

    def _on_judging_failed(self, error: BaseException) -> None:
        self._on_judging_cancelled()
        self._workspace.report(error)

    def _on_run_over(self) -> None:
        self._running -= 1
        self.running_changed.emit(False)

    def _on_ran(self, call: str, outcome: Outcome) -> None:
        self._on_run_over()
        self.ran.emit(call, outcome)

    def _on_run_failed(self, error: BaseException) -> None:
        self._on_run_over()
        self._workspace.report(error)

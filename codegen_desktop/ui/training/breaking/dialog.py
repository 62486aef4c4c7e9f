"""The window *Break it*: train a mystery, look at its evidence, say what is wrong, and learn what decides it."""

from random import Random

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.model.records import TrainStep
from codegen_desktop.model.runs import Run
from codegen_desktop.mystery import Answer, Material, keep_answer, train_mystery
from codegen_desktop.pipeline import RunStarted
from codegen_desktop.quiz.answers import open_answers
from codegen_desktop.ui import theme
from codegen_desktop.ui.job import Job
from codegen_desktop.ui.training.breaking.diagnosis_page import DiagnosisPage
from codegen_desktop.ui.training.breaking.reading import KnownMystery, read_mysteries, time_words
from codegen_desktop.ui.training.breaking.start_page import StartPage
from codegen_desktop.ui.training.session import obstacle
from codegen_desktop.ui.widgets.buttons import button
from codegen_desktop.ui.widgets.labels import label
from codegen_desktop.ui.workspace import Workspace


class BreakItDialog(QDialog):
    """Three pages: start, training, diagnosis. Closing it stops a training that runs, which then leaves nothing.

    `busy` says why nothing can be trained now, empty where it can; mysteries that were trained can be looked at.
    """

    repair_wished = Signal()

    def __init__(
        self, workspace: Workspace, parent: QWidget | None = None, random: Random | None = None, busy: str = ""
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._busy = busy
        self._job: Job | None = None
        self._known: tuple[KnownMystery, ...] = ()
        self._wanted: int | None = None
        self._trained_now = ""
        self.start_page = StartPage(random or Random())
        self.diagnosis_page = DiagnosisPage()
        self._doing = label("", "strong", wrap=True)
        self._bar = QProgressBar()
        self.stop_button = button("Stop", "square", tooltip="Stops and keeps nothing of this mystery")
        self.pages = QStackedWidget()

        self.setWindowTitle("Break it")
        self._bar.setAccessibleName("Training of the mystery")
        self._bar.setTextVisible(False)
        self._lay_out()

        self.start_page.train_wished.connect(self.train)
        self.start_page.mystery_chosen.connect(self.show_mystery)
        self.stop_button.clicked.connect(self.stop)
        self.diagnosis_page.question.answered.connect(self._on_question_answered)
        self.diagnosis_page.question.repair_wished.connect(self._on_question_repair_wished)
        self.diagnosis_page.question.another_wished.connect(self._on_question_another_wished)
        self.diagnosis_page.back_wished.connect(self.show_start)
        self.show_start()

    def _lay_out(self) -> None:
        training = QWidget()
        inside = QVBoxLayout(training)
        theme.space(inside, 20, 12)
        inside.addStretch(1)
        inside.addWidget(self._doing)
        inside.addWidget(self._bar)
        inside.addWidget(self.stop_button, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addStretch(1)
        self._training = training
        for page in (self.start_page, training, self.diagnosis_page):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        theme.space(layout, 0, 0)
        layout.addWidget(self.pages)
        parent = self.parentWidget()
        wish = QSize(theme.px(1060), theme.px(720))
        self.resize(wish if parent is None else wish.boundedTo(parent.window().size()))

    @property
    def is_training(self) -> bool:
        """Whether a mystery is being trained."""
        return self._job is not None

    def show_start(self) -> None:
        """The first page, with what is in the Lab now."""
        self.pages.setCurrentWidget(self.start_page)
        self.start_page.show_reason(self._busy or obstacle(self._workspace))
        self.start_page.show_time("")
        self._read()

    def show_mystery(self, run_id: int) -> None:
        """Open a mystery by the number of its run; nothing happens where it has no evidence."""
        self._wanted = run_id
        self._read()

    def train(self, code: int) -> None:
        """Train the mystery of a code."""
        workspace = self._workspace
        if self.is_training or self._busy or obstacle(workspace) or workspace.lab is None:
            return
        assert workspace.dataset is not None
        assert workspace.dataset_id is not None
        assert workspace.tokenizer is not None
        assert workspace.tokenizer_id is not None
        material = Material(
            workspace.lab, workspace.dataset, workspace.dataset_id, workspace.tokenizer, workspace.tokenizer_id
        )
        self._show_doing("Getting ready", 0, 0)
        self.pages.setCurrentWidget(self._training)
        self._job = workspace.run_job(
            train_mystery(material, code),
            on_values=self._on_job_yielded,
            on_success=self._on_job_succeeded,
            on_failure=self._on_job_failed,
            on_cancel=self._on_job_cancelled,
        )

    def stop(self) -> None:
        """Stop the training; it leaves nothing."""
        if self._job is not None:
            self._job.cancel()

    def closeEvent(self, event: QCloseEvent) -> None:  # Qt's name
        """A training does not go on behind a closed window."""
        self.stop()
        super().closeEvent(event)

    def reject(self) -> None:
        """Escape closes, as the window's own button does."""
        self.stop()
        super().reject()

    def resizeEvent(self, event: QResizeEvent) -> None:  # Qt's name
        """Evidence and question stand beside each other where there is room."""
        super().resizeEvent(event)
        self.diagnosis_page.set_beside(self.width() >= theme.px(860))

    # What happens

    def _on_job_yielded(self, events: list[object]) -> None:
        for event in events:
            match event:
                case RunStarted():
                    self._trained_now = event.run.name
                case TrainStep():
                    words = f"Training: {self._trained_now}, step {event.step:,} of {event.steps:,}"
                    self._show_doing(words, event.step, event.steps)
                case Progress():
                    self._show_doing(event.what, event.done, event.total)
                case _:
                    pass

    def _on_job_succeeded(self, run: Run) -> None:
        self._job = None
        self._workspace.note_saved()
        self.show_mystery(run.id)

    def _on_job_failed(self, error: BaseException) -> None:
        self._job = None
        self._workspace.report(error)
        self.show_start()
        self.start_page.show_reason(str(error))

    def _on_job_cancelled(self) -> None:
        self._job = None
        self.show_start()

    def _show_doing(self, words: str, done: int, total: int) -> None:
        self._doing.setText(words)
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _on_question_answered(self, key: str, confidence: str) -> None:
        known, lab = self.diagnosis_page.known, self._workspace.lab
        if known is None or lab is None:
            return
        given = Answer(key, confidence, self.diagnosis_page.opened)
        self._workspace.call(
            keep_answer, open_answers(lab), known.mystery, given, then=lambda _: self._on_answer_kept(known, given)
        )

    def _on_answer_kept(self, known: KnownMystery, given: Answer) -> None:
        self._workspace.note_saved()
        self.diagnosis_page.show_solution(KnownMystery(known.mystery, known.twin, given))

    def _on_question_repair_wished(self) -> None:
        self.accept()
        self.repair_wished.emit()

    def _on_question_another_wished(self) -> None:
        self.start_page.draw_code()
        self.show_start()

    def _read(self) -> None:
        if self._workspace.lab is not None:
            self._workspace.call(read_mysteries, self._workspace.lab, then=self._on_mysteries_read)
        else:
            self._on_mysteries_read(())

    def _on_mysteries_read(self, known: tuple[KnownMystery, ...]) -> None:
        self._known = known
        self.start_page.show_earlier(known)
        self.start_page.show_time(time_words(known))
        wanted, self._wanted = self._wanted, None
        found = next((one for one in known if one.mystery.run.id == wanted), None)
        if found is not None:
            self.diagnosis_page.show_mystery(found)
            self.pages.setCurrentWidget(self.diagnosis_page)

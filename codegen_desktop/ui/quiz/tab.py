"""The Quiz tab: choose a set, answer, read why, and see what is worth another look."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFileDialog, QWidget

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.errors import LabError, QuizError, UserError
from codegen_desktop.quiz.items import Shown
from codegen_desktop.quiz.results import results_csv
from codegen_desktop.quiz.session import Progress
from codegen_desktop.ui.fit import FitWatch
from codegen_desktop.ui.quiz.layout import QUESTION, QuizLayout
from codegen_desktop.ui.quiz.markup import plain
from codegen_desktop.ui.quiz.question_sets import OWN_RUN, QuestionSet, QuestionSets
from codegen_desktop.ui.stages import EMPTY, Mark, Stage
from codegen_desktop.ui.widgets.page import add_keys
from codegen_desktop.ui.workspace import Workspace

T = TypeVar("T")


class QuizTab(QWidget):
    """Holds the sessions of all sets; the parts show them and tell what a person wishes."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._sets = QuestionSets()
        self._key = "model"
        self._places: dict[str, int] = {}
        self._dialog: QFileDialog | None = None
        self._parts = QuizLayout(self)

        self._connect()
        FitWatch(self, self._parts.set_fit)
        self._on_workspace_lab_changed()

    def _connect(self) -> None:
        parts, workspace = self._parts, self._workspace
        question, report, sets = parts.question, parts.report, parts.set_list
        self._parts.previous_button.clicked.connect(lambda: self._step(-1))
        self._parts.next_button.clicked.connect(lambda: self._step(1))
        self._parts.set_box.activated.connect(lambda index: self.choose_set(str(self._parts.set_box.itemData(index))))
        sets.chosen.connect(self.choose_set)
        sets.levels_changed.connect(self._on_set_list_levels_changed)
        sets.order_chosen.connect(self._on_set_list_order_chosen)
        sets.restart_wished.connect(self._on_set_list_restart_wished)
        question.check_wished.connect(self._on_question_check_wished)
        question.next_wished.connect(lambda: self._step(1))
        question.hint_wished.connect(self._on_question_hint_wished)
        question.give_up_wished.connect(self._on_question_give_up_wished)
        question.place_chosen.connect(self._go_to)
        question.training_wished.connect(lambda: workspace.open_stage.emit(Stage.TRAINING.value))
        report.question_chosen.connect(self._on_report_question_chosen)
        report.show_wished.connect(workspace.open_stage)
        report.save_wished.connect(self.save_results)
        workspace.lab_changed.connect(self._on_workspace_lab_changed)
        workspace.run_changed.connect(self._on_workspace_run_changed)
        workspace.corpus_changed.connect(self._on_workspace_run_changed)
        workspace.tokenizer_changed.connect(self._on_workspace_run_changed)
        keys = {"Alt+Left": lambda: self._step(-1), "Alt+Right": lambda: self._step(1), "Ctrl+E": self.save_results}
        add_keys(self, keys)

    # What the main window and --screenshot ask

    def is_settled(self) -> bool:
        """Whether a question, or why there is none, is drawn; nothing here waits."""
        return bool(self._sets.sets)

    @property
    def current(self) -> Shown | None:
        """The question that is shown."""
        questions = self._set.questions
        return questions[min(self._place, len(questions) - 1)] if questions else None

    def choose_set(self, key: str) -> None:
        """Show a set where it was left, else at its first open question."""
        self._key = key
        if key not in self._places:
            self._places[key] = self._first_open(self._set)
        self._show_all()
        self._parts.question.take_focus()

    def save_results(self) -> None:
        """Ask for a file and write the results of the set as CSV."""
        session = self._set.session
        if session is None or session.score.over == 0 or self._dialog is not None:
            return
        self._dialog = QFileDialog(self, "Save results", f"quiz-{self._key}.csv", "CSV (*.csv)")
        self._dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self._dialog.setDefaultSuffix("csv")
        self._dialog.fileSelected.connect(lambda name: self.write_results(Path(name)))
        self._dialog.finished.connect(self._on_dialog_finished)
        self._dialog.open()

    def write_results(self, path: Path) -> None:
        """Write the results of the set, aside first, then renamed; what goes wrong is told in the banner."""
        session = self._set.session
        assert session is not None, "there is nothing to save without a session"
        aside = path.with_name(path.name + ".part")
        try:
            aside.write_bytes(results_csv(session).encode("utf-8-sig"))
            aside.replace(path)
        except OSError as error:
            problem = QuizError(f"The results could not be written: {error.strerror}.", "Choose another folder.")
            self._workspace.report(problem)
            return
        self._workspace.say(f"The results are in {path.name}.")

    # What a person wishes

    def _on_question_check_wished(self) -> None:
        item, session = self.current, self._set.session
        given = self._parts.question.input.given if self._parts.question.input is not None else None
        if item is None or session is None or given is None or session.progress(item).over:
            return
        try:
            verdict = session.answer(item, given)
        except QuizError as error:
            self._parts.question.say_problem(str(error))
            return
        except UserError as error:
            self._workspace.report(error)
            return
        self._note_kept()
        self._parts.question.show_progress(item, session)
        self._parts.question.announce(f"{'Right' if verdict.right else 'Wrong'}. {plain(verdict.why)}")
        self._parts.question.take_focus()
        self._show_around()

    def _on_question_hint_wished(self) -> None:
        item, session = self.current, self._set.session
        if item is None or session is None or session.progress(item).over:
            return
        hint = self._told(lambda: session.take_hint(item))
        if hint is not None:
            self._parts.question.show_progress(item, session)
            self._parts.question.announce(f"Hint: {plain(hint)}")
            self._show_around()

    def _on_question_give_up_wished(self) -> None:
        item, session = self.current, self._set.session
        if item is not None and session is not None:
            self._told(lambda: session.give_up(item))
            self._parts.question.show_progress(item, session)
            self._parts.question.take_focus()
            self._show_around()

    def _on_set_list_levels_changed(self, levels: frozenset[str]) -> None:
        self._set.levels = frozenset(level for level in ("easy", "medium", "hard") if level in levels)
        self._places[self._key] = self._first_open(self._set)
        self._show_all()

    def _on_set_list_order_chosen(self, shuffled: bool) -> None:
        item = self.current
        self._sets.arrange("shuffled" if shuffled else "fixed")
        if item is not None:
            self._places = {self._key: self._set.questions.index(item)}
        self._show_all()

    def _on_set_list_restart_wished(self) -> None:
        session = self._set.session
        if session is not None:
            self._told(session.restart)
            self._places[self._key] = 0
            self._show_all()
            self._parts.question.take_focus()

    def _on_report_question_chosen(self, place: int) -> None:
        self._parts.switch.choose(QUESTION)
        self._go_to(place)

    def _step(self, step: int) -> None:
        self._go_to(self._place + step)

    def _go_to(self, place: int) -> None:
        if 0 <= place < len(self._set.questions):
            self._places[self._key] = place
            self._show_all()
            self._parts.question.take_focus()

    # What changed elsewhere

    def _on_workspace_lab_changed(self) -> None:
        space = self._workspace
        before = self._standing() if self._sets.sets else None
        fresh = space.run_is_fresh
        try:
            self._sets.open(space.lab, space.run, self._run_dataset(), run_is_fresh=fresh)
        except LabError as error:
            self._workspace.report(error)
            self._sets.open(None, space.run, self._run_dataset(), run_is_fresh=fresh)
        self._fill_set_box()
        if before is not None and self._standing() == before:
            self._places = {self._key: self._place}
            self._show_around()
            return
        unfinished = (key for key, one in self._sets.sets.items() if one.session and not _is_finished(one))
        self._key = next(unfinished, self._key)
        self._places = {self._key: self._first_open(self._set)}
        self._show_all()

    def _standing(self) -> tuple[str, Progress] | None:
        """The question that is shown and how it stands; where that stays, what is typed stays too."""
        item, session = self.current, self._set.session
        return (item.id, session.progress(item)) if item is not None and session is not None else None

    def _fill_set_box(self) -> None:
        with QSignalBlocker(self._parts.set_box):
            self._parts.set_box.clear()
            for key, one in self._sets.sets.items():
                self._parts.set_box.addItem(one.title, key)
        self._parts.set_list.say_kept(self._kept_words())

    def _on_workspace_run_changed(self) -> None:
        space = self._workspace
        item = self.current
        self._told(lambda: self._sets.open_run(space.run, self._run_dataset(), run_is_fresh=space.run_is_fresh))
        if self._key == OWN_RUN and self.current != item:
            self._show_all()
        else:
            self._show_around()

    # Drawing

    @property
    def _set(self) -> QuestionSet:
        return self._sets.sets[self._key]

    @property
    def _place(self) -> int:
        return self._places.get(self._key, 0)

    def _show_all(self) -> None:
        item, session = self.current, self._set.session
        if item is None or session is None:
            self._parts.question.show_empty(
                self._set.title,
                self._set.why_empty or "No question has this level.",
                needs_run=session is None,
            )
        else:
            self._parts.question.show_question(item, self._place + 1, session)
        self._show_around()

    def _show_around(self) -> None:
        """Everything but the question itself."""
        shown, session, questions = self._set, self._set.session, self._set.questions
        states = [(session.progress(item), item.title) for item in questions] if session is not None else []
        self._parts.question.boxes.show_questions(states, self._place)
        self._parts.set_list.show_sets(tuple(self._sets.sets.values()), self._key)
        self._parts.set_box.setCurrentIndex(self._parts.set_box.findData(self._key))
        self._parts.report.show_session(session, questions, self._place)
        self._parts.head.set_reading(_reading(shown))
        over = bool(states) and states[min(self._place, len(states) - 1)][0].over
        self._parts.previous_button.setEnabled(self._place > 0)
        self._parts.next_button.setEnabled(self._place + 1 < len(questions))
        self._parts.lead_on(over and self._parts.next_button.isEnabled())
        self._parts.question.chain_focus()
        self._tell_stage()

    def _tell_stage(self) -> None:
        session = self._set.session
        if self._sets.over == 0 or session is None:
            empty = EMPTY[Stage.QUIZ]
            self._workspace.set_stage(Stage.QUIZ, empty.mark, *empty.parts)
            return
        mark = Mark.STALE if self._set.stale else Mark.DONE
        self._workspace.set_stage(Stage.QUIZ, mark, f"{session.score.over} of {session.score.questions}")

    def _run_dataset(self) -> Dataset | None:
        run, space = self._workspace.run, self._workspace
        return space.dataset if run is not None and run.dataset_id == space.dataset_id else None

    def _kept_words(self) -> str:
        if self._sets.answers.kept:
            return "Every answer is saved in this lab the moment it is given."
        if self._workspace.lab is not None:
            return "This lab is open for reading only: new answers last until the window closes."
        return "No lab is open yet: answers are kept in memory and move into the first lab you make."

    def _note_kept(self) -> None:
        if self._sets.answers.kept:
            self._workspace.note_saved()

    def _told(self, do: Callable[[], T]) -> T | None:
        """What `do` gives; an error a person can mend goes to the banner and gives None."""
        try:
            return do()
        except UserError as error:
            self._workspace.report(error)
            return None

    def _on_dialog_finished(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    @staticmethod
    def _first_open(shown: QuestionSet) -> int:
        session = shown.session
        if session is None:
            return 0
        places = (place for place, item in enumerate(shown.questions) if not session.progress(item).over)
        return next(places, 0)


def _is_finished(shown: QuestionSet) -> bool:
    return shown.session is not None and shown.session.score.over == shown.session.score.questions


def _reading(shown: QuestionSet) -> str:
    if shown.session is None:
        return f"<b>{shown.title}</b> has no question yet."
    score = shown.session.score
    rule = "A wrong answer can be tried again for half a point."
    if score.over == 0:
        return f"<b>{shown.title}</b>, {score.questions} questions. {rule}"
    return f"<b>{score.over} of {score.questions}</b> answered, {score.right_at_first} right at first try. {rule}"

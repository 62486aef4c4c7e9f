"""The four sets of questions: where each comes from, the session through it, and why one may be empty."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.generation.store import load_evaluation
from codegen_desktop.lab import Lab
from codegen_desktop.model.runs import Run
from codegen_desktop.quiz.answers import Answers, LabAnswers, MemoryAnswers, carry_over, open_answers
from codegen_desktop.quiz.bank import OWN_BANKS, own_bank
from codegen_desktop.quiz.items import LEVELS, Bank, Level, Shown
from codegen_desktop.quiz.run_facts import facts_of_run
from codegen_desktop.quiz.run_questions import Refusal, run_bank, run_questions
from codegen_desktop.quiz.session import Arrangement, Session

OWN_RUN = "run"
ICONS = {"model": "activity", "practice": "pencil", "test": "graduation-cap", OWN_RUN: "fingerprint"}

_NO_RUN = "These questions are made from your own curve. Train a model first; Quick takes about a minute."


@dataclass
class QuestionSet:
    """One set as the window shows it; `session` is None while it has no question, and `why_empty` says why."""

    key: str
    title: str
    sentence: str
    session: Session | None = None
    why_empty: str = ""
    refusals: tuple[Refusal, ...] = ()
    stale: bool = False
    levels: frozenset[Level] = frozenset(LEVELS)

    @property
    def questions(self) -> tuple[Shown, ...]:
        """The questions of the chosen levels, in the order they are asked."""
        if self.session is None:
            return ()
        return tuple(item for item in self.session.order if item.level in self.levels)


@dataclass
class QuestionSets:
    """All sets over one place where answers are kept. Sessions are made anew when the Lab or the run changes."""

    arrangement: Arrangement = "fixed"
    seed: int = 42
    answers: Answers = field(default_factory=lambda: open_answers(None))
    sets: dict[str, QuestionSet] = field(default_factory=dict)
    lab: Lab | None = None

    def open(self, lab: Lab | None, run: Run | None, dataset: Dataset | None, *, run_is_fresh: bool = True) -> None:
        """Continue every set where the answers in the Lab leave off. Raises QuizError and LabError."""
        self.lab = lab
        earlier, self.answers = self.answers, open_answers(lab)
        if isinstance(earlier, MemoryAnswers) and isinstance(self.answers, LabAnswers):
            carry_over(earlier, self.answers)
        made = {key: self._from_bank(own_bank(key)) for key in OWN_BANKS}
        made[OWN_RUN] = self._empty_run()
        for key, one in made.items():
            one.levels = self.sets[key].levels if key in self.sets else one.levels
        self.sets = made
        self.open_run(run, dataset, run_is_fresh=run_is_fresh)

    def open_run(self, run: Run | None, dataset: Dataset | None, *, run_is_fresh: bool = True) -> None:
        """Make the questions about a run anew; answered ones come back as they were asked."""
        levels = self.sets[OWN_RUN].levels if OWN_RUN in self.sets else frozenset(LEVELS)
        made = self._empty_run()
        if run is not None:
            bank = run_bank()
            graded = load_evaluation(self.lab, run.id) if self.lab is not None else None
            score = (graded.passed, graded.total) if graded is not None else (None, None)
            asked, made.refusals = run_questions(bank, facts_of_run(run, dataset, *score))
            made.sentence = f"questions about {run.name}"
            made.stale = not run_is_fresh
            if asked:
                name = f"run {run.id}"
                made.session = Session(name, asked, self.answers, bank.version, self.arrangement, self.seed)
            else:
                made.why_empty = made.refusals[0].why
        made.levels = levels
        self.sets[OWN_RUN] = made

    def arrange(self, arrangement: Arrangement) -> None:
        """Ask in a fixed order, or shuffled from the seed."""
        self.arrangement = arrangement
        for session in self._sessions():
            session.arrangement = arrangement

    @property
    def over(self) -> int:
        """How many questions are answered in all sets."""
        return sum(session.score.over for session in self._sessions())

    @property
    def questions(self) -> int:
        """How many questions there are in all sets."""
        return sum(session.score.questions for session in self._sessions())

    def _sessions(self) -> Iterable[Session]:
        return (one.session for one in self.sets.values() if one.session is not None)

    def _from_bank(self, bank: Bank) -> QuestionSet:
        session = Session(bank.id, bank.shown, self.answers, bank.version, self.arrangement, self.seed)
        return QuestionSet(bank.id, bank.title, bank.sentence, session)

    def _empty_run(self) -> QuestionSet:
        return QuestionSet(OWN_RUN, "Your own run", "questions about your run", None, _NO_RUN)

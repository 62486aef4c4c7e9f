"""What *Break it* reads from the Lab, away from the window, and how it says it."""

from dataclasses import dataclass

from codegen_desktop.lab import Lab
from codegen_desktop.mystery import TWIN, Answer, Mystery, find_twin, first_answer, list_mysteries
from codegen_desktop.quiz.answers import open_answers
from codegen_desktop.ui.training.reading import duration


@dataclass(frozen=True, slots=True)
class KnownMystery:
    """A mystery with the healthy twin of the same dataset and tokens, and what was answered; either may be missing."""

    mystery: Mystery
    twin: Mystery | None
    answer: Answer | None


def read_mysteries(lab: Lab) -> tuple[KnownMystery, ...]:
    """Every mystery of a Lab, the oldest first; twins are no mysteries."""
    answers, known = open_answers(lab), []
    for mystery in list_mysteries(lab):
        if mystery.evidence.code == TWIN and mystery.run.broken == "healthy":
            continue
        twin = find_twin(lab, mystery.run.dataset_id, mystery.run.tokenizer_id)
        known.append(KnownMystery(mystery, twin, first_answer(answers, mystery)))
    return tuple(known)


def list_line(known: KnownMystery) -> str:
    """A mystery on one line."""
    if known.answer is None:
        return f"{known.mystery.run.name}: not answered yet"
    right = known.answer.key == known.mystery.run.broken
    return f"{known.mystery.run.name}: {'right' if right else 'not right'}, you said “{known.answer.confidence}”"


def time_words(mysteries: tuple[KnownMystery, ...]) -> str:
    """How long the next mystery will take, from those that were trained here."""
    if not mysteries:
        return "It takes about a minute, the first time twice as long: the healthy run it is compared with comes first."
    seconds = [sum(result.seconds for result in known.mystery.run.epochs) for known in mysteries]
    return f"The last one took {duration(seconds[-1])} of training on this PC."

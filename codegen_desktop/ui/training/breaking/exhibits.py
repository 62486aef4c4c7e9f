"""The evidence of a mystery in words and tables, beside the healthy twin's: rich text that a label shows.

Nothing in here says what was done: the sentences name what is measured and how, never what it means.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from codegen_desktop.model.diagnosis import last_measured
from codegen_desktop.model.evidence import FirstBatch, Written
from codegen_desktop.mystery import Mystery
from codegen_desktop.ui import theme

PLACES = 14
"""Places of the first row that are shown."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One piece of evidence: `question` is what it answers, `body` makes its rich text from mystery and twin."""

    key: str
    title: str
    question: str
    body: Callable[[Mystery, Mystery | None], str]


def epochs(mystery: Mystery, twin: Mystery | None) -> str:
    """Loss and accuracy after every epoch, the twin's in brackets."""
    healthy = {result.epoch: result for result in twin.run.epochs} if twin is not None else {}
    rows = []
    for result in mystery.run.epochs:
        other = healthy.get(result.epoch)
        cells = [
            (f"{result.train_loss:.2f}", f"{other.train_loss:.2f}" if other else ""),
            (f"{result.test_loss:.2f}", f"{other.test_loss:.2f}" if other else ""),
            (f"{result.test_accuracy * 100:.0f} %", f"{other.test_accuracy * 100:.0f} %" if other else ""),
        ]
        rows.append([str(result.epoch) if result.epoch else "untrained", *(_beside(*cell) for cell in cells)])
    lines = mystery.run.baselines
    floor = f", the grammar's own floor {lines.floor:.2f}" if lines.floor is not None else ""
    return (
        _table(["Epoch", "Train loss", "Test loss", "Test accuracy"], rows)
        + "<p>In brackets: the healthy run. Losses in nats per token. Guessing by chance gives "
        f"<b>{lines.uniform.loss:.2f}</b>, token frequencies {lines.unigram.loss:.2f}, the five-token table "
        f"{lines.five_gram.loss:.2f}{floor}.</p>" + _problem(mystery)
    )


def writing(mystery: Mystery, _twin: Mystery | None) -> str:
    """What the model wrote after the fixed prompts."""
    blocks = [written(one) for one in mystery.evidence.written]
    return "<p>Prompt, then what it wrote, always taking the likeliest token.</p>" + "".join(blocks)


def alone(mystery: Mystery, twin: Mystery | None) -> str:
    """The losses measured in three ways."""

    def losses(one: Mystery) -> tuple[str, str, str]:
        numbers = (last_measured(one.run).test_loss, one.evidence.test_alone, one.evidence.kept_alone)
        first, second, third = (f"{number:.2f}" for number in numbers)
        return first, second, third

    names = (
        "Test part, measured as in training",
        "Test part, one token at a time",
        f"{mystery.evidence.kept:,} snippets kept aside, one token at a time",
    )
    healthy = losses(twin) if twin is not None else ("", "", "")
    rows = [list(row) for row in zip(names, losses(mystery), healthy, strict=True)]
    return (
        _table(["Loss in nats per token", "This run", "Healthy"], rows)
        + "<p>One token at a time is how a model writes: what comes later does not exist yet. The snippets kept aside "
        "come from the Lab as they are; no pipeline ever held them.</p>"
    )


def parts(mystery: Mystery, twin: Mystery | None) -> str:
    """What stands in the two parts."""

    def counts(one: Mystery) -> list[str]:
        found = one.evidence.parts
        numbers = [found.train, found.different, found.test, found.copied, found.leaked]
        return [*(f"{number:,}" for number in numbers), f"{found.line_breaks:.1f}"]

    names = [
        "Learning snippets",
        "Different texts among them",
        "Test snippets",
        "Test snippets that also stand in the learning part",
        "Learning snippets that also stand in the test part",
        "Line breaks in a learning snippet",
    ]
    healthy = counts(twin) if twin is not None else [""] * len(names)
    return _table(
        ["", "This run", "Healthy"],
        [list(row) for row in zip(names, counts(mystery), healthy, strict=True)],
    )


def first_batch(mystery: Mystery, _twin: Mystery | None) -> str:
    """The beginning of the first row: what the model sees at each place, and what it is asked for there."""
    batch: FirstBatch = mystery.evidence.batch
    shown = list(zip(batch.sees, batch.asked, strict=True))[:PLACES]
    rows = [
        [str(place), _mono(escape(sees)), _mono(escape(asked))] for place, (sees, asked) in enumerate(shown, start=1)
    ]
    left = len(batch.sees) - len(shown)
    more = f"<p>{left} more places follow.</p>" if left > 0 else ""
    return _table(["Place", "It sees", "It shall say"], rows) + more + "<p>· is a space, ⏎ a line break.</p>"


def kinds(mystery: Mystery, twin: Mystery | None) -> str:
    """Accuracy by kind of token after the last epoch; says so where it was not measured."""
    scores = mystery.run.epochs[-1].kinds
    healthy = {score.kind: score for score in twin.run.epochs[-1].kinds} if twin is not None else {}
    if not scores:
        return "<p>Not measured in this run.</p>"
    rows = []
    for score in scores:
        other = healthy.get(score.kind)
        beside = f"{other.accuracy * 100:.0f} %" if other is not None and other.tokens else "–"
        rows.append([score.kind, f"{score.tokens:,}", f"{score.accuracy * 100:.0f} %", beside])
    return _table(["Kind", "Test tokens", "This run", "Healthy"], rows)


EXHIBITS: tuple[Exhibit, ...] = (
    Exhibit("curves", "Loss and accuracy", "How did it learn, beside a healthy run?", epochs),
    Exhibit("writing", "What it writes", "What comes after the five fixed prompts?", writing),
    Exhibit("alone", "Loss on its own", "What is it worth when nothing helps it?", alone),
    Exhibit("parts", "The two parts", "What was learned from, and what was measured on?", parts),
    Exhibit("batch", "The first row", "What does the model see, and what shall it say?", first_batch),
    Exhibit("kinds", "Kinds of token", "Which tokens does it get right?", kinds),
)
"""All evidence there is, in the order of its cards."""


def _problem(mystery: Mystery) -> str:
    problem = mystery.evidence.problem
    return f"<p>Training ended early: {escape(problem)}</p>" if problem else ""


def _beside(value: str, healthy: str) -> str:
    return f"{value} ({healthy})" if healthy else value


def written(one: Written) -> str:
    """A prompt, what was written after it, and the verdict on both; empty lines stand side by side."""
    verdict = "valid Python" if one.parses else "not valid Python"
    if one.passes is not None:
        verdict += ", its tests pass" if one.passes else ", its tests fail"
    text = one.text if len(one.text) <= 160 else f"{one.text[:160]} …"
    lines = re.sub(r"\n+", lambda breaks: "⏎" * len(breaks[0]) + "\n", escape(text))  # empty lines side by side
    shown = lines.rstrip("\n").replace("\n", "<br>").replace("  ", "&nbsp;&nbsp;") if text else "(nothing)"
    return f"<p>{_mono(escape(one.prompt.rstrip()))}<br><b>{_mono(shown)}</b><br>{verdict}</p>"


def _mono(rich: str) -> str:
    return f"<span style=\"font-family:'{theme.MONO}'\">{rich}</span>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A plain table; the first column is words, the others stand right. Cells are rich text already."""
    titles = "".join(f'<th align="{"left" if not place else "right"}">{name}</th>' for place, name in enumerate(head))
    lines = [
        "".join(f'<td align="{"left" if not place else "right"}">{cell}</td>' for place, cell in enumerate(row))
        for row in rows
    ]
    return f'<table cellpadding="3"><tr>{titles}</tr>' + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"

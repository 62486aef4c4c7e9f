"""What fill in the middle gives and costs: `python -m tests.benchmarks.fill_in_the_middle [--gaps 100] [--epochs 5]`.

Trains two models that differ in one option, `middle_share` (0 and 50), on the Starter corpus with the Quick preset's
size. Then a gap is cut into each of 100 held-out snippets that have an instruction and tests, in two ways: anywhere
in the code, between any two of its characters, and one whole line of code. The model that learned to fill gaps is
given both sides; the other one only what stands before the gap, and it writes on to the end of the snippet.

Printed for each: how often the gap's exact text was written (of the second model's text only the beginning has to be
it), how often the whole is Python, and how often it passes the snippet's tests, beside what the snippets would
score with nothing in the gap. And the cost: test loss, and tests passed from the instruction alone, of both models.
Everything is greedy. Not the same work: the model without the option may write any ending that passes the tests, the
other one has to meet the given end to the character. Gaps that do not fit into a row with their answer are drawn again.
"""

import argparse
import os
import random
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from codegen_desktop.config import PRESETS, SamplingOptions, TrainingOptions
from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.sampling import sample_dataset
from codegen_desktop.corpus.snippet import Snippet
from codegen_desktop.corpus.starter import starter_dataset
from codegen_desktop.generation.batch import Written, write_many
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.evaluate import evaluate
from codegen_desktop.generation.generate import encode_prompt
from codegen_desktop.generation.grading import grade_many
from codegen_desktop.generation.middle import encode_sides
from codegen_desktop.generation.syntax import parses
from codegen_desktop.model.middle import Parts, count_middles, cut_in_three
from codegen_desktop.model.records import CheckpointTaken, EpochResult
from codegen_desktop.model.train import train
from codegen_desktop.pipeline import training_job
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer

T = TypeVar("T")

SHARE = 50


@dataclass(frozen=True)
class Gap:
    """A held-out snippet with a gap; `parts` are its text before, in and after the gap."""

    snippet: Snippet
    parts: Parts


def main() -> None:
    """Train, fill, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gaps", type=int, default=100)
    parser.add_argument("--snippets", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--context", type=int, default=PRESETS["quick"].context)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    changes = {name: getattr(asked, name) for name in ("snippets", "epochs", "seed", "context")}
    options = PRESETS["quick"].model_copy(update={**changes, "preset": "custom", "threads": 1, "device": "cpu"})
    used = sample_dataset(result(starter_dataset(10_000, 42)), options.snippets, options.seed)
    tokenizer = learn_tokenizer("bpe", [snippet.text for snippet in used.train], 2048)
    print(f"{len(used.train):,} snippets x {options.epochs} epochs, {options.layers} layers of width {options.width}, "
          f"row length {options.context}, seed {options.seed}, torch {torch.__version__}, one thread")  # fmt: skip
    plain = trained(used, tokenizer, options)
    filling = trained(used, tokenizer, options.model_copy(update={"middle_share": SHARE}))
    for title, cut in (("Gaps anywhere in the code", anywhere), ("Gaps of one whole line", one_line)):
        gaps = held_out(used, tokenizer, options, cut, asked.gaps)
        print(f"\n{title}: {len(gaps)} held-out snippets, {sum(len(gap.parts[1]) for gap in gaps) / len(gaps):.1f} "
              "characters missing on average")  # fmt: skip
        report(gaps, tokenizer, plain, filling)


def trained(used: Dataset, tokenizer: Tokenizer, options: TrainingOptions) -> Decoder:
    """Train one model, and say what it costs to write from left to right."""
    job = training_job(used, tokenizer, options)
    start = time.monotonic()
    last: CheckpointTaken | None = None
    epochs: list[EpochResult] = []
    for event in train(job):
        if isinstance(event, CheckpointTaken):
            last = event
        elif isinstance(event, EpochResult):
            epochs.append(event)
    assert last is not None
    seconds = time.monotonic() - start
    decoder = Decoder(last.weights, job.shape)
    whole = [snippet for snippet in used.test if snippet.tests and snippet.instruction][:400]
    found = result(evaluate(decoder, tokenizer, whole))
    print(
        f"share {options.middle_share:>2} %: {count_middles(job.train) / len(job.train):.1%} of the rows rearranged, "
        f"{job.train.tokens:,} tokens an epoch, {seconds:.0f} s; test loss {epochs[-1].test_loss:.3f}, accuracy "
        f"{epochs[-1].test_accuracy:.3f}; from the instruction alone {found.passed} of {found.total} pass their tests"
    )
    return decoder


def anywhere(snippet: Snippet, draw: random.Random) -> Parts:
    """A gap between any two characters of the code."""
    return cut_in_three(snippet.text, draw, len(snippet.prompt))


def one_line(snippet: Snippet, draw: random.Random) -> Parts:
    """One line of the code, without its line break."""
    lines = snippet.text[len(snippet.prompt) :].split("\n")
    number = draw.randrange(len(lines))
    start = len(snippet.prompt) + sum(len(line) + 1 for line in lines[:number])
    end = start + len(lines[number])
    return snippet.text[:start], snippet.text[start:end], snippet.text[end:]


def held_out(
    used: Dataset,
    tokenizer: Tokenizer,
    options: TrainingOptions,
    cut: Callable[[Snippet, random.Random], Parts],
    count: int,
) -> list[Gap]:
    """Gaps in different snippets of the test part, drawn with a seed of their own; all fit into a row."""
    draw = random.Random(2022)
    gaps: list[Gap] = []
    suited = [snippet for snippet in used.test if snippet.tests and snippet.instruction]
    for snippet in draw.sample(suited, len(suited)):
        before, middle, after = cut(snippet, draw)
        tokens = sum(len(tokenizer.encode(part)) for part in (before, middle, after))
        if len(gaps) < count and middle.strip() and tokens + 4 <= options.context:
            gaps.append(Gap(snippet, (before, middle, after)))
    return gaps


def report(gaps: Sequence[Gap], tokenizer: Tokenizer, plain: Decoder, filling: Decoder) -> None:
    """Fill the gaps with both models and print how good that was."""
    both = written(filling, [encode_sides(filling, tokenizer, gap.parts[0], gap.parts[2]) for gap in gaps])
    texts = [tokenizer.decode(row.ids) for row in both]
    exact = sum(row.ended == "end" and text == gap.parts[1] for row, text, gap in zip(both, texts, gaps, strict=True))
    codes = [gap.parts[0] + text + gap.parts[2] for text, gap in zip(texts, gaps, strict=True)]
    score(f"share {SHARE} %, given both sides", exact, codes, gaps)
    for name, decoder in (
        ("share 0 %, given the beginning", plain),
        (f"share {SHARE} %, given the beginning", filling),
    ):
        rows = written(decoder, [encode_prompt(decoder, tokenizer, gap.parts[0]) for gap in gaps])
        texts = [tokenizer.decode(row.ids) for row in rows]
        begun = sum(text.startswith(gap.parts[1]) for text, gap in zip(texts, gaps, strict=True))
        score(name, begun, [gap.parts[0] + text for text, gap in zip(texts, gaps, strict=True)], gaps)
    score("nothing in the gap", 0, [gap.parts[0] + gap.parts[2] for gap in gaps], gaps)


def score(name: str, exact: int, codes: Sequence[str], gaps: Sequence[Gap]) -> None:
    """Print one line: exact texts, Python, tests passed."""
    grades = result(grade_many([(code, gap.snippet.tests) for code, gap in zip(codes, gaps, strict=True)]))
    passed = sum(grade.all_passed for grade in grades)
    print(
        f"  {name:<32} exact {exact / len(gaps):>6.1%}   parses {sum(map(parses, codes)) / len(gaps):>6.1%}   "
        f"tests passed {passed / len(gaps):>6.1%}"
    )


def written(decoder: Decoder, prompts: Sequence[Sequence[int]]) -> tuple[Written, ...]:
    """What a model writes after each prompt, greedily."""
    return result(write_many(decoder, prompts, SamplingOptions(temperature=0.0, max_tokens=decoder.shape.context)))


def result(work: Generator[object, None, T]) -> T:
    """What a generator returns at its end."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            value: T = stop.value
            return value


if __name__ == "__main__":
    main()

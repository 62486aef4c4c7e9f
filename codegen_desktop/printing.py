"""What the headless lab prints: one reader of the pipeline's events, and the report at the end."""

import contextlib
import time
from collections.abc import Callable, Generator, Iterator
from typing import TextIO, TypeVar

from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.generation.trace import Completion
from codegen_desktop.model.choosing import chosen_on_test
from codegen_desktop.model.records import Baselines, EpochResult, TrainStep
from codegen_desktop.model.reference import REFERENCE_TRACE
from codegen_desktop.pipeline import DatasetReady, LabEvent, RunStarted, TokenizerReady
from codegen_desktop.report import LabReport, Stage, likeliest

HEARTBEAT = 10.0
"""Seconds between two signs of life in the Lab file."""

R = TypeVar("R")

BAR = 30
"""Characters of the progress bar."""


class Console:
    """Prints lines, and below the last one a progress line that a terminal sees move and a file does not hold."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._moves = out.isatty()
        self._said: set[str] = set()
        self._shown = 0.0

    def line(self, text: str = "") -> None:
        """Print a line that stays."""
        self._clear()
        print(text, file=self._out, flush=True)

    def progress(self, done: int, total: int, what: str) -> None:
        """Show how far a piece of work is, at most ten times a second."""
        if not self._moves:
            name = what.partition(":")[0]
            if name not in self._said:
                self._said.add(name)
                print(f"{name} ...", file=self._out, flush=True)
            return
        if time.monotonic() - self._shown < 0.1 and done != total:
            return
        self._shown = time.monotonic()
        filled = BAR * done // total if total else 0
        text = f"[{'#' * filled}{'.' * (BAR - filled)}] {what}"
        print(f"\r{text:<79.79}", end="", file=self._out, flush=True)

    def _clear(self) -> None:
        if self._moves and self._shown:
            print(f"\r{'':<79}\r", end="", file=self._out)


def print_events(events: Generator[LabEvent, None, R], out: TextIO, heartbeat: Callable[[], None]) -> R:
    """Print a lab or a training while it runs and give back what it returns; `heartbeat` is called every ten seconds.

    Where printing fails the lab is closed first, so that it can still write how it ended.
    """
    console = Console(out)
    try:
        return follow(events, lambda event: _print_event(event, console), heartbeat)
    except BaseException:
        console.line()
        raise


def follow(events: Generator[LabEvent, None, R], tell: Callable[[LabEvent], None], heartbeat: Callable[[], None]) -> R:
    """Tell every event and give back what the generator returns; it is closed where telling fails."""
    beat = time.monotonic()
    with contextlib.closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as stop:
                returned: R = stop.value
                return returned
            tell(event)
            if time.monotonic() - beat > HEARTBEAT:
                beat = time.monotonic()
                heartbeat()


def print_report(report: LabReport, out: TextIO) -> None:
    """Print what the lab found: baselines, the trace of the brief's example, up to three answers, and the score."""
    console = Console(out)
    for lines in (
        _baseline_lines(report.run.baselines),
        _trace_lines(report.trace),
        _sample_lines(report),
        _summary_lines(report),
    ):
        console.line()
        for line in lines:
            console.line(line)


def _print_event(event: LabEvent, console: Console) -> None:
    match event:
        case Progress():
            console.progress(event.done, event.total, event.what)
        case DatasetReady():
            dataset = event.dataset
            left_out = f", {len(dataset.left_out)} left out, each with a reason" if dataset.left_out else ""
            console.line(f"Dataset: {dataset.name}, {len(dataset.snippets)} snippets{left_out}. {dataset.split.rule}")
        case TokenizerReady():
            tokenizer = event.tokenizer
            console.line(f"Tokens: {tokenizer.name}, {tokenizer.vocabulary_size} in the vocabulary")
        case RunStarted():
            _print_start(event, console)
        case TrainStep():
            what = f"Training: epoch {event.epoch}, step {event.step} of {event.steps}, loss {event.loss:.2f}"
            console.progress(event.step, event.steps, what)
        case EpochResult():
            console.line(_epoch_line(event))
        case _:
            pass


def _print_start(event: RunStarted, console: Console) -> None:
    run = event.run
    console.line()
    for line in _stage_lines(event.stages):
        console.line(line)
    console.line()
    console.line(
        f"{run.name}: {run.parameters:,} weights on {run.device} with {run.threads} "
        f"thread{'s' if run.threads > 1 else ''}, seed {run.seed}. Losses in nats per token, measured on the test part."
    )
    if event.middles:
        console.line(
            f"Fill in the middle: {event.middles:.1%} of the learning snippets are read with their end first "
            f"({run.options.middle_share} % asked for; a snippet that would not fit its row stays as it is)."
        )
    console.line()
    console.line(
        f"{'Epoch':>5}  {'train':>6}  {'test':>6}  {'bits/byte':>9}  {'accuracy':>8}  {'seconds':>7}  "
        f"{'the brief':>11}  Observation"
    )


def _stage_lines(stages: tuple[Stage, ...]) -> Iterator[str]:
    yield "Data flow"
    for number, stage in enumerate(stages, start=1):
        yield f"  {number} {stage.name:<18} {stage.shape_in:<38} -> {stage.shape_out}"


def _epoch_line(result: EpochResult) -> str:
    quoted = next((f"{row.loss} · {row.accuracy:.2f}" for row in REFERENCE_TRACE if row.epoch == result.epoch), "")
    return (
        f"{result.epoch:>5}  {result.train_loss:>6.3f}  {result.test_loss:>6.3f}  {result.bits_per_byte:>9.3f}  "
        f"{result.test_accuracy:>8.3f}  {result.seconds:>7.1f}  {quoted:>11}  {result.observation}"
    )


def _baseline_lines(baselines: Baselines) -> Iterator[str]:
    yield "Without a neural network, on the same test part"
    for name, score in (
        ("chance (ln V)", baselines.uniform),
        ("frequency", baselines.unigram),
        ("word pairs", baselines.bigram),
        ("5-gram", baselines.five_gram),
    ):
        yield f"  {name:<14} loss {score.loss:.3f}  accuracy {score.accuracy:.3f}  bits/byte {score.bits_per_byte:.3f}"
    if baselines.floor is not None:
        yield f"  {'grammar floor':<14} loss {baselines.floor:.3f}  (an estimate; no model can get below the grammar)"


def _trace_lines(trace: Completion) -> Iterator[str]:
    prediction = trace.predictions[0]
    record = prediction.trace
    assert record is not None, "the lab asks for a trace"
    yield f"Prediction trace: what follows {trace.prompt!r}"
    width = len(record.embedding)
    yield f"  1 Token embedding: {' '.join(record.texts)} -> {len(record.ids)} x {width} numbers"
    for number, layer in enumerate(record.layers, start=1):
        looked = layer.attention.mean(axis=0)
        at = int(looked.argmax())
        guess = layer.lens[0]
        yield (
            f"  2 Layer {number}: looks most at {record.texts[at]!r} ({looked[at]:.0%}); "
            f"would say {guess.text!r} ({guess.probability:.0%})"
        )
    likely = [f"{token['text']!r} {token['probability']:.1%}" for token in likeliest(prediction, 5)]
    yield f"  3 Token probabilities: {', '.join(likely)}"
    yield f"  4 Token selection: {prediction.piece!r}, the likeliest"


def _sample_lines(report: LabReport) -> Iterator[str]:
    yield "What it writes after beginnings it has never met"
    for sample in report.samples:
        yield f"  {sample.verdict}"
        for line in (sample.prompt + sample.code).splitlines():
            yield f"    {line}"


def _summary_lines(report: LabReport) -> Iterator[str]:
    run = report.run
    if run.chosen_epoch is not None:
        yield f"Weights {chosen_on_test(run)}. The test part helped to choose them, so its numbers flatter them."
    if report.evaluation is None:
        yield f"pass@1: not measured, {report.ungraded}"
    else:
        passed, total = report.evaluation.passed, report.evaluation.total
        share = f"{passed} of {total} unseen instructions ({passed / total:.1%})"
        yield f"pass@1: {share} answered with code that passes its tests"
        if report.evaluation.subset is not None:
            score = report.evaluation.subset
            yield f"        {score.passed} of the {score.of} among them that name {score.name}"
    yield f"{run.tokens_per_second:,.0f} tokens per second; {run.name} is kept in the Lab"

"""Mysteries: trains a pipeline that is broken on purpose and measures everything a diagnosis can be made from.

`train_broken` trains one by its name; `train_mystery` trains the one a code number stands for, and before it, once
a Lab, the healthy twin it is compared with. Both yield what `pipeline.train_and_watch` yields and keep the run in the
Lab, marked as broken: such a run is never written with, evaluated, exported or gone on with.

Half of the test snippets are kept aside before anything is broken. No pipeline ever sees them, so the loss on them
says what a model is worth.
"""

import json
import random
from collections.abc import Generator
from dataclasses import asdict, dataclass, replace

import numpy as np

from codegen_desktop.config import TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Progress
from codegen_desktop.corpus.sampling import sample_dataset
from codegen_desktop.corpus.snippet import Snippet
from codegen_desktop.errors import CorpusError, TrainingError
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.fixed_prompts import FixedPrompt, complete_prompts, fixed_prompts
from codegen_desktop.lab import Lab, now
from codegen_desktop.model.breaking import RECIPE, broken_named, key_of_code
from codegen_desktop.model.evidence import Evidence, Written, make_curve, measure_parts, read_first_batch
from codegen_desktop.model.recording import recorded
from codegen_desktop.model.records import CheckpointTaken, TrainingJob, Weights, Wishes
from codegen_desktop.model.rows import Rows
from codegen_desktop.model.runs import Run, create_run, delete_run, list_runs, load_run, load_steps
from codegen_desktop.pipeline import (
    TOKENS,
    LabEvent,
    RunStarted,
    WatchEvent,
    prepare_dataset,
    prepare_tokenizer,
    stages,
    training_job,
    training_rows,
)
from codegen_desktop.quiz.answers import Answers
from codegen_desktop.tokenization.tokenizer import START_ID, Tokenizer

KIND = "evidence of a broken pipeline"
"""What these measurements are called in the Lab."""

QUIZ = "break-it"
"""Under which quiz the answers are kept."""

TWIN = 0
"""The code of the healthy twin; mysteries count from 1."""

LAST_CODE = 9_999
"""Code numbers go from 1 to this: short enough to be read out across a classroom."""

FEWEST_TEST = 4
"""Fewer test snippets than this cannot be parted into measured and kept aside."""

SIDE_BY_SIDE = 128
"""Rows that are measured together."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a Lab trains with."""

    lab: Lab
    dataset: Dataset
    dataset_id: int
    tokenizer: Tokenizer
    tokenizer_id: int


@dataclass(frozen=True, slots=True)
class Mystery:
    """A broken run with what was measured of it."""

    run: Run
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Answer:
    """A diagnosis: the pipeline that was named, how sure the person was, and which evidence had been opened."""

    key: str
    confidence: str
    opened: tuple[str, ...]


def train_mystery(
    material: Material, code: int, options: TrainingOptions = RECIPE, wishes: Wishes | None = None
) -> Generator[WatchEvent, None, Run]:
    """Train the mystery of a code from 1 to LAST_CODE, and the healthy twin first where the Lab has none yet."""
    if not 1 <= code <= LAST_CODE:
        raise ValueError(f"codes go from 1 to {LAST_CODE}")
    if find_twin(material.lab, material.dataset_id, material.tokenizer_id) is None:
        yield from train_broken(material, "healthy", TWIN, options, wishes)
    return (yield from train_broken(material, key_of_code(code), code, options, wishes))


def train_broken(
    material: Material, key: str, code: int = TWIN, options: TrainingOptions = RECIPE, wishes: Wishes | None = None
) -> Generator[WatchEvent, None, Run]:
    """Train one pipeline by its name in `breaking.BROKEN` and keep its evidence; `code` seeds it and names the run.

    Training that breaks off because it was broken leaves a failed run with its evidence; one that is stopped leaves
    a stopped run without; one that is closed early leaves nothing. Raises UserError for an unknown name and
    CorpusError where there are too few snippets.
    """
    from codegen_desktop.model.train import require_trainable

    options = options.model_copy(update={"seed": options.seed + code})
    pipeline = _lay(material, key, code, options)
    require_trainable(pipeline.job)
    run = create_run(
        material.lab,
        replace(pipeline.job, options=options),  # what was wished: the true learning rate would give it away
        dataset_id=material.dataset_id,
        tokenizer_id=material.tokenizer_id,
        dataset_fingerprint=material.dataset.fingerprint,
        name=_name(key, code),
        broken=key,
    )
    try:
        last = yield from _train(material.lab, run, pipeline, wishes or Wishes())
    except GeneratorExit:
        delete_run(material.lab, run.id)
        raise
    run = load_run(material.lab, run.id)
    if run.state != "stopped":
        yield Progress(0, 0, "Measuring what gives it away")
        save_evidence(material.lab, run.id, _measure(material.lab, run, pipeline, last))
    return run


def train_broken_in_lab(
    lab: Lab, key: str, options: TrainingOptions = RECIPE, wishes: Wishes | None = None
) -> Generator[LabEvent, None, Run]:
    """Train one pipeline by its name on the dataset and tokenizer the Lab has, which are made where there are none."""
    broken_named(key)  # an unknown name is told before anything is made
    dataset, dataset_id = yield from prepare_dataset(lab, None, options.seed)
    tokenizer, tokenizer_id = yield from prepare_tokenizer(lab, dataset, dataset_id, TOKENS)
    material = Material(lab, dataset, dataset_id, tokenizer, tokenizer_id)
    return (yield from train_broken(material, key, TWIN, options, wishes))


def keep_aside(dataset: Dataset) -> tuple[Dataset, tuple[Snippet, ...]]:
    """Take every other test snippet out of a dataset; raises CorpusError where there are too few."""
    test = dataset.split.test
    if len(test) < FEWEST_TEST:
        raise CorpusError(
            f"Break it needs at least {FEWEST_TEST} test snippets; there are {len(test)}.", "Choose a larger dataset."
        )
    kept = tuple(dataset.snippets[number] for number in test[1::2])
    return replace(dataset, split=replace(dataset.split, test=test[::2])), kept


def save_evidence(lab: Lab, run_id: int, evidence: Evidence) -> None:
    """Keep what was measured of a broken run beside it."""
    with lab.transaction() as connection:
        connection.execute(
            "INSERT INTO evaluation (run_id, created, kind, body) VALUES (?, ?, ?, ?)",
            (run_id, now(), KIND, json.dumps(asdict(evidence))),
        )


def load_mystery(lab: Lab, run_id: int) -> Mystery | None:
    """A broken run with its evidence; None where none was measured or it cannot be read."""
    row = lab.connection.execute(
        "SELECT body FROM evaluation WHERE run_id = ? AND kind = ? ORDER BY id DESC LIMIT 1", (run_id, KIND)
    ).fetchone()
    if row is None:
        return None
    try:
        return Mystery(load_run(lab, run_id), Evidence.from_json(json.loads(row[0])))
    except (ValueError, KeyError, TypeError):
        return None


def list_mysteries(lab: Lab) -> tuple[Mystery, ...]:
    """Every broken run with evidence, the oldest first, healthy twins included."""
    found = (load_mystery(lab, run.id) for run in list_runs(lab) if run.broken)
    return tuple(mystery for mystery in found if mystery is not None)


def find_twin(lab: Lab, dataset_id: int, tokenizer_id: int) -> Mystery | None:
    """The newest healthy twin that was trained on this dataset with these tokens."""
    for mystery in reversed(list_mysteries(lab)):
        run = mystery.run
        same = (run.dataset_id, run.tokenizer_id) == (dataset_id, tokenizer_id)
        if same and run.broken == "healthy" and mystery.evidence.code == TWIN:
            return mystery
    return None


def keep_answer(answers: Answers, mystery: Mystery, given: Answer) -> None:
    """Write down what a person answered. Raises LabError where it cannot be kept."""
    body = {"event": "answer", "correct": given.key == mystery.run.broken, **asdict(given)}
    answers.add(QUIZ, str(mystery.run.id), body)


def first_answer(answers: Answers, mystery: Mystery) -> Answer | None:
    """What was answered to a mystery; the first answer counts, for after it the solution is known."""
    for event in answers.events(QUIZ):
        if event.item == str(mystery.run.id) and event.body.get("event") == "answer":
            told = event.body
            return Answer(str(told.get("key", "")), str(told.get("confidence", "")), tuple(told.get("opened", ())))
    return None


def loss_alone(decoder: Decoder, rows: Rows) -> float:
    """Mean loss in nats per token of rows that the decoder reads one token at a time, as when it writes.

    Nothing that comes later can be seen: this is what the model is worth when it has to write by itself.
    """
    nats = 0.0
    for first in range(0, len(rows), SIDE_BY_SIDE):
        numbers = range(first, min(first + SIDE_BY_SIDE, len(rows)))
        nats += _nats(decoder, [rows.row(number) for number in numbers])
    return nats / rows.tokens


def _nats(decoder: Decoder, rows: list[np.ndarray[tuple[int, ...], np.dtype[np.int32]]]) -> float:
    lengths = np.array([len(row) for row in rows])
    targets = np.zeros((len(rows), lengths.max()), np.intp)
    for place, row in enumerate(rows):
        targets[place, : len(row)] = row
    inputs = np.concatenate([np.full((len(rows), 1), START_ID), targets[:, :-1]], axis=1)
    state, total = decoder.start(len(rows)), 0.0
    with np.errstate(over="ignore"):  # a broken model's numbers may be huge; infinity divides to 0 as it should
        for position in range(targets.shape[1]):
            logits = decoder.logits(decoder.extend(state, inputs[:, position : position + 1])).astype(np.float64)
            here = lengths > position
            highest = logits.max(axis=1)
            log_sum = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
            total += float((log_sum - logits[np.arange(len(rows)), targets[:, position]])[here].sum())
    return total


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """A pipeline that is about to be trained: `whole` is what it was given, `used` what it made of that."""

    code: int
    tokenizer: Tokenizer
    whole: Dataset
    used: Dataset
    kept: tuple[Snippet, ...]
    job: TrainingJob
    prompts: tuple[FixedPrompt, ...]


def _lay(material: Material, key: str, code: int, options: TrainingOptions) -> _Pipeline:
    """Make the pipeline of that name, on snippets drawn with the options' seed."""
    broken = broken_named(key)
    whole, kept = keep_aside(sample_dataset(material.dataset, options.snippets, options.seed))
    used = broken.snippets(whole, random.Random(options.seed))
    job = broken.numbers(training_job(used, material.tokenizer, options))
    prompts = fixed_prompts(used, options.seed, material.tokenizer, job.shape.context)
    return _Pipeline(code, material.tokenizer, whole, used, kept, job, prompts)


def _name(key: str, code: int) -> str:
    """What a run is called; with a code the name tells nothing."""
    if code != TWIN:
        return f"Mystery {code}"
    return "Healthy twin" if key == "healthy" else f"Pipeline {key}"


def _train(lab: Lab, run: Run, pipeline: _Pipeline, wishes: Wishes) -> Generator[WatchEvent, None, Weights]:
    """Train and record; returns the weights after the last whole epoch, also where training broke off."""
    from codegen_desktop.model.train import train

    job = pipeline.job
    steps = -(-len(job.train) // job.options.batch) * job.options.epochs
    prompts = tuple(prompt.text for prompt in pipeline.prompts)
    yield RunStarted(run, steps, stages(pipeline.used, run), prompts)
    last: Weights | None = None
    try:
        for event in recorded(lab, run.id, train(job, None, wishes)):
            if isinstance(event, CheckpointTaken) and event.ends_epoch:  # what the last epoch was measured with
                last = event.weights
            yield event
    except TrainingError:
        if last is None:
            raise
    assert last is not None
    return last


def _measure(lab: Lab, run: Run, pipeline: _Pipeline, weights: Weights) -> Evidence:
    job, tokenizer = pipeline.job, pipeline.tokenizer
    decoder = Decoder(weights, job.shape)
    with np.errstate(over="ignore"):
        completed = complete_prompts(decoder, tokenizer, pipeline.prompts, run.epochs[-1].epoch).completions
    return Evidence(
        code=pipeline.code,
        parts=measure_parts(pipeline.used, pipeline.whole),
        batch=read_first_batch(job, tokenizer),
        curve=make_curve(load_steps(lab, run.id)),
        test_alone=loss_alone(decoder, job.test),
        kept_alone=loss_alone(decoder, training_rows(pipeline.kept, tokenizer, job.shape.context)),
        kept=len(pipeline.kept),
        written=tuple(Written(one.prompt, one.text, one.parses, one.tests, one.passes) for one in completed),
        problem=run.problem,
    )

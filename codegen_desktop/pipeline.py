"""The whole lab as one generator of small frozen values; the command line prints them, the window draws them.

`whole_lab` yields, in this order: `Progress` while reading, `DatasetReady`, `TokenizerReady`, then everything
`train_and_watch` yields, then `Progress` while grading, and returns a `LabReport`. `train_and_watch` yields
`Progress` while measuring, `RunStarted`, `TrainStep` after every step, `EpochResult` after every epoch, each followed
by its `CheckpointTaken` and `PromptsCompleted`; it returns the `Run`.
"""

import random
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from codegen_desktop.config import PRESETS, SamplingOptions, TokenizerOptions, TrainingOptions
from codegen_desktop.corpus.dataset import Dataset, Progress
from codegen_desktop.corpus.open_corpus import open_corpus
from codegen_desktop.corpus.sampling import sample_dataset
from codegen_desktop.corpus.snippet import Snippet
from codegen_desktop.corpus.store import latest_dataset_id, load_dataset, save_dataset
from codegen_desktop.errors import LabError, SandboxError
from codegen_desktop.generation.copied import TrainingIndex
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.evaluate import Evaluation, evaluate, unseen_constants
from codegen_desktop.generation.fixed_prompts import (
    GREEDY,
    PromptsCompleted,
    brief_prompt,
    complete_prompts,
    fits,
    fixed_prompts,
    prompt_of,
)
from codegen_desktop.generation.generate import complete
from codegen_desktop.generation.middle import check_trained, fill_in
from codegen_desktop.generation.report import make_sample, tests_for
from codegen_desktop.generation.store import save_evaluation, save_prompts
from codegen_desktop.lab import Lab
from codegen_desktop.model.baselines import baselines
from codegen_desktop.model.faults import faults_explained
from codegen_desktop.model.middle import count_middles, make_rows_with_middles
from codegen_desktop.model.recording import recorded
from codegen_desktop.model.records import CheckpointTaken, TrainEvent, TrainingJob, TrainingState, Wishes
from codegen_desktop.model.resuming import require_device
from codegen_desktop.model.rows import Rows, make_rows
from codegen_desktop.model.runs import (
    Run,
    create_run,
    finish_run,
    load_run,
    load_state,
    load_trained_run,
    load_weights,
    require_sound,
)
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.report import LabReport, Stage
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.store import latest_tokenizer_id, load_tokenizer, save_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer

TOKENS = TokenizerOptions()
"""How the whole lab cuts text where nobody chose."""


@dataclass(frozen=True, slots=True)
class DatasetReady:
    """The snippets are chosen, split and saved."""

    dataset: Dataset
    dataset_id: int


@dataclass(frozen=True, slots=True)
class TokenizerReady:
    """The tokenizer is learned from the training part and saved."""

    tokenizer: Tokenizer
    tokenizer_id: int


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run is written in the Lab and about to take its first step; `resumed` where it goes on with an earlier one.

    `steps` is the number of steps of the whole run, `stages` the four shapes, `prompts` the fixed prompts,
    `middles` the share (0 to 1) of the training rows that ask for their middle.
    """

    run: Run
    steps: int
    stages: tuple[Stage, ...]
    prompts: tuple[str, ...]
    resumed: bool = False
    middles: float = 0.0


WatchEvent = TrainEvent | RunStarted | PromptsCompleted
LabEvent = WatchEvent | DatasetReady | TokenizerReady


def whole_lab(
    lab: Lab,
    corpus: str | None = None,
    options: TrainingOptions = PRESETS["reference"],
    tokens: TokenizerOptions = TOKENS,
    wishes: Wishes | None = None,
) -> Generator[LabEvent, None, LabReport]:
    """Run all stages and keep everything in the Lab.

    `corpus` is `starter`, `stdlib` or a path and replaces the Lab's dataset (old runs keep theirs); None takes the
    dataset the Lab has, else `starter`. Raises UserError children for everything a person can mend.
    """
    dataset, dataset_id = yield from prepare_dataset(lab, corpus, options.seed)
    tokenizer, tokenizer_id = yield from prepare_tokenizer(lab, dataset, dataset_id, tokens)
    run = yield from train_and_watch(lab, dataset, dataset_id, tokenizer, tokenizer_id, options, wishes=wishes)
    return (yield from report_on(lab, run, dataset, tokenizer))


def prepare_dataset(lab: Lab, corpus: str | None, seed: int) -> Generator[LabEvent, None, tuple[Dataset, int]]:
    """Read a corpus and save it as the Lab's dataset, or take the one the Lab has."""
    kept = latest_dataset_id(lab)
    if corpus is None and kept is not None:
        dataset, dataset_id = load_dataset(lab, kept), kept
    else:
        dataset = yield from open_corpus(corpus if corpus is not None else "starter", seed)
        dataset_id = save_dataset(lab, dataset)
    yield DatasetReady(dataset, dataset_id)
    return dataset, dataset_id


def prepare_tokenizer(
    lab: Lab, dataset: Dataset, dataset_id: int, options: TokenizerOptions
) -> Generator[LabEvent, None, tuple[Tokenizer, int]]:
    """Learn a tokenizer from the dataset's training part and save it, or take the one the Lab has for it."""
    tokenizer_id = latest_tokenizer_id(lab, dataset_id)
    if tokenizer_id is not None:
        tokenizer = load_tokenizer(lab, tokenizer_id)
    else:
        yield Progress(0, 0, "Learning the tokens from the training part")
        texts = [snippet.text for snippet in dataset.train]
        tokenizer = learn_tokenizer(options.tokenizer, texts, options.vocabulary)
        tokenizer_id = save_tokenizer(lab, dataset_id, tokenizer)
    yield TokenizerReady(tokenizer, tokenizer_id)
    return tokenizer, tokenizer_id


def train_in_lab(
    lab: Lab, options: TrainingOptions, *, resume: Run | None = None, wishes: Wishes | None = None
) -> Generator[LabEvent, None, Run]:
    """Train on the dataset and tokenizer the Lab has (made where there are none), or go on with a run on its own."""
    if resume is None:
        dataset, dataset_id = yield from prepare_dataset(lab, None, options.seed)
        tokenizer, tokenizer_id = yield from prepare_tokenizer(lab, dataset, dataset_id, TOKENS)
    else:
        dataset_id, tokenizer_id = resume.dataset_id, resume.tokenizer_id
        dataset, tokenizer = load_dataset(lab, dataset_id), load_tokenizer(lab, tokenizer_id)
    return (
        yield from train_and_watch(
            lab, dataset, dataset_id, tokenizer, tokenizer_id, options, resume=resume, wishes=wishes
        )
    )


def train_and_watch(
    lab: Lab,
    dataset: Dataset,
    dataset_id: int,
    tokenizer: Tokenizer,
    tokenizer_id: int,
    options: TrainingOptions,
    *,
    resume: Run | None = None,
    wishes: Wishes | None = None,
) -> Generator[WatchEvent, None, Run]:
    """Train a new run, or go on with one that stopped, and complete the fixed prompts after every epoch.

    A resumed run uses its own options, device and threads, so that its curve is the uninterrupted one's.
    """
    from codegen_desktop.model import devices
    from codegen_desktop.model.train import require_trainable, train

    if resume is not None:
        require_sound(resume, "go on")
        options = resume.options
    used = sample_dataset(dataset, options.snippets, options.seed)
    job = training_job(used, tokenizer, options)
    prompts = fixed_prompts(used, options.seed, tokenizer, job.shape.context)
    state: TrainingState | None = None
    if resume is None:
        require_trainable(job)
        with faults_explained():  # it makes real steps to time them
            device, threads = yield from devices.choose(options, job.shape)
        job = replace(job, device=device, threads=threads)
        run = create_run(
            lab, job, dataset_id=dataset_id, tokenizer_id=tokenizer_id, dataset_fingerprint=dataset.fingerprint
        )
    else:
        require_device(resume, devices.found_devices())
        run, state = resume, load_state(lab, resume.id)
        job = replace(job, device=run.device, threads=run.threads, plain=run.plain)
    steps = -(-len(job.train) // options.batch) * options.epochs
    texts = tuple(prompt.text for prompt in prompts)
    middles = count_middles(job.train) / len(job.train)
    try:
        yield RunStarted(run, steps, stages(used, run), texts, resume is not None, middles)
    except GeneratorExit:  # closed before the first step
        finish_run(lab, run.id, "stopped")
        raise
    for event in recorded(lab, run.id, train(job, state, wishes)):
        yield event
        if isinstance(event, CheckpointTaken) and event.ends_epoch:
            completed = complete_prompts(Decoder(event.weights, job.shape), tokenizer, prompts, event.epoch)
            with suppress(LabError):  # the weights are kept: the prompts can be completed again
                save_prompts(lab, run.id, completed)
            yield completed
    return load_run(lab, run.id)


def report_on(lab: Lab, run: Run, dataset: Dataset, tokenizer: Tokenizer) -> Generator[Progress, None, LabReport]:
    """Evaluate a run on its unseen snippets, trace the brief's example, and show three of its answers."""
    require_sound(run, "be evaluated")
    used = sample_dataset(dataset, run.options.snippets, run.options.seed)
    decoder = Decoder(load_weights(lab, run.id), run.shape)
    evaluation: Evaluation | None = None
    ungraded = "this corpus has no instructions with tests"
    if any(snippet.tests and snippet.instruction for snippet in used.test):
        unseen = unseen_constants(used.train, used.test)
        try:
            evaluation = yield from evaluate(
                decoder, tokenizer, used.test, subset=unseen, subset_name="a constant never seen"
            )
            save_evaluation(lab, run.id, evaluation)
        except SandboxError as error:
            ungraded = str(error)
    beginning = brief_prompt(tokenizer, run.shape.context)
    trace = complete(decoder, tokenizer, beginning, GREEDY.model_copy(update={"max_tokens": 1}), trace=True)
    fitting = [snippet for snippet in used.test if fits(prompt_of(snippet), tokenizer, run.shape.context)]
    shown = random.Random(run.seed).sample(fitting, min(3, len(fitting)))
    samples = tuple(
        make_sample(complete(decoder, tokenizer, prompt_of(snippet), GREEDY), snippet.tests) for snippet in shown
    )
    return LabReport(run, dataset.name, stages(used, run), trace, samples, evaluation, ungraded)


def answer(lab: Lab, prompt: str, options: SamplingOptions, after: str = "") -> dict[str, Any]:
    """Complete a prompt with the Lab's newest trained run: the object that `codegen-desktop generate --json` prints.

    With `after`, what the model writes stands between the prompt and that text. Raises TrainingError without such a
    run, CheckpointError where its weights are damaged, GenerationError for a prompt that cannot be continued, and
    where the run never learned to fill a gap.
    """
    run = load_trained_run(lab)
    if after:
        check_trained(run.name, run.options)
    tokenizer = load_tokenizer(lab, run.tokenizer_id)
    decoder = Decoder(load_weights(lab, run.id), run.shape)
    if after:
        completion = fill_in(decoder, tokenizer, as_prompt(prompt), after, options)
    else:
        completion = complete(decoder, tokenizer, as_prompt(prompt), options)
    dataset = load_dataset(lab, run.dataset_id)
    used = sample_dataset(dataset, run.options.snippets, run.options.seed)
    asked = completion.prompt.partition("\n")[0] if after else completion.prompt
    tests = tests_for(asked, dataset.snippets)
    sample = make_sample(completion, tests, TrainingIndex(tokenizer, used.train))
    speed = len(completion.predictions) / completion.seconds if completion.seconds > 0 else 0.0
    return {
        "prompt": prompt,
        "seed": options.seed,
        "samples": [sample.as_json()],
        "tokens_per_second": round(speed, 1),
        **({"chosen_on_test": run.chosen_epoch} if run.chosen_epoch is not None else {}),
    }


def as_prompt(text: str) -> str:
    """A typed prompt as the model met it in training: an instruction alone on its line ends with a line break."""
    last = text.rpartition("\n")[2]
    return f"{text}\n" if last.startswith("#") else text


def stages(used: Dataset, run: Run) -> tuple[Stage, ...]:
    """The brief's four stages with the shapes of the snippets a run used and of its model."""
    count, train, test = len(used.snippets), len(used.split.train), len(used.split.test)
    context = run.shape.context
    raw = f"{count} snippets x variable length"
    rows = f"{count} sequences x {context} tokens"
    parts = f"train {train} x {context}, test {test} x {context}"
    learned = f"{run.parameters} weights, {run.shape.vocabulary} token probabilities per position"
    return (
        Stage("Raw code dataset", raw, raw),
        Stage("Tokenization", raw, rows),
        Stage("Train/test split", rows, parts),
        Stage("Model training", f"{train} sequences x {context} tokens", learned),
    )


def training_rows(part: tuple[Snippet, ...], tokenizer: Tokenizer, context: int) -> Rows:
    """The rows a training makes of a part of its snippets, in their order."""
    return make_rows(tokenizer, [snippet.text for snippet in part], context, _asked_for(part))


def learning_rows(part: tuple[Snippet, ...], tokenizer: Tokenizer, options: TrainingOptions) -> Rows:
    """The rows of the learning part as the model reads them: those of `training_rows`, a share of them rearranged."""
    if not options.middle_share:
        return training_rows(part, tokenizer, options.context)
    texts = [snippet.text for snippet in part]
    share, seed = options.middle_share, options.seed
    return make_rows_with_middles(tokenizer, texts, options.context, _asked_for(part), share=share, seed=seed)


def _asked_for(part: tuple[Snippet, ...]) -> list[str]:
    """The instruction that each text of a part begins with; empty where it begins with none."""
    return [snippet.prompt if snippet.text.startswith(snippet.prompt) else "" for snippet in part]


def training_job(used: Dataset, tokenizer: Tokenizer, options: TrainingOptions) -> TrainingJob:
    """The numbers a training needs, on the processor with one thread; `devices.choose` settles both."""
    shape = ModelShape(
        vocabulary=tokenizer.vocabulary_size,
        layers=options.layers,
        width=options.width,
        heads=options.heads,
        feed_forward=options.feed_forward,
        context=options.context,
    )
    train, test = (training_rows(part, tokenizer, options.context) for part in (used.train, used.test))
    nats = [snippet.nats for snippet in used.test]
    floor = sum(value for value in nats if value is not None) if None not in nats else None
    counted = baselines(train, test, tokenizer.vocabulary_size, floor_nats=floor)
    if options.middle_share:  # the baselines above are counted on the unchanged rows: they mean the same in every run
        train = learning_rows(used.train, tokenizer, options)
    return TrainingJob(options, shape, train, test, counted)

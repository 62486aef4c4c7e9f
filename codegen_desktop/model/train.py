"""Training: a generator that takes the model from random weights through every epoch and reports as it goes.

Between two values nothing is half done: the caller may stop asking at any of them, keep the last checkpoint, and
later go on from it to the same numbers, bit for bit, on the same machine with the same threads.
"""

import dataclasses
import math
import os
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from codegen_desktop.corpus.dataset import Progress
from codegen_desktop.errors import DivergedError, TrainingError
from codegen_desktop.model.backpropagation import judge_of
from codegen_desktop.model.batch_order import order
from codegen_desktop.model.batches import Batch, collate
from codegen_desktop.model.checkpoint import RunProgress, check_weights, pack_state, unpack_state
from codegen_desktop.model.devices import sees_future
from codegen_desktop.model.faults import faults_explained
from codegen_desktop.model.measuring import Measured, measure
from codegen_desktop.model.observations import observe
from codegen_desktop.model.operations import PlainOperations, operations_for
from codegen_desktop.model.optimizer import Optimizer
from codegen_desktop.model.records import (
    CheckpointTaken,
    EpochResult,
    TrainEvent,
    TrainingJob,
    TrainingState,
    TrainStep,
    Wishes,
)
from codegen_desktop.model.rows import require_both
from codegen_desktop.model.transformer import Transformer, initialise

M = TypeVar("M")

SAMPLE = 512
"""Rows of the training part on which the untrained model is measured."""


def train(
    job: TrainingJob, resume: TrainingState | None = None, wishes: Wishes | None = None
) -> Generator[TrainEvent, None, None]:
    """Train a model as the job says, from the start or from where a checkpoint stands.

    Yields, from the start: EpochResult 0 (the untrained model) and its CheckpointTaken; then a TrainStep after every
    step, and after every epoch an EpochResult and a CheckpointTaken. In between: a CheckpointTaken every
    `options.checkpoint_seconds` and when `wishes` ask for one, and Progress while measuring. A resumed run yields
    what the uninterrupted one would have yielded from there. While it runs, torch uses the job's threads; closing
    the generator gives torch back as it was.

    Raises TrainingError when there is nothing to train on or the loss is no longer a finite number, CheckpointError
    when `resume` does not fit the job.
    """
    require_trainable(job)
    with _torch_settings(job), faults_explained():
        run = _Run(job, resume, wishes or Wishes())
        if job.causal and sees_future(run.model, run.device):
            raise TrainingError(
                f"On this device ({job.device}) the model can see the tokens it is to predict.",
                "Train on the processor: choose cpu as the device.",
            )
        yield from run.events()


class _Run:
    """The moving parts of one training: model, optimizer, and where it stands."""

    def __init__(self, job: TrainingJob, resume: TrainingState | None, wishes: Wishes) -> None:
        self.job = job
        self.wishes = wishes
        self.device = torch.device(job.device)
        self.model = Transformer(job.shape, causal=job.causal)
        initialise(self.model, torch.Generator().manual_seed(job.options.seed))
        self.model.to(self.device)
        operations = PlainOperations() if job.plain else operations_for(self.device)
        self.optimizer = Optimizer(self.model, job.options, operations)
        self.judge = judge_of(self.model, self.device, job.options.batch, operations)
        self.batches_per_epoch = math.ceil(len(job.train) / job.options.batch)
        self.steps = self.batches_per_epoch * job.options.epochs
        self.progress = RunProgress(step=0, epoch=1, position=0)
        self.resumed = resume is not None
        self.history: tuple[EpochResult, ...] = ()
        if resume is not None:
            self._restore(resume)
        self.last_checkpoint = time.monotonic()

    def events(self) -> Generator[TrainEvent, None, None]:
        """Everything the run has to tell, in order."""
        if not self.resumed:
            yield from self._measure_untrained()
        while self.progress.epoch <= self.job.options.epochs and not self.wishes.stop:
            yield from self._epoch()

    def _epoch(self) -> Generator[TrainEvent, None, None]:
        epoch = self.progress.epoch
        batches = order(self.job.train, self.job.options.batch, self.job.options.seed, epoch)
        for numbers in batches[self.progress.position :]:
            yield self._step(collate(self.job.train, numbers).to(self.device))
            if self.progress.position == len(batches):
                break
            stop = self.wishes.stop
            if stop or self._wants_checkpoint():
                yield self._checkpoint(epoch, ends_epoch=False)
            if stop:
                return
        done = self.progress
        work = measure(self.model, self.job.test, self.device, "Measuring the test part")
        test = yield from self._unless_stopped(work)
        if test is None:
            yield self._checkpoint(epoch, ends_epoch=False)
            return
        yield self._result(epoch, done.loss / done.tokens, done.correct / done.tokens, test, done.seconds)
        self.progress = RunProgress(step=done.step, epoch=epoch + 1, position=0)
        yield self._checkpoint(epoch, ends_epoch=True)

    def _step(self, batch: Batch) -> TrainStep:
        """Read one batch, correct the weights once. The model is untouched when the loss is not finite."""
        start = time.perf_counter()
        before = self.progress
        weights = torch.ones(len(batch.targets), device=self.device)
        weights.masked_fill_(batch.asked, self.job.options.instruction_weight)  # (N,)
        judgement = self.judge(batch, weights / weights.sum())
        mean_loss, correct = judgement.losses.mean().item(), int(judgement.right.sum().item())
        if not math.isfinite(mean_loss):
            raise DivergedError(
                f"The loss is no longer a finite number at step {before.step + 1}. What was saved before still holds.",
                "Train again with a smaller learning rate.",
            )
        correction = self.optimizer.step(before.step, self.steps)
        tokens = len(batch.targets)
        seconds = time.perf_counter() - start
        self.progress = RunProgress(
            step=before.step + 1,
            epoch=before.epoch,
            position=before.position + 1,
            loss=before.loss + mean_loss * tokens,
            correct=before.correct + correct,
            tokens=before.tokens + tokens,
            seconds=before.seconds + seconds,
        )
        return TrainStep(
            step=before.step + 1,
            steps=self.steps,
            epoch=before.epoch,
            loss=mean_loss,
            accuracy=correct / tokens,
            learning_rate=correction.learning_rate,
            tokens=tokens,
            seconds=seconds,
            gradient_norm=correction.norms.gradient,
            update_norm=correction.norms.update,
        )

    def _unless_stopped(self, work: Generator[Progress, None, M]) -> Generator[Progress, None, M | None]:
        """What the work returns, or None when a stop was wished for before it was done: it is done anew on resuming."""
        while True:
            try:
                progress = next(work)
            except StopIteration as done:
                returned: M = done.value
                return returned
            yield progress
            if self.wishes.stop and progress.done < progress.total:
                return None

    def _measure_untrained(self) -> Generator[TrainEvent, None, None]:
        what = "Measuring the untrained model"
        train = yield from measure(self.model, self.job.train.first(SAMPLE), self.device, what)
        test = yield from measure(self.model, self.job.test, self.device, what)
        yield self._result(0, train.loss, train.accuracy, test, 0.0)
        yield self._checkpoint(0, ends_epoch=True)

    def _result(
        self, epoch: int, train_loss: float, train_accuracy: float, test: Measured, seconds: float
    ) -> EpochResult:
        if not math.isfinite(test.loss):
            raise DivergedError(
                f"The test loss after epoch {epoch} is no longer a finite number. What was saved before still holds.",
                "Train again with a smaller learning rate.",
            )
        bits = test.loss * test.rows.tokens / math.log(2) / max(1, int(test.rows.text_bytes.sum()))
        hardest, easiest = test.extremes()
        result = EpochResult(
            epoch, train_loss, train_accuracy, test.loss, test.accuracy, bits, seconds,
            kinds=test.kinds(), hardest=hardest, easiest=easiest,
        )  # fmt: skip
        result = dataclasses.replace(result, observation=observe((*self.history, result), self.job.baselines))
        self.history = (*self.history, result)
        return result

    def _wants_checkpoint(self) -> bool:
        every = self.job.options.checkpoint_seconds
        due = every > 0 and time.monotonic() - self.last_checkpoint >= every
        return due or self.wishes.checkpoint

    def _checkpoint(self, epoch: int, *, ends_epoch: bool) -> CheckpointTaken:
        """A copy of everything. Raises TrainingError when a weight is no longer finite, so that none such is kept."""
        weights = {name: _array(weight) for name, weight in self.model.named_parameters()}
        for name, weight in weights.items():
            if not np.isfinite(weight).all():
                raise DivergedError(
                    f"The weights of {name} are no longer finite numbers. What was saved before still holds.",
                    "Train again with a smaller learning rate.",
                )
        optimizer = {name: _array(tensor) for name, tensor in self.optimizer.state().items()}
        self.wishes.checkpoint = False
        self.last_checkpoint = time.monotonic()
        state = pack_state(optimizer, self.progress, self.history)
        return CheckpointTaken(self.progress.step, epoch, weights, state, ends_epoch)

    def _restore(self, resume: TrainingState) -> None:
        check_weights(resume.weights, self.job.shape)
        optimizer, self.progress, self.history = unpack_state(resume.state)
        with torch.no_grad():
            for name, weight in self.model.named_parameters():
                weight.copy_(torch.from_numpy(resume.weights[name]))
        self.optimizer.load({name: torch.from_numpy(array) for name, array in optimizer.items()})


def require_trainable(job: TrainingJob) -> None:
    """Raise TrainingError where a job cannot be trained, before anything is made for it."""
    require_both(job.train, job.test)
    for rows, part in ((job.train, "learning"), (job.test, "test")):
        if rows.ids.max() >= job.shape.vocabulary:
            raise TrainingError(
                f"The {part} part uses token {rows.ids.max()}, but the model knows {job.shape.vocabulary} tokens.",
                "Train with the tokenizer these rows were made with.",
            )
        if rows.lengths.max() > job.shape.context:
            raise TrainingError(
                f"A row of the {part} part has {rows.lengths.max()} positions, the model {job.shape.context}.",
                "Make the rows with the model's row length.",
            )
    if job.shape.width % job.shape.heads or job.shape.head_width % 2:
        raise TrainingError(
            f"Width {job.shape.width} cannot be shared by {job.shape.heads} heads of an even width.",
            "Choose heads so that width divided by heads is an even whole number.",
        )


def _array(tensor: torch.Tensor) -> NDArray[np.float32]:
    """A copy of a tensor in memory that nobody else writes to."""
    array: NDArray[np.float32] = tensor.detach().cpu().clone(memory_format=torch.contiguous_format).numpy()
    return array


@contextmanager
def _torch_settings(job: TrainingJob) -> Iterator[None]:
    """While training, torch uses the job's threads and, on an accelerator, repeatable kernels where it has them."""
    threads = torch.get_num_threads()
    torch.set_num_threads(job.threads)
    try:
        if job.device == "cpu":  # repeatable by itself
            yield
        else:
            with _repeatable_kernels():
                yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def _repeatable_kernels() -> Iterator[None]:
    repeatable = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS is repeatable only with a fixed workspace
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(repeatable, warn_only=warn_only)

"""The facts of a finished run, and the closed list of functions by which question banks may ask for them."""

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.sampling import sample_dataset
from codegen_desktop.model.records import Baselines, EpochResult
from codegen_desktop.model.runs import Run


class NotMeasured(Exception):
    """A fact this run does not have; the text says which, in a sentence for the learner."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is known of a finished run. `epochs` are in order and may begin with the untrained model (epoch 0).

    `train` and `test` count sequences. `passed` and `judged` count the held-out instructions whose tests passed and
    those that were tried, None where there was no evaluation.
    """

    name: str
    vocabulary: int
    train: int
    test: int
    epochs: tuple[EpochResult, ...]
    baselines: Baselines | None = None
    passed: int | None = None
    judged: int | None = None

    @property
    def trained(self) -> tuple[EpochResult, ...]:
        """The epochs after which something was learned."""
        return tuple(result for result in self.epochs if result.epoch > 0)


def facts_of_run(run: Run, dataset: Dataset | None, passed: int | None = None, judged: int | None = None) -> RunFacts:
    """The facts of a run as the Lab keeps it. `dataset` is the one it learned from, None where that is not at hand.

    The parts are counted as training took them: a run may use fewer snippets than the dataset has.
    """
    used = sample_dataset(dataset, run.options.snippets, run.seed).split if dataset is not None else None
    return RunFacts(
        name=run.name,
        vocabulary=run.shape.vocabulary,
        train=len(used.train) if used is not None else 0,
        test=len(used.test) if used is not None else 0,
        epochs=run.epochs,
        baselines=run.baselines,
        passed=passed,
        judged=judged,
    )


def fact_names(facts: RunFacts) -> Mapping[str, float]:
    """The plain names a formula may use: `epochs` is how many were finished, `last` the number of the last one."""
    return {"epochs": float(len(facts.trained)), "last": float(facts.trained[-1].epoch if facts.trained else 0)}


def fact_functions(facts: RunFacts) -> Mapping[str, Callable[..., float]]:
    """The closed list of fact functions. Each raises NotMeasured where the run does not have the fact.

    train_loss(e) test_loss(e) test_acc(e) bits_per_byte(e)   of epoch e; 0 is the untrained model
    vocab() n_train() n_test()                     sizes
    bigram_acc() unigram_acc() five_gram_acc() floor()        what the model is compared with
    falls() rises() turns() least_change() ends_rising()   of the test loss between epochs (least_change: a share)
    best_epoch() best_lead()                       lowest test loss; how much the second best is above it (a share)
    passes_bigram() bigram_margin()                first epoch above the pair table; the closest distance up to then
    passed() judged()                              completions that pass their tests, and that were tried
    """
    return {
        "train_loss": lambda epoch: _epoch(facts, epoch).train_loss,
        "test_loss": lambda epoch: _epoch(facts, epoch).test_loss,
        "test_acc": lambda epoch: _epoch(facts, epoch).test_accuracy,
        "bits_per_byte": lambda epoch: _epoch(facts, epoch).bits_per_byte,
        "vocab": lambda: facts.vocabulary,
        "n_train": lambda: facts.train,
        "n_test": lambda: facts.test,
        "bigram_acc": lambda: _baselines(facts).bigram.accuracy,
        "unigram_acc": lambda: _baselines(facts).unigram.accuracy,
        "five_gram_acc": lambda: _baselines(facts).five_gram.accuracy,
        "floor": lambda: _floor(facts),
        "falls": lambda: sum(change < 0 for change in _changes(facts)),
        "rises": lambda: sum(change > 0 for change in _changes(facts)),
        "turns": lambda: _turns(_changes(facts)),
        "ends_rising": lambda: float(_changes(facts)[-1] > 0),
        "least_change": lambda: min(abs(change) for change in _changes(facts)),
        "best_epoch": lambda: _ranked(facts)[0].epoch,
        "best_lead": lambda: _ranked(facts)[1].test_loss / max(_ranked(facts)[0].test_loss, 1e-12) - 1,
        "passes_bigram": lambda: _passes_bigram(facts).epoch,
        "bigram_margin": lambda: _bigram_margin(facts),
        "passed": lambda: _evaluated(facts.passed),
        "judged": lambda: _evaluated(facts.judged),
    }


def _epoch(facts: RunFacts, number: float) -> EpochResult:
    for result in facts.epochs:
        if result.epoch == number:
            values = (result.train_loss, result.test_loss, result.test_accuracy)
            if not all(math.isfinite(value) for value in values):
                raise NotMeasured(f"Epoch {number:.0f} of this run has no finite loss.")
            return result
    what = "The untrained model" if number == 0 else f"Epoch {number:.0f}"
    raise NotMeasured(f"{what} of this run was not measured.")


def _baselines(facts: RunFacts) -> Baselines:
    if facts.baselines is None:
        raise NotMeasured("The counting baselines of this run were not measured.")
    return facts.baselines


def _floor(facts: RunFacts) -> float:
    floor = _baselines(facts).floor
    if floor is None:
        raise NotMeasured("No grammar wrote these snippets, so their lowest possible loss is not known.")
    return floor


def _changes(facts: RunFacts) -> tuple[float, ...]:
    """Changes of the test loss from epoch to epoch, as shares of the earlier value."""
    losses = [_epoch(facts, result.epoch).test_loss for result in facts.trained]
    if len(losses) < 2:
        raise NotMeasured("This needs a run of at least 2 epochs.")
    return tuple((after - before) / max(before, 1e-12) for before, after in itertools.pairwise(losses))


def _turns(changes: tuple[float, ...]) -> int:
    """How often falling turns into rising or the other way."""
    signs = [change > 0 for change in changes]
    return sum(before != after for before, after in itertools.pairwise(signs))


def _ranked(facts: RunFacts) -> list[EpochResult]:
    if len(facts.trained) < 2:
        raise NotMeasured("This needs a run of at least 2 epochs.")
    return sorted((_epoch(facts, result.epoch) for result in facts.trained), key=lambda result: result.test_loss)


def _passes_bigram(facts: RunFacts) -> EpochResult:
    line = _baselines(facts).bigram.accuracy
    for result in facts.trained:
        if _epoch(facts, result.epoch).test_accuracy > line:
            return result
    raise NotMeasured("The model of this run has not passed the word-pair table.")


def _bigram_margin(facts: RunFacts) -> float:
    line, last = _baselines(facts).bigram.accuracy, _passes_bigram(facts).epoch
    return min(abs(result.test_accuracy - line) for result in facts.trained if result.epoch <= last)


def _evaluated(count: int | None) -> float:
    if count is None:
        raise NotMeasured("The completions of this run were not tested.")
    return count

"""A run as a value, and the JSON in which the Lab keeps what has no column of its own. Needs no torch."""

import dataclasses
import json
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal

import numpy as np

from codegen_desktop.config import TrainingOptions
from codegen_desktop.errors import CheckpointError
from codegen_desktop.model import compiled
from codegen_desktop.model.records import Baselines, BaselineScore, EpochResult, TrainingJob
from codegen_desktop.model.shape import ModelShape

RunState = Literal["running", "finished", "stopped", "failed", "interrupted"]
"""`stopped`: by a person, can go on. `interrupted`: the program ended while it ran, can go on."""

MEANT_BEFORE: dict[str, Any] = {"instruction_weight": 1.0}
"""What it means that a stored run does not name an option: how all runs were trained before there was that option.

Named here where that is not the option's default, so that an old run goes on, and is shown, as it was trained.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One training and everything needed to judge it or go on with it.

    `dataset_fingerprint` is that of the dataset it learned from. `versions` names app, Python, torch and system.
    `tokens_per_second` counts real targets over training time, 0 before the first step. `problem` says why a
    failed run ended. `broken` names what was broken on purpose (see `breaking`): such a run is looked at, and
    never written with, evaluated, exported or gone on with. Empty for every other run.
    `chosen_epoch` is the epoch whose weights are used in place of the last one's, because its test loss is lower:
    such a run is chosen on test, and its test numbers flatter it. None for every other run.
    """

    id: int
    name: str
    created: str
    state: RunState
    dataset_id: int
    tokenizer_id: int
    options: TrainingOptions
    shape: ModelShape
    device: str
    threads: int
    dataset_fingerprint: str
    versions: tuple[tuple[str, str], ...]
    baselines: Baselines
    epochs: tuple[EpochResult, ...] = ()
    tokens_per_second: float = 0.0
    problem: str = ""
    broken: str = ""
    chosen_epoch: int | None = None

    @property
    def parameters(self) -> int:
        """Number of weights."""
        return self.shape.parameters

    @property
    def plain(self) -> bool:
        """Whether it was begun with the plain form of the operations, as all runs were before there was another."""
        return dict(self.versions).get("operations") != "compiled"

    @property
    def seed(self) -> int:
        """The seed of weights and data order."""
        return self.options.seed


def new_body(job: TrainingJob, dataset_fingerprint: str, broken: str) -> dict[str, Any]:
    """What the Lab keeps of a job that is about to start."""
    return {
        "options": job.options.model_dump(),
        "shape": dataclasses.asdict(job.shape),
        "device": job.device,
        "threads": job.threads,
        "dataset_fingerprint": dataset_fingerprint,
        "versions": _versions(job.plain),
        "baselines": dataclasses.asdict(job.baselines),
        "tokens_per_second": 0.0,
        "problem": "",
        "broken": broken,
    }


def read_run(row: tuple[Any, ...], results: Sequence[str]) -> Run:
    """A run from its row and those of its epochs. Raises CheckpointError where what is written there cannot be read."""
    run_id, created, name, state, dataset_id, tokenizer_id, text = row
    try:
        body = json.loads(text)
        return Run(
            id=run_id,
            name=name,
            created=created,
            state=state,
            dataset_id=dataset_id,
            tokenizer_id=tokenizer_id,
            options=TrainingOptions(**{**MEANT_BEFORE, **body["options"]}),
            shape=ModelShape(**body["shape"]),
            versions=tuple((key, value) for key, value in body["versions"]),
            baselines=_baselines(body["baselines"]),
            epochs=tuple(EpochResult.from_json(json.loads(result)) for result in results),
            **{key: body[key] for key in ("device", "threads", "dataset_fingerprint", "tokens_per_second", "problem")},
            broken=str(body.get("broken", "")),
            chosen_epoch=body.get("chosen_epoch"),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"The record of {name} is damaged. Everything else in this Lab still holds.",
            "Choose another run, or train again.",
        ) from error


def _baselines(body: dict[str, Any]) -> Baselines:
    scores = {name: BaselineScore(**body[name]) for name in ("uniform", "unigram", "bigram", "five_gram")}
    return Baselines(**scores, floor=body["floor"])


def _versions(plain: bool) -> list[tuple[str, str]]:
    return [
        ("codegen-desktop", version("codegen-desktop")),
        ("python", platform.python_version()),
        ("torch", version("torch")),
        ("numpy", np.__version__),
        ("operations", "plain" if plain or compiled.library() is None else "compiled"),
        ("system", platform.platform()),
    ]

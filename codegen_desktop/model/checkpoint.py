"""Weights and training state as bytes: safetensors, never pickle, and checked before they are believed.

Whether the bytes are still those that were written is the Lab's to say (SHA-256 of every blob); whether they are a
model of the expected shape is checked here. Needs no torch.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors import numpy as safetensors

from codegen_desktop.errors import CheckpointError
from codegen_desktop.model.records import EpochResult, Weights
from codegen_desktop.model.shape import ModelShape, weight_shapes

_GO_ON = "Choose another epoch or run, or train again."
_PROGRESS = "progress"


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Where a run stands: `step` steps done, `position` batches of epoch `epoch` among them.

    `loss`, `correct`, `tokens` and `seconds` are the sums over that epoch so far. The data order needs no more
    than this: it follows from the seed and the epoch. No other random number is drawn after the start.
    """

    step: int
    epoch: int
    position: int
    loss: float = 0.0
    correct: int = 0
    tokens: int = 0
    seconds: float = 0.0


def pack_weights(weights: Weights) -> bytes:
    """The weights as a safetensors file."""
    return _pack(weights)


def unpack_weights(data: bytes, shape: ModelShape) -> dict[str, NDArray[np.float32]]:
    """The weights of a model of this shape.

    Raises CheckpointError when the bytes are not safetensors, when a weight is missing, unexpected, of another
    shape or type, or when a number in it is not finite.
    """
    arrays = _unpack(data)
    check_weights(arrays, shape)
    return {name: arrays[name] for name in weight_shapes(shape)}


def check_weights(arrays: Mapping[str, NDArray[Any]], shape: ModelShape) -> None:
    """Raise CheckpointError unless these are the finite weights of a model of this shape, no more and no less."""
    expected = weight_shapes(shape)
    for name in sorted(expected.keys() ^ arrays.keys()):
        word = "lacks" if name in expected else "holds the unexpected"
        raise CheckpointError(f"The checkpoint does not fit the model: it {word} weight {name}.", _GO_ON)
    for name, size in expected.items():
        array = arrays[name]
        if array.shape != size or array.dtype != np.float32:
            raise CheckpointError(
                f"The checkpoint does not fit the model: {name} is {array.dtype} {array.shape}, not float32 {size}.",
                _GO_ON,
            )
        if not np.isfinite(array).all():
            raise CheckpointError(f"The checkpoint is damaged: {name} holds numbers that are not finite.", _GO_ON)


def pack_state(
    optimizer: Mapping[str, NDArray[np.float32]], progress: RunProgress, history: Sequence[EpochResult]
) -> bytes:
    """The optimizer's arrays, the run's progress and its epochs so far as a safetensors file."""
    told = {"progress": dataclasses.asdict(progress), "history": [dataclasses.asdict(result) for result in history]}
    return _pack({**optimizer, _PROGRESS: np.frombuffer(json.dumps(told).encode(), np.uint8)})


def unpack_state(data: bytes) -> tuple[dict[str, NDArray[np.float32]], RunProgress, tuple[EpochResult, ...]]:
    """The three parts of `pack_state`. Raises CheckpointError when the bytes are not such a state."""
    arrays = _unpack(data)
    try:
        told = json.loads(arrays.pop(_PROGRESS).tobytes())
        progress = RunProgress(**told["progress"])
        history = tuple(EpochResult.from_json(result) for result in told["history"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError("The checkpoint does not say where its run stood.", _GO_ON) from error
    for name, array in arrays.items():
        if array.dtype != np.float32 or not np.isfinite(array).all():
            raise CheckpointError(f"The stored optimizer state is damaged at {name}.", _GO_ON)
    return arrays, progress, history


def _pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    data: bytes = safetensors.save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    return data


def _unpack(data: bytes) -> dict[str, NDArray[Any]]:
    try:
        arrays: dict[str, NDArray[Any]] = safetensors.load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"The checkpoint is damaged: {error}.", _GO_ON) from error
    return arrays

"""Says in plain words what went wrong beneath a training: memory that ran out, a device that was lost.

Torch and the drivers below it tell both as a bare RuntimeError; which one it was stands only in its text. Needs no
torch.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from codegen_desktop.errors import TrainingError

_OF_MEMORY = ("can't allocate memory", "not enough memory", "out of memory", "ALLOC_FAILED", "bad allocation")
"""What the processor (Linux and macOS, Windows), CUDA and MPS say when memory runs out, each in its own way."""

_OF_DEVICE = ("CUDA error", "CUDA driver", "CUBLAS_STATUS", "CUDNN_STATUS", "MPS backend", "Metal", "command buffer")
"""What stands in the errors of an accelerator that stopped working: unplugged, asleep, reset, or out of order."""


@contextmanager
def faults_explained() -> Iterator[None]:
    """Raise TrainingError for a fault of memory or device; every other error passes as it is."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        told = explain(error)
        if told is None:
            raise
        raise told from error


def explain(error: RuntimeError | MemoryError) -> TrainingError | None:
    """The fault in plain words; None where the error is of another kind."""
    text, kind = str(error), type(error).__name__
    if isinstance(error, MemoryError) or kind == "OutOfMemoryError" or any(part in text for part in _OF_MEMORY):
        return TrainingError(
            "There is not enough memory for a model and batch of this size. What was saved before still holds.",
            "Choose a smaller batch, width or vocabulary, or close other programs.",
        )
    if kind == "AcceleratorError" or any(part in text for part in _OF_DEVICE):
        reason = text.partition("\n")[0].rstrip(". ")
        return TrainingError(
            f"The graphics processor stopped working ({reason}). What was saved before still holds.",
            "Start the program anew and go on with the run; if it happens again, train a new one on the processor.",
        )
    return None

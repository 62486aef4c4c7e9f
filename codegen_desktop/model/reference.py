"""The training trace of the brief, quoted beside our own measurements and never mixed into them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReferenceEpoch:
    """One row of the brief's table; it does not say which part of the data or which unit it speaks of."""

    epoch: int
    loss: float
    accuracy: float
    observation: str


REFERENCE_TRACE = (
    ReferenceEpoch(1, 2.3, 0.25, "Model starts learning basic token patterns"),
    ReferenceEpoch(2, 1.8, 0.40, "Loss decreases, accuracy improves as model learns syntax"),
    ReferenceEpoch(3, 1.4, 0.55, "Model captures common code structures"),
    ReferenceEpoch(4, 1.1, 0.65, "Better prediction of tokens in code sequences"),
    ReferenceEpoch(5, 0.9, 0.72, "Model converges with good token prediction accuracy"),
)

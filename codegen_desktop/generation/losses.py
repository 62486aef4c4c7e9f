"""How surprised a model is by each token of some rows: the loss that training measures, token by token, in NumPy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.tokenization.tokenizer import PAD_ID, START_ID


def token_losses(decoder: Decoder, rows: Sequence[NDArray[np.int32]]) -> list[NDArray[np.float64]]:
    """The loss in nats, −ln of the probability, of every target of each row; the rows are read side by side.

    Raises GenerationError where a row is longer than the model's context.
    """
    if not rows:
        return []
    lengths = [len(row) for row in rows]
    targets = np.full((len(rows), max(lengths)), PAD_ID, np.intp)
    for place, row in enumerate(rows):
        targets[place, : len(row)] = row
    losses = np.zeros(targets.shape)
    state = decoder.start(len(rows))
    read = np.full((len(rows), 1), START_ID, np.intp)
    for position in range(targets.shape[1]):  # what stands behind a row's end changes nothing before it
        logits = decoder.logits(decoder.extend(state, read)).astype(np.float64)  # (B, V)
        highest = logits.max(axis=1)
        total = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
        read = targets[:, position : position + 1]
        losses[:, position] = total - np.take_along_axis(logits, read, axis=1)[:, 0]
    return [losses[place, :length] for place, length in enumerate(lengths)]

"""The loss of every token in NumPy is the loss that torch trains with."""

import numpy as np
import torch
import torch.nn.functional as F

from codegen_desktop.generation.losses import token_losses
from codegen_desktop.model.batches import collate
from codegen_desktop.model.rows import make_rows
from codegen_desktop.model.transformer import Transformer


def test_every_token_costs_what_the_training_measures(decoder, tokenizer, weights, shape):
    texts = ["def add(a, b):\n    return a + b", "x", "", "# divide left and right\ndef divide(left, right):"]
    rows = make_rows(tokenizer, texts, shape.context)
    model = Transformer(shape)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(torch.from_numpy(weights[name]))
        batch = collate(rows, np.arange(len(rows)))
        expected = F.cross_entropy(model(batch.inputs, batch.wanted), batch.targets, reduction="none").numpy()
    found = token_losses(decoder, [rows.row(number) for number in range(len(rows))])
    assert [len(losses) for losses in found] == rows.lengths.tolist()
    np.testing.assert_allclose(np.concatenate(found), expected, rtol=2e-4, atol=2e-5)
    assert token_losses(decoder, []) == []

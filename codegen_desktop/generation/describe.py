"""One sentence for each station of the prediction trace, made by rules from the trace's own numbers."""

import numpy as np

from codegen_desktop.generation.sampling import Selection
from codegen_desktop.generation.trace import LayerTrace, Prediction, Trace

_VISIBLE = str.maketrans({"\n": "⏎", "\t": "⇥", "\r": "␍"})


def shown(piece: str) -> str:
    """A token as it stands in a sentence: `b` for " b", `⏎····` for a line break with an indentation."""
    bare = piece.strip()
    text = bare if bare else piece.replace(" ", "·").translate(_VISIBLE)
    return f"`{text}`"


def percent(share: float) -> str:
    """A share as people read it: `42 %`, `0.3 %`, `< 0.1 %`."""
    if share >= 0.9995:
        return "100 %"
    if share >= 0.0995:
        return f"{share:.0%}".replace("%", " %")
    return f"{share:.1%}".replace("%", " %") if share >= 0.001 else "< 0.1 %"


def describe_embedding(trace: Trace) -> str:
    """Station 1: how many tokens became how many numbers, and that equal tokens begin equal."""
    tokens, width = trace.embeddings.shape
    repeated = next((text for place, text in enumerate(trace.texts) if text in trace.texts[:place]), None)
    numbers = f"Each of the {tokens} tokens becomes {width} numbers"
    if repeated is None:
        return f"{numbers}."
    return f"{numbers}; every {shown(repeated)} begins with the same ones, its position is mixed in later."


def describe_attention(trace: Trace, layer: int, head: int | None = None) -> str:
    """Station 2: what the last token looks at most in one layer, in one head or in all heads on average."""
    rows = trace.layers[layer].attention  # (H, T)
    looked = rows.mean(axis=0) if head is None else rows[head]
    place = int(looked.argmax())
    own = trace.texts[-1]
    at = "itself" if place == len(trace.texts) - 1 else shown(trace.texts[place])
    return f"{shown(own)} looks mostly at {at} ({percent(float(looked[place]))})."


def describe_layers(trace: Trace) -> str:
    """Station 2: from which layer on the model's answer is the best guess."""
    answer = trace.layers[-1].lens[0]
    first = len(trace.layers)
    while first > 1 and trace.layers[first - 2].lens[0].id == answer.id:
        first -= 1
    guess = trace.layers[first - 1].lens[0]
    if first == 1:
        return f"Layer 1 already puts {shown(answer.text)} first ({percent(guess.probability)})."
    if first == len(trace.layers):
        return f"Only the last layer puts {shown(answer.text)} first ({percent(guess.probability)})."
    return f"From layer {first} on, {shown(answer.text)} is the best guess ({percent(guess.probability)} there)."


def describe_layer(layer: LayerTrace, number: int) -> str:
    """Station 2: which part of one layer changed the stream more, and what the layer would say."""
    more = "attention" if layer.attention_update > layer.feed_forward_update else "the feed-forward part"
    guess = layer.lens[0]
    return f"In layer {number} {more} changed more; it would say {shown(guess.text)} ({percent(guess.probability)})."


def describe_probabilities(selection: Selection) -> str:
    """Station 3: how many tokens are left, and which stage removed most."""
    total, left = len(selection.model.ids), len(selection.final.ids)
    if left == total:
        return f"All {total:,} tokens can still be picked."
    counts = [total, *(stage.survivors for stage in selection.stages)]
    most = int(np.argmax(-np.diff(counts)))
    name = selection.stages[most].name.replace("_", "-")
    return f"{left:,} of {total:,} tokens can still be picked; {name} removed most."


def describe_selection(prediction: Prediction) -> str:
    """Station 4: where the draw fell, or that there was none."""
    chosen, selection = shown(prediction.piece), prediction.selection
    if selection.draw is None:
        return f"Nothing is drawn: {chosen} is the only one left."
    share = f"from {selection.lower:.3f} to {selection.upper:.3f}"
    rank = "the likeliest" if selection.rank == 0 else f"number {selection.rank + 1} in line"
    return f"The draw {selection.draw:.3f} lies in the share of {chosen} ({share}), {rank}."

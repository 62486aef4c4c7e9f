"""Fill in the middle: some training rows tell a snippet's beginning, then its end, and only then what is between.

A chosen snippet is cut at two of its characters, and its row becomes (the order "PSM" of Bavarian et al. 2022,
"Efficient Training of Language Models to Fill in the Middle", section 3):

    prefix mark, beginning, suffix mark, end, middle mark, middle, end mark

The three parts are cut into tokens each by itself, as they are when a person asks for a middle. All tokens of such a
row are learned, beginning and end too; that paper found this to be what keeps writing from left to right from
suffering, and that learning the marks themselves or not makes no difference. Nothing is cut inside an instruction,
which is for a person to give. The test part is never changed, so its loss means the same in every run. Needs no torch.
"""

import random
from collections.abc import Sequence

import numpy as np

from codegen_desktop.errors import TrainingError
from codegen_desktop.model.rows import Rows, cut, lay_out
from codegen_desktop.tokenization.tokenizer import END_ID, FIM_MIDDLE_ID, FIM_PREFIX_ID, FIM_SUFFIX_ID, Tokenizer

Parts = tuple[str, str, str]
"""A text's beginning, middle and end."""


def make_rows_with_middles(
    tokenizer: Tokenizer, texts: Sequence[str], context: int, prompts: Sequence[str], *, share: int, seed: int
) -> Rows:
    """What `make_rows` gives, with `share` percent of the rows (at least one) rearranged to fill in their middle.

    Which, and where they are cut, follows from the seed alone, so a resumed run reads the same rows. A row that
    would not fit into `context` with its three marks stays as it is: `count_middles` tells how many were
    rearranged. Raises TrainingError where none was.
    """
    if len(prompts) != len(texts):
        raise ValueError("as many prompts as texts")
    rows = cut(tokenizer, texts, context)
    draw = random.Random(f"fill in the middle {seed}")
    chosen = draw.sample(range(len(texts)), min(len(texts), max(1, round(len(texts) * share / 100))))
    parts = {
        number: cut_in_three(texts[number], draw, len(prompts[number]))
        for number in sorted(chosen)
        if len(texts[number]) > len(prompts[number])
    }
    encoded = iter(tokenizer.encode_many([part for three in parts.values() for part in three]))
    told = list(texts)  # as their rows tell them
    fitting = 0
    for number, (beginning, between, end) in parts.items():
        before, middle, after = next(encoded), next(encoded), next(encoded)
        row = [*ask(before, after), *middle, END_ID]
        if len(row) <= context:
            rows[number], told[number] = row, beginning + end + between
            fitting += 1
    if texts and not fitting:
        raise TrainingError(
            f"No snippet fits into a row of {context} with the three marks of fill in the middle.",
            "Make the row longer, or set fill in the middle to 0.",
        )
    return lay_out(tokenizer, rows, told, prompts)


def cut_in_three(text: str, draw: random.Random, first: int = 0) -> Parts:
    """Cut a text at two different places, none of them inside its `first` characters; every pair is equally likely.

    The middle has at least one character. Raises ValueError where nothing is left to cut.
    """
    start, end = sorted(draw.sample(range(first, len(text) + 1), 2))
    return text[:start], text[start:end], text[end:]


def ask(before: Sequence[int], after: Sequence[int]) -> list[int]:
    """The ids that ask for what stands between two texts, without the start mark."""
    return [FIM_PREFIX_ID, *before, FIM_SUFFIX_ID, *after, FIM_MIDDLE_ID]


def count_middles(rows: Rows) -> int:
    """How many rows are rearranged to fill in their middle."""
    return int(np.count_nonzero(rows.ids[rows.offsets[:-1]] == FIM_PREFIX_ID))

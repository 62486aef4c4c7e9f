"""Fill in the middle: the rows hold every text whole, follow from the seed, and teach a model to use both sides."""

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen_desktop.config import SamplingOptions, TrainingOptions
from codegen_desktop.errors import TrainingError
from codegen_desktop.generation.decoder import Decoder
from codegen_desktop.generation.middle import fill_in
from codegen_desktop.model.baselines import baselines
from codegen_desktop.model.middle import count_middles, cut_in_three, make_rows_with_middles
from codegen_desktop.model.records import CheckpointTaken, TrainingJob
from codegen_desktop.model.rows import make_rows
from codegen_desktop.model.shape import ModelShape
from codegen_desktop.model.train import train
from codegen_desktop.tokenization.registry import learn_tokenizer
from codegen_desktop.tokenization.tokenizer import END_ID, FIM_MIDDLE_ID, FIM_PREFIX_ID, FIM_SUFFIX_ID, Tokenizer

PROMPTS = [f"# add {number}\n" if number % 2 else "" for number in range(40)]
TEXTS = [f"{prompt}def plus(ä):\n    return ä + {number}" for number, prompt in enumerate(PROMPTS)]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return learn_tokenizer("bpe", TEXTS, 300)


def test_rows_without_middles_are_what_they_were_before_there_were_any(tokenizer: Tokenizer) -> None:
    rows = make_rows(tokenizer, TEXTS, 30, PROMPTS)
    digest = hashlib.sha256(b"".join(part.tobytes() for part in (rows.ids, rows.offsets, rows.text_bytes, rows.asked)))
    assert digest.hexdigest() == "d6a72c1ad083e2275113257ebdac04f669f400f5da5573769a2bb2d7dc6ca838"


def parts_of(tokenizer: Tokenizer, row: list[int]) -> tuple[str, str]:
    """The end that a rearranged row tells first, and the beginning and middle that it tells then."""
    assert row[:2] == [FIM_PREFIX_ID, FIM_SUFFIX_ID]
    assert row.index(END_ID) == len(row) - 1
    middle = row.index(FIM_MIDDLE_ID)
    return tokenizer.decode(row[2:middle]), tokenizer.decode(row[middle + 1 : -1])


@pytest.mark.parametrize(("share", "count"), [(30, 12), (50, 20)])
def test_the_asked_share_of_rows_tells_the_end_before_the_middle(tokenizer: Tokenizer, share: int, count: int) -> None:
    plain = make_rows(tokenizer, TEXTS, 200, PROMPTS)
    rows = make_rows_with_middles(tokenizer, TEXTS, 200, PROMPTS, share=share, seed=3)
    assert count_middles(rows) == count
    assert count_middles(plain) == 0
    assert rows.text_bytes.tolist() == plain.text_bytes.tolist()
    for number, text in enumerate(TEXTS):
        row = rows.row(number).tolist()
        if row[0] != FIM_PREFIX_ID:
            assert row == plain.row(number).tolist()
            continue
        end, rest = parts_of(tokenizer, row)
        assert rest + end == text
        assert rest.startswith(PROMPTS[number]), "an instruction is never cut"
        assert len(rest) > len(PROMPTS[number])
        assert rows.asked[number] == 0, "the instruction is no longer what the row begins with"


def test_the_rows_follow_from_the_seed(tokenizer: Tokenizer) -> None:
    first, again, other = (
        make_rows_with_middles(tokenizer, TEXTS, 200, PROMPTS, share=50, seed=seed).ids.tolist() for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


def test_a_row_that_would_not_fit_stays_as_it_is(tokenizer: Tokenizer) -> None:
    lengths = sorted(make_rows(tokenizer, TEXTS, 200).lengths.tolist())
    context = lengths[len(lengths) // 2] + 3
    plain = make_rows(tokenizer, TEXTS, context, PROMPTS)
    rows = make_rows_with_middles(tokenizer, TEXTS, context, PROMPTS, share=50, seed=3)
    assert 0 < count_middles(rows) < 20
    assert rows.lengths.max() <= context
    kept = [number for number in range(len(rows)) if rows.row(number)[0] != FIM_PREFIX_ID]
    assert all(rows.row(number).tolist() == plain.row(number).tolist() for number in kept)


def test_a_row_too_short_for_any_middle_is_refused(tokenizer: Tokenizer) -> None:
    with pytest.raises(TrainingError, match="No snippet fits into a row of 8"):
        make_rows_with_middles(tokenizer, TEXTS, 8, PROMPTS, share=50, seed=3)


@settings(max_examples=50, deadline=None)
@given(text=st.text(min_size=1, max_size=30), seed=st.integers(0, 99), data=st.data())
def test_a_cut_text_is_the_text(text: str, seed: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text) - 1))
    before, middle, after = cut_in_three(text, random.Random(seed), first)
    assert before + middle + after == text
    assert middle
    assert len(before) >= first


def test_every_place_is_cut() -> None:
    draw = random.Random(0)
    cuts = {tuple(map(len, cut_in_three("abcd", draw, 1))) for _ in range(300)}
    assert cuts == {(1, 1, 2), (1, 2, 1), (1, 3, 0), (2, 1, 1), (2, 2, 0), (3, 1, 0)}


def counting(count: int, seed: int) -> list[str]:
    """Texts such as `c d e f g`: the letters between a beginning and an end follow from both."""
    draw = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    texts = []
    for _ in range(count):
        start, length = draw.randrange(20), draw.randrange(3, 7)
        texts.append(letters[start : start + length])
    return texts


def counting_job(tokenizer: Tokenizer, share: int) -> TrainingJob:
    """A model of two layers that learns to count letters; `share` percent of its rows ask for a middle."""
    options = TrainingOptions(
        preset="custom", epochs=6, layers=2, width=32, heads=2, feed_forward=64, batch=16, context=12, seed=7,
        checkpoint_seconds=0, threads=1, device="cpu",
    )  # fmt: skip
    shape = ModelShape(tokenizer.vocabulary_size, layers=2, width=32, heads=2, feed_forward=64, context=12)
    texts, test = counting(1200, 1), make_rows(tokenizer, counting(40, 2), 12)
    rows = make_rows(tokenizer, texts, 12)
    if share:
        rows = make_rows_with_middles(tokenizer, texts, 12, [""] * 1200, share=share, seed=7)
    return TrainingJob(options, shape, rows, test, baselines(rows, test, shape.vocabulary))


def right_middles(tokenizer: Tokenizer, job: TrainingJob) -> int:
    """How many of eighty gaps in the alphabet the trained model closes exactly."""
    last = [event for event in train(job) if isinstance(event, CheckpointTaken)][-1]
    decoder = Decoder(last.weights, job.shape)
    greedy = SamplingOptions(temperature=0.0)
    right = 0
    for place in range(20):
        for gap in range(1, 5):
            letters = "abcdefghijklmnopqrstuvwxyz"[place : place + gap + 2]
            filled = fill_in(decoder, tokenizer, letters[0], letters[-1], greedy)
            right += filled.text == letters[1:-1] and filled.ended == "end"
    return right


def test_a_model_learns_to_fill_what_both_sides_decide() -> None:
    letters = learn_tokenizer("bpe", ["a"], 262)
    assert right_middles(letters, counting_job(letters, 50)) >= 60
    assert right_middles(letters, counting_job(letters, 0)) <= 35

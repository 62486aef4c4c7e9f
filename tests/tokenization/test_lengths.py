"""Lengths in tokens, and that the figure of snippets too long for a row is what training really cuts."""

from codegen_desktop.model.rows import make_rows
from codegen_desktop.tokenization.lengths import Lengths, measure_lengths
from codegen_desktop.tokenization.tokenizer import END_ID, Tokenizer


def test_figures_of_some_lengths() -> None:
    lengths = Lengths(((3, 2), (48, 1), (49, 4), (50, 2), (120, 1)))
    assert (lengths.snippets, lengths.longest, lengths.tokens) == (10, 120, 470)
    assert lengths.mean == 47.0
    assert [lengths.longer_than(context) for context in (1, 49, 50, 51, 200)] == [10, 7, 3, 1, 0]
    assert lengths.histogram(40) == ((0, 2), (40, 7), (80, 0), (120, 1))


def test_nothing_to_measure_gives_zeros() -> None:
    lengths = Lengths(())
    assert (lengths.snippets, lengths.longest, lengths.mean, lengths.longer_than(50)) == (0, 0, 0.0, 0)
    assert lengths.histogram(10) == ()


def test_the_figure_equals_what_training_cuts(tokenizer: Tokenizer, code: tuple[str, ...]) -> None:
    texts = [block for text in code for block in text.split("\n\n") if block]
    lengths = measure_lengths(tokenizer, texts)
    rows = make_rows(tokenizer, texts, 50)
    cut = sum(rows.row(number)[-1] != END_ID for number in range(len(rows)))
    assert lengths.snippets == len(texts) == len(rows)
    assert 0 < lengths.longer_than(50) == cut < len(texts)

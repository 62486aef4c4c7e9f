"""The second tokenizer: whole words and symbols from a vocabulary, everything else spelled in bytes.

It cuts where the default cuts, except that a newline and its whole indentation are one piece. A piece in the
vocabulary is one token; any other is spelled byte by byte. As a model this is BPE without merges that looks a piece up
first (`ignore_merges`), so it is stored in the same format and opens in other programs to the same ids.
"""

from collections.abc import Sequence

from tokenizers import Tokenizer, models, trainers

from codegen_desktop.tokenization.byte_tokenizer import (
    ByteTokenizer,
    allow_parallelism,
    blank_vocabulary,
    check_learnable,
    cut_then_bytes,
    make_backend,
)
from codegen_desktop.tokenization.cuts import WORD_CUT

NAME = "words"


def blank_words() -> Tokenizer:
    """The tokenizer with nothing learned: every byte is a token."""
    return _look_up(blank_vocabulary())


def learn_words(texts: Sequence[str], vocabulary: int) -> ByteTokenizer:
    """Take the pieces that occur most often (at least twice; of equally frequent ones the alphabetically first).

    Raises TokenizerError where there is nothing to learn from.
    """
    check_learnable(texts, vocabulary)
    allow_parallelism()
    entries = blank_vocabulary()
    words = [piece for piece in _pieces_by_frequency(texts) if piece not in entries]
    for word in words[: vocabulary - len(entries)]:
        entries[word] = len(entries)
    return ByteTokenizer.wrap(NAME, _look_up(entries))


def _look_up(entries: dict[str, int]) -> Tokenizer:
    return make_backend(models.BPE(vocab=entries, merges=[], ignore_merges=True), cut_then_bytes(WORD_CUT))


def _pieces_by_frequency(texts: Sequence[str]) -> list[str]:
    counter = Tokenizer(models.WordLevel())
    counter.pre_tokenizer = cut_then_bytes(WORD_CUT)
    trainer = trainers.WordLevelTrainer(vocab_size=2**31, min_frequency=2, show_progress=False)
    counter.train_from_iterator(texts, trainer, length=len(texts))
    vocabulary: dict[str, int] = counter.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)

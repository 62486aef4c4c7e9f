"""The default tokenizer: byte-level BPE whose merges never cross a symbol, yet cut by GPT-2's own pre-tokenizer.

Merges are learned under `FINE_CUT`, where every operator, digit and word is a piece of its own. The tokenizer is then
stored with the plain GPT-2 ByteLevel pre-tokenizer, whose pieces are larger: `"):"` is one piece there, but as no merge
joins `)` and `:`, it still becomes two tokens. Other programs know GPT-2's pre-tokenizer and so cut identically.

Source of BPE on bytes: Radford et al., "Language Models are Unsupervised Multitask Learners" (2019), section 2.2.
"""

from collections.abc import Sequence

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from codegen_desktop.tokenization.byte_tokenizer import (
    ByteTokenizer,
    allow_parallelism,
    alphabet,
    blank_vocabulary,
    check_learnable,
    cut_then_bytes,
    make_backend,
)
from codegen_desktop.tokenization.cuts import FINE_CUT
from codegen_desktop.tokenization.tokenizer import SPECIAL_TOKENS

NAME = "bpe"


def blank_bpe() -> Tokenizer:
    """The tokenizer with nothing learned: every byte is a token."""
    return make_backend(
        models.BPE(vocab=blank_vocabulary(), merges=[]),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
    )


def learn_bpe(texts: Sequence[str], vocabulary: int) -> ByteTokenizer:
    """Learn at most `vocabulary` entries from texts; the same texts give the same tokenizer on every machine.

    Fewer entries come out where the texts offer no pair that occurs twice. Raises TokenizerError where there is
    nothing to learn from.
    """
    check_learnable(texts, vocabulary)
    allow_parallelism()
    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = cut_then_bytes(FINE_CUT)
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=alphabet(),
        show_progress=False,
    )
    learner.train_from_iterator(texts, trainer, length=len(texts))
    backend = blank_bpe()
    backend.model = learner.model
    return ByteTokenizer.wrap(NAME, backend)

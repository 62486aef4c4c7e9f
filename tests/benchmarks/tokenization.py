"""How long tokenizing takes beside Hugging Face `tokenizers` called directly: python -m tests.benchmarks.tokenization

Prints, for each tokenizer of the registry: learning on 8,000 and encoding 10,000 snippets, the same by bare library
calls with its own ByteLevel cut, the median time of cutting 2,000 characters again, and tokens a snippet.
"""

import statistics
import time
from collections.abc import Callable

from tokenizers import Tokenizer as HuggingFace
from tokenizers import models, pre_tokenizers, trainers

from codegen_desktop.corpus.starter import starter_snippets
from codegen_desktop.tokenization.lengths import measure_lengths
from codegen_desktop.tokenization.registry import TOKENIZERS, learn_tokenizer
from codegen_desktop.tokenization.tokenizer import SPECIAL_TOKENS

ROUNDS = 5


def main() -> None:
    """Measure every tokenizer of the registry."""
    texts = [snippet.text for snippet in starter_snippets(10_000, 42)]
    for kind in TOKENIZERS:
        measure(kind.name, texts)


def measure(name: str, texts: list[str]) -> None:
    """Measure in rounds, ours and theirs in turn, and print medians."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: learn_tokenizer(name, texts[:8000], 2048).encode_many(texts)))
        theirs.append(seconds(lambda: bare(texts)))
    mine, direct = statistics.median(ours), statistics.median(theirs)
    tokenizer = learn_tokenizer(name, texts[:8000], 2048)
    block = "\n\n".join(texts)[:2000]
    again = statistics.median(seconds(lambda: tokenizer.tokens(block)) for _ in range(50))
    lengths = measure_lengths(tokenizer, texts)
    print(f"{name}: learn and encode {mine:.2f} s, bare library {direct:.2f} s ({mine / direct:.2f}x)")
    print(f"  2,000 characters again: {again * 1000:.1f} ms")
    print(f"  {lengths.mean:.1f} tokens a snippet, longest {lengths.longest}, {lengths.longer_than(50)} cut at 50")


def bare(texts: list[str]) -> None:
    """What one would write with the library alone: plain byte-level BPE."""
    tokenizer = HuggingFace(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=2048, special_tokens=list(SPECIAL_TOKENS), show_progress=False)
    tokenizer.train_from_iterator(texts[:8000], trainer, length=8000)
    for encoding in tokenizer.encode_batch(texts):
        assert encoding.ids


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

"""Texts to begin with: the brief's own example, one snippet of every family, and text that is not English."""

from codegen_desktop.corpus.dataset import Dataset
from codegen_desktop.corpus.snippet import Snippet

BRIEF_EXAMPLE = "def add(a, b): return a + b"
_OTHER_SCRIPTS = '# Größe, naïve, 数, 🌍\nname = "Zoë"\n'
_MOST = 14


def examples_of(dataset: Dataset) -> tuple[tuple[str, str], ...]:
    """Names and texts, in order; snippets of the test part come first, because the tokenizer never saw them."""
    chosen: dict[str, Snippet] = {}
    for snippet in (*dataset.test, *dataset.train):
        chosen.setdefault(snippet.family or snippet.group, snippet)
        if len(chosen) >= _MOST:
            break
    snippets = [(f"Example: {_title(snippet)}", snippet.text) for snippet in chosen.values()]
    first = ("Example: the brief's own line", BRIEF_EXAMPLE)
    return (*snippets[:1], first, *snippets[1:], ("Example: accents, other scripts, emoji", _OTHER_SCRIPTS))


def _title(snippet: Snippet) -> str:
    words = snippet.instruction or snippet.text.strip().split("\n")[0].strip()
    return words if len(words) <= 48 else f"{words[:47]}…"

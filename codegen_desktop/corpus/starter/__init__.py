"""The generated corpus: a grammar that writes small, tested, composable Python functions."""

from codegen_desktop.corpus.starter.grammar import starter_dataset, starter_snippets

__all__ = ["starter_dataset", "starter_snippets"]

"""Looks inside a run: kinds of token, hardest and easiest snippets, the first batch, and the signals of its steps."""

"""Stage 1: where snippets come from, what was left out and why, and an honest train/test split."""

"""The generated corpus: a grammar that writes small, tested, composable Python functions."""

"""Stage 2: exact, reversible ways to cut text into tokens."""

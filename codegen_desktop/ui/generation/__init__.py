"""The Generation tab."""

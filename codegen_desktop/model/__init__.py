"""Stage 3: a small transformer, trained on this machine, and everything a run leaves behind."""

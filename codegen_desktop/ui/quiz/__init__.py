"""The Quiz tab."""

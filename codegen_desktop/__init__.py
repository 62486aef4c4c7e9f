"""Codegen Desktop: train a small model that writes Python, and see why it chose every token."""

__version__ = "0.1.0"

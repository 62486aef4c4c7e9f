"""Real code to learn from, and every tokenizer of the registry learned on it once."""

import ast
import dataclasses
import inspect
import json.decoder
import textwrap

import pytest

from codegen_desktop.tokenization.registry import TOKENIZERS, learn_tokenizer
from codegen_desktop.tokenization.tokenizer import Tokenizer


@pytest.fixture(scope="session")
def code() -> tuple[str, ...]:
    """Some 300 kB of Python's own library, a text per module, and the brief's example a few times."""
    modules = (ast, dataclasses, inspect, json.decoder, textwrap)
    return (*map(inspect.getsource, modules), *["def add(a, b): return a + b"] * 5)


@pytest.fixture(scope="session")
def learned(code: tuple[str, ...]) -> dict[str, Tokenizer]:
    """Every tokenizer of the registry, by name."""
    return {kind.name: learn_tokenizer(kind.name, code, 2048) for kind in TOKENIZERS}


@pytest.fixture(params=[kind.name for kind in TOKENIZERS])
def tokenizer(request: pytest.FixtureRequest, learned: dict[str, Tokenizer]) -> Tokenizer:
    """Each tokenizer in turn."""
    return learned[request.param]

"""Snippets written as JSON, one object a line: `text`, `code` or `content`, and where wanted `instruction` and `tests`.

    {"code": "def double(x):\\n    return 2 * x", "instruction": "Double a number", "tests": [["4", "8"]]}

A test is a pair, or an object with `arguments` and `expected`, as `snippet.TestCase` has them.
"""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen_desktop.corpus.dataset import Reason
from codegen_desktop.corpus.decoding import Refusal, decode, encoding_of, unified_line_ends
from codegen_desktop.corpus.functions import parse, syntax_of
from codegen_desktop.corpus.snippet import TestCase
from codegen_desktop.errors import CorpusError

TEXT_FIELDS = ("text", "code", "content")
"""Where a record's code is looked for, in this order."""

MOST_BYTES_A_LINE = 1 << 20
"""A longer line is left out; it is never held in memory whole."""

MOST_BYTES_WITH_MARK = 64 << 20
"""A UTF-16 or UTF-32 file is decoded as one piece and so may be no larger."""


@dataclass(frozen=True, slots=True)
class Record:
    """A usable record: its code, what it was told to do, its tests, and the hash of its syntax tree."""

    text: str
    instruction: str | None
    tests: tuple[TestCase, ...]
    syntax: str


def read_records(path: Path) -> Iterator[tuple[int, Record | Refusal]]:
    """Every record of a file with its line number (1-based), or why it cannot be used; blank lines are no records.

    Raises OSError when the file cannot be read, and CorpusError where a record's instruction is empty.
    """
    for number, line in _lines(path):
        try:
            if isinstance(line, Refusal):
                raise line
            text = line if isinstance(line, str) else decode(line)
            if text.strip():
                yield number, _record(text, f"{path.name}:{number}")
        except Refusal as refusal:
            yield number, Refusal(refusal.reason, number, refusal.detail)


def _lines(path: Path) -> Iterator[tuple[int, bytes | str | Refusal]]:
    """Numbered lines; one that is too long is passed over in small pieces and comes as a Refusal."""
    with path.open("rb") as file:
        marked = encoding_of(file.read(4)) not in ("utf-8", "utf-8-sig")
        file.seek(0)
        if marked:
            yield from _decoded_lines(file.read(MOST_BYTES_WITH_MARK + 1))
            return
        number = 0
        while line := file.readline(MOST_BYTES_A_LINE + 1):
            number += 1
            if len(line) <= MOST_BYTES_A_LINE or line.endswith(b"\n"):
                yield number, line
                continue
            while line and not line.endswith(b"\n"):
                line = file.readline(MOST_BYTES_A_LINE)
            yield number, Refusal(Reason.OVER_LIMIT, number, f"a line of more than {MOST_BYTES_A_LINE:,} bytes")


def _decoded_lines(data: bytes) -> Iterator[tuple[int, str | Refusal]]:
    if len(data) > MOST_BYTES_WITH_MARK:
        yield 1, Refusal(Reason.OVER_LIMIT, 1, f"more than {MOST_BYTES_WITH_MARK:,} bytes that are not UTF-8")
        return
    try:
        yield from enumerate(decode(data).split("\n"), start=1)
    except Refusal as refusal:
        yield refusal.line, refusal


def _record(line: str, place: str) -> Record:
    """Check one record. Raises Refusal where it cannot be used, CorpusError where its instruction is empty."""
    fields = _object(line)
    text = next((fields[name] for name in TEXT_FIELDS if name in fields), None)
    if not isinstance(text, str):
        raise _bad(f"no field {', '.join(TEXT_FIELDS[:-1])} or {TEXT_FIELDS[-1]} with text")
    text = unified_line_ends(text).strip("\n").rstrip()
    _check_characters(text)
    if not text.strip():
        raise Refusal(Reason.TOO_SHORT, 1, "empty")
    syntax = syntax_of(parse(text))
    instruction = _instruction(fields.get("instruction"), place)
    if instruction is not None and not text.startswith(f"# {instruction}\n"):
        text = f"# {instruction}\n{text}"
    return Record(text, instruction, _tests(fields.get("tests")), syntax)


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise _bad("nested too deeply") from error
    except ValueError as error:
        raise _bad(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise _bad("not an object")
    return value


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _check_characters(text: str) -> None:
    if "\0" in text:
        raise Refusal(Reason.NOT_TEXT, 1, f"NUL at character {text.index(chr(0)) + 1}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        detail = f"half of a surrogate pair at character {error.start + 1}"
        raise Refusal(Reason.NOT_UTF8, 1, detail) from error


def _instruction(value: object, place: str) -> str | None:
    """The instruction on one line; None where the record has none."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise _bad("the instruction is not text")
    _check_characters(value)
    instruction = " ".join(value.split())
    if not instruction:
        raise CorpusError(
            f"The instruction in {place} is empty, so nothing would tell the model what is wanted. Nothing was read.",
            "Write an instruction, or leave the field out of that record.",
        )
    return instruction


def _tests(value: object) -> tuple[TestCase, ...]:
    """Pairs of arguments and expected value, each checked to be Python: arguments of a call, and a literal."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _bad("the tests are not a list")
    return tuple(_test(entry) for entry in value)


def _test(entry: object) -> TestCase:
    pair = [entry.get("arguments"), entry.get("expected")] if isinstance(entry, dict) else entry
    if not isinstance(pair, list) or len(pair) != 2:
        raise _bad("a test is not a pair of arguments and expected value")
    arguments, expected = pair
    if not isinstance(arguments, str) or not isinstance(expected, str):
        raise _bad("a test's arguments and expected value are not both text")
    _check_characters(arguments + expected)
    if not _is_one_call(f"f({arguments})") or not _is_literal(expected):
        raise _bad("a test is not the arguments of one call and a literal value")
    return TestCase(arguments, expected)


def _is_one_call(text: str) -> bool:
    """Whether text is the call of a name and nothing more: `f(1)(2)` and `f(1); g(2)` are not."""
    try:
        body = parse(text).body
    except Refusal:
        return False
    only = body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
    return isinstance(only, ast.Call) and isinstance(only.func, ast.Name)


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return False
    return True


def _bad(detail: str) -> Refusal:
    return Refusal(Reason.BAD_RECORD, 1, detail)

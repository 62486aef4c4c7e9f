"""Reads question banks, TOML files of the format `cgd-bank/1`, into validated models.

Every error names the file, the line and the item. Nothing of a bank is ever executed by reading it.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from codegen_desktop.errors import QuizError
from codegen_desktop.paths import resource
from codegen_desktop.quiz.items import Bank, Item

FORMAT = "cgd-bank/1"
LARGEST = 2_000_000
"""Bytes a bank may have."""
MOST_ITEMS = 2_000

OWN_BANKS = ("model", "practice", "test")
"""The banks that come with the program and need no run, in the order they are offered; `run` is the fourth."""

MISCONCEPTIONS = "misconceptions.toml"

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)$")
_TRIPLE = re.compile(r"'''|\"\"\"")
_ITEM_HEADER = re.compile(r"^\s*\[\[\s*item\s*\]\]")
_MEND = "Correct the file and open it again; nothing was changed."
_ITEM: TypeAdapter[Item] = TypeAdapter(Item)


def own_bank(name: str) -> Bank:
    """One of the banks that come with the program: `model`, `practice` or `test`."""
    return read_bank(resource("questions", f"{name}.bank.toml"))


def own_misconceptions() -> dict[str, str]:
    """Every misconception id our banks use, with the sentence a teacher reads."""
    path = resource("questions", MISCONCEPTIONS)
    table = parse_toml(_read(path), path.name).get("misconception", {})
    return {str(key): str(value) for key, value in table.items()}


def read_bank(path: Path) -> Bank:
    """The bank in a file. Raises QuizError when it cannot be read or does not fit the format."""
    return parse_bank(_read(path), path.name)


def parse_bank(text: str, name: str) -> Bank:
    """The bank in a text; `name` is what errors call the file. Raises QuizError naming file, line and item."""
    table = parse_toml(text, name)
    if table.get("format") != FORMAT:
        raise QuizError(f'{name} is not a question bank: its first key has to be format = "{FORMAT}".', _MEND)
    items = table.get("item")
    if not isinstance(items, list) or not items:
        raise QuizError(f"{name} holds no question.", "Add at least one [[item]].")
    if len(items) > MOST_ITEMS:
        raise QuizError(f"{name} holds {len(items):,} questions; a bank has at most {MOST_ITEMS:,}.", "Split it.")
    lines = item_lines(text, items)
    _refuse_twins(items, lines, name)
    try:
        return Bank.model_validate(table)
    except ValidationError as error:
        raise _explain(error, items, lines, name) from error


def parse_item(text: str) -> Item:
    """An item from the JSON kept with an answer. Raises QuizError when it is not one."""
    try:
        return _ITEM.validate_json(text)
    except ValidationError as error:
        raise QuizError("A stored question cannot be read; the other answers still hold.", "") from error


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises QuizError with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        where = f", line {found[1]}" if found else ", at its end"
        what = _AT_LINE.sub("", str(error)).replace("(at end of document)", "").strip()
        raise QuizError(f"{name}{where}: this is not TOML ({what}).", _MEND) from error
    except (ValueError, RecursionError) as error:
        raise QuizError(f"{name}: this is not TOML that can be read ({error}).", _MEND) from error


def item_lines(text: str, items: Sequence[object]) -> tuple[int, ...]:
    """The line (from 1) at which each item begins; 1 for items that are not written as `[[item]]`.

    A header inside a multi-line string is no header, so the quotes are followed line by line.
    """
    found: list[int] = []
    closing = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not closing and _ITEM_HEADER.match(line):
            found.append(number)
        for quotes in _TRIPLE.findall(line):
            if not closing:
                closing = quotes
            elif quotes == closing:
                closing = ""
    return tuple(found) if len(found) == len(items) else (1,) * len(items)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise QuizError(f"{path.name} is larger than {LARGEST // 1_000_000} MB.", "Split it into smaller banks.")
        data = path.read_bytes()
    except OSError as error:
        raise QuizError(f"{path} cannot be read: {error.strerror or error}.", "Check the name of the file.") from error
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise QuizError(f"{path.name} is not UTF-8: byte {error.start:,} does not fit.", "Save it as UTF-8.") from error


def _refuse_twins(items: Sequence[object], lines: Sequence[int], name: str) -> None:
    first: dict[str, int] = {}
    for item, line in zip(items, lines, strict=True):
        key = item.get("id") if isinstance(item, dict) else None
        if not isinstance(key, str):
            continue
        if key in first:
            raise QuizError(f"{name}, line {line}: the id {key} is used at line {first[key]} already.", _MEND)
        first[key] = line


def _explain(error: ValidationError, items: Sequence[object], lines: Sequence[int], name: str) -> QuizError:
    """The first problem in words, and how many more there are."""
    problems = error.errors(include_url=False, include_input=False)
    place, message = problems[0]["loc"], problems[0]["msg"].removeprefix("Value error, ")
    where = name
    if len(place) > 1 and place[0] == "item" and isinstance(place[1], int):
        item = items[place[1]]
        key = item.get("id", "without id") if isinstance(item, dict) else "without id"
        where = f"{name}, line {lines[place[1]]}, item {key}"
        place = place[3:] if len(place) > 2 else ()
    field = ".".join(str(part) for part in place)
    more = f" ({len(problems) - 1} more problems follow)" if len(problems) > 1 else ""
    return QuizError(f"{where}: {field + ': ' if field else ''}{message}{more}.", _MEND)

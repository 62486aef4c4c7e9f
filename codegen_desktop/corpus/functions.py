"""Cutting functions out of Python source: their exact text, where they stand, and what makes two of them the same."""

import ast
import hashlib
import inspect
import io
import tokenize
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from codegen_desktop.corpus.dataset import Reason
from codegen_desktop.corpus.decoding import Refusal

Function = ast.FunctionDef | ast.AsyncFunctionDef

_DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)
_UNCOUNTED = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER})


@dataclass(frozen=True, slots=True)
class Piece:
    """A function or method as found: `text` is its source moved to the left margin, decorators included.

    `text_without_docstring` equals `text` where there is none or nothing else. `first_line` and `last_line` are lines
    of the file (1-based, inclusive). `summary` is the first line of the docstring where that is printable text.
    `syntax` is the SHA-256 of the syntax tree without docstrings, comments and layout.
    """

    text: str
    text_without_docstring: str
    first_line: int
    last_line: int
    summary: str | None
    syntax: str


def parse(text: str) -> ast.Module:
    """The syntax tree of Python source. Raises Refusal with the line where it does not parse.

    Warnings that Python gives about the source (such as an invalid escape) are its author's business, not ours.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError as error:
            raise Refusal(Reason.DOES_NOT_PARSE, error.lineno or 1, error.msg) from error
        except (ValueError, RecursionError, MemoryError) as error:
            raise Refusal(Reason.DOES_NOT_PARSE, 1, "nested too deeply or not source text") from error


def cut_functions(text: str) -> tuple[Piece, ...]:
    """Every function and method of a file in order; what is defined inside a function stays part of it.

    Raises Refusal where the text does not parse.
    """
    lines = text.split("\n")
    tree = parse(text)
    try:
        return tuple(_piece(function, lines) for function in _functions(tree.body))
    except RecursionError as error:
        raise Refusal(Reason.DOES_NOT_PARSE, 1, "nested too deeply") from error


def count_tokens(text: str, most: int) -> int:
    """Tokens of Python's `tokenize` in a parsable text; stops at `most + 1`.

    Counted are names, numbers, strings, operators and the layout tokens NEWLINE, INDENT and DEDENT; not counted are
    comments, blank lines (NL) and the two marks around the text. (From Python 3.12 on, an f-string is several tokens.)
    Raises Refusal where `tokenize` cannot read the text.
    """
    counted = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type not in _UNCOUNTED:
                counted += 1
                if counted > most:
                    break
    except (tokenize.TokenError, SyntaxError) as error:
        raise Refusal(Reason.DOES_NOT_PARSE, 1, str(error)) from error
    return counted


def syntax_of(tree: ast.AST) -> str:
    """SHA-256 of a syntax tree without positions and docstrings. Removes the docstrings from the tree it is given.

    Raises Refusal where the tree is too deep to be walked, or holds a number too long for Python to write down.
    """
    return _syntax(tree, ast.walk(tree))


def _syntax(tree: ast.AST, nodes: Iterable[ast.AST]) -> str:
    for node in nodes:
        if isinstance(node, _DOCUMENTED) and _docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    try:
        written = ast.dump(tree)
    except (RecursionError, ValueError) as error:
        raise Refusal(Reason.DOES_NOT_PARSE, 1, "nested too deeply, or a number of thousands of digits") from error
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _functions(body: Sequence[ast.stmt]) -> Iterator[Function]:
    """Functions of a block, of its classes and of the branches in it, in the order of the file."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement
            continue
        for field in ("body", "handlers", "orelse", "finalbody", "cases"):
            block = getattr(statement, field, ())
            for part in block if isinstance(block, list) else ():
                nested = part.body if isinstance(part, ast.ExceptHandler | ast.match_case) else [part]
                yield from _functions(nested)


def _piece(function: Function, lines: Sequence[str]) -> Piece:
    first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
    last = function.end_lineno or function.lineno
    docstring = _docstring(function)
    summary = _summary(docstring)
    kept = [*lines[first - 1 : last - 1], _last_line(lines[last - 1], function.end_col_offset or 0)]
    nodes = tuple(ast.walk(function))
    in_strings = _lines_inside_strings(nodes) if function.col_offset else frozenset()
    own_lines = _lines_of_its_own(docstring, function, lines)
    syntax = _syntax(function, nodes)  # last: it changes the tree
    moved = _moved_left(kept, first, frozenset())
    if in_strings and not _means("\n".join(moved), syntax):
        moved = _moved_left(kept, first, in_strings)
    without = [line for number, line in enumerate(moved, start=first) if number not in own_lines]
    return Piece("\n".join(moved), "\n".join(without), first, last, summary, syntax)


def _means(text: str, syntax: str) -> bool:
    """Whether the text of a function has this syntax tree."""
    try:
        return syntax_of(parse(text).body[0]) == syntax
    except Refusal:
        return False


def _docstring(node: ast.AST) -> ast.Expr | None:
    """The statement that is a node's docstring, if it has one."""
    if isinstance(node, _DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr):
        value = node.body[0].value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return node.body[0]
    return None


def _summary(docstring: ast.Expr | None) -> str | None:
    if docstring is None or not isinstance(docstring.value, ast.Constant):
        return None
    lines = inspect.cleandoc(str(docstring.value.value)).strip().splitlines()
    summary = " ".join(lines[0].split()) if lines else ""
    return summary if summary and summary.isprintable() else None


def _last_line(line: str, end: int) -> str:
    """The function's last line: up to its end (a UTF-8 offset), with a comment behind it but no other statement."""
    cut = line.encode("utf-8")[:end].decode("utf-8")
    return line.rstrip() if line[len(cut) :].lstrip().startswith("#") else cut


def _moved_left(lines: Sequence[str], first: int, fixed: frozenset[int]) -> list[str]:
    """Lines without the indentation of the first; those whose number is in `fixed` stay as they are."""
    indentation = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return [
        line if number in fixed else line.removeprefix(indentation) for number, line in enumerate(lines, start=first)
    ]


def _lines_inside_strings(nodes: Sequence[ast.AST]) -> frozenset[int]:
    """Lines that begin inside a string that is no docstring, or between two strings written one after another."""
    strings = [
        node
        for node in nodes
        if isinstance(node, ast.Constant | ast.JoinedStr) and (node.end_lineno or node.lineno) > node.lineno
    ]
    if not strings:
        return frozenset()
    docstrings = {id(docstring.value) for docstring in map(_docstring, nodes) if docstring is not None}
    return frozenset(
        line
        for node in strings
        if id(node) not in docstrings
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    )


def _lines_of_its_own(docstring: ast.Expr | None, function: Function, lines: Sequence[str]) -> frozenset[int]:
    """The lines of a docstring and of one blank line after it; none where it shares a line or is the whole body."""
    if docstring is None or len(function.body) == 1:
        return frozenset()
    start, end = docstring.lineno, docstring.end_lineno or docstring.lineno
    before = lines[start - 1].encode("utf-8")[: docstring.col_offset].decode("utf-8")
    after = lines[end - 1].encode("utf-8")[docstring.end_col_offset or 0 :].decode("utf-8").strip()
    if before.strip() or (after and not after.startswith("#")):
        return frozenset()
    if not lines[end].strip():  # the next statement is further down, so there is a next line
        end += 1
    return frozenset(range(start, end + 1))

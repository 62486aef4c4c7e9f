"""Whether a text is Python, without running it."""

import ast
import warnings
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """Why a text is not Python, and the line (1-based) where the parser noticed; 0 where no line is to blame."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


def parse(text: str) -> ast.Module | SyntaxProblem:
    """The syntax tree of a text, or why there is none. Any text is safe to give; it is never run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as an unknown escape in a string
            return ast.parse(text)
    except SyntaxError as error:
        return SyntaxProblem(error.lineno or 0, error.msg)
    except (RecursionError, MemoryError):
        return SyntaxProblem(0, "the code is nested too deeply")
    except ValueError as error:  # a zero byte, half a character
        return SyntaxProblem(0, str(error))


def problem(text: str) -> SyntaxProblem | None:
    """Why a text does not parse; None when it does."""
    parsed = parse(text)
    return parsed if isinstance(parsed, SyntaxProblem) else None


def parses(text: str) -> bool:
    """Whether a text is Python."""
    return problem(text) is None


def first_function(tree: ast.Module) -> str | None:
    """The name of the first function that a module defines at its top level."""
    return next((node.name for node in tree.body if isinstance(node, ast.FunctionDef)), None)

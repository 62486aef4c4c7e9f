"""Functions cut out of files: exact text at the left margin, lines, docstrings, and what counts as the same."""

import ast
import textwrap

import pytest

from codegen_desktop.corpus.dataset import Reason
from codegen_desktop.corpus.decoding import Refusal, decode
from codegen_desktop.corpus.functions import Piece, count_tokens, cut_functions, parse, syntax_of
from codegen_desktop.corpus.libraries import installed_libraries


def cut(text: str) -> list[Piece]:
    return list(cut_functions(textwrap.dedent(text).lstrip("\n")))


def test_functions_methods_and_branches_are_found_in_order() -> None:
    pieces = cut(
        """
        import sys

        @decorated
        def first(x):
            def inner(): return x
            return inner

        class Shape:
            size: int = 0

            async def area(self): return 1  # square

            class Part:
                def name(self):
                    return 'é'

        if sys.platform == "win32":
            def place(): return 1
        elif sys.argv:
            def place(): return 2
        else:
            try:
                def place(): return 3
            except OSError:
                def place(): return 4
            finally:
                match sys.argv:
                    case []:
                        def place(): return 5
        """
    )
    assert [piece.text.splitlines()[0] for piece in pieces] == [
        *("@decorated", "async def area(self): return 1  # square", "def name(self):"),
        *(f"def place(): return {number}" for number in range(1, 6)),
    ]
    assert (pieces[0].first_line, pieces[0].last_line) == (3, 6)
    assert pieces[0].text == "@decorated\ndef first(x):\n    def inner(): return x\n    return inner"
    assert pieces[2].text == "def name(self):\n    return 'é'"


def test_the_docstring_gives_a_summary_and_can_be_left_out() -> None:
    (piece,) = cut(
        '''
        class C:
            def f(self):
                # why
                """
                Give   one.

                At length.
                """  # so

                return 1
        '''
    )
    assert piece.summary == "Give one."
    assert piece.text_without_docstring == "def f(self):\n    # why\n    return 1"
    assert piece.text.startswith('def f(self):\n    # why\n    """\n    Give')


@pytest.mark.parametrize(
    ("source", "summary"),
    [
        ('def f(): "Only words."', "Only words."),
        ('def f():\n    "Only words."', "Only words."),
        ('def f(): "A."; return 1', "A."),
        ('def f():\n    "A."; return 1', "A."),
        ('def f():\n    "A."; \\\n    return 1', "A."),
        ('def f():\n    "   "\n    return 1', None),
        ('def f():\n    "\\ud800"\n    return 1', None),
        ('def f():\n    "a\\0b"\n    return 1', None),
        ("def f():\n    b'bytes'\n    return 1", None),
    ],
)
def test_a_docstring_that_cannot_be_taken_out_stays(source: str, summary: str | None) -> None:
    (piece,) = cut_functions(source)
    assert piece.summary == summary
    assert piece.text == source
    assert syntax_of(parse(piece.text_without_docstring).body[0]) == piece.syntax


def test_strings_over_several_lines_keep_their_value() -> None:
    source = 'class C:\n    def f(self):\n        return """a\n        b\n    c"""\n'
    (piece,) = cut_functions(source)
    (moved,) = parse(piece.text).body
    assert isinstance(moved, ast.FunctionDef)
    assert isinstance(moved.body[0], ast.Return)
    assert ast.literal_eval(moved.body[0].value or ast.Constant(0)) == "a\n        b\n    c"


def test_strings_written_one_after_another_move_with_the_code() -> None:
    source = 'class C:\n    def f(self):\n        return ("a"\n                "b")\n'
    (piece,) = cut_functions(source)
    assert piece.text == 'def f(self):\n    return ("a"\n            "b")'


def test_the_same_is_the_same_whatever_its_layout_comments_and_docstrings() -> None:
    first, second, third = cut(
        '''
        def f(a, b):
            """Add."""
            return a+b  # sum
        def f(a, b): return (a
                             + b)
        def f(a, c): return a + c
        '''
    )
    assert first.syntax == second.syntax != third.syntax


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("def f(): return 1", 8),  # def f ( ) : return 1 NEWLINE
        ("def f():\n    # why\n\n    return 'a b'\n", 11),  # ... NEWLINE INDENT return 'a b' NEWLINE DEDENT
    ],
)
def test_what_counts_as_a_token(text: str, tokens: int) -> None:
    assert count_tokens(text, 50) == tokens
    assert count_tokens(text, 3) == 4


@pytest.mark.parametrize(
    "text", ["def f(:\n", "x = 1\n  y", "\0", "(" * 5000, "-" * 200_000 + "1", "f(" * 300, "if x:\n", "é = '"]
)
def test_what_does_not_parse_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        cut_functions(text)
    assert caught.value.reason is Reason.DOES_NOT_PARSE


def test_warnings_about_foreign_code_are_not_ours() -> None:
    (piece,) = cut_functions("def f(x): return x is 1 or '\\d'")
    assert piece.first_line == 1


def test_every_function_of_the_standard_library_keeps_its_meaning() -> None:
    """All of one part of the library: each text parses alone and has the syntax tree it had in its file."""
    library = next(iter(installed_libraries()))
    pieces = [
        (path, piece)
        for path in library.paths
        if path.startswith(("email/", "json/", "unittest/", "collections/", "idlelib/a"))
        for piece in cut_functions(decode(library.read(path)))
    ]
    assert len(pieces) > 500
    for path, piece in pieces:
        for text in (piece.text, piece.text_without_docstring):
            (tree,) = parse(text).body
            assert syntax_of(tree) == piece.syntax, (path, piece.first_line)

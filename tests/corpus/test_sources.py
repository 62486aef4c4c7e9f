"""A person's own code: what is taken, what is not and why, and that nothing is dropped in silence."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen_desktop.corpus import records
from codegen_desktop.corpus.dataset import Dataset, Reason
from codegen_desktop.corpus.snippet import TestCase
from codegen_desktop.corpus.sources import MOST_BYTES_A_FILE, SOURCES, path_dataset
from codegen_desktop.errors import CorpusError
from tests.corpus.running import finish

TWO = "def one(): return 1\n\ndef two():\n    '''Give two.'''\n    return 2\n"


FOLDER = {
    "a.py": TWO.encode(),
    "b/c.py": b"class C:\n    def m(self):\n        return self\n",
    "b/copy.py": b"# the same again\ndef one():\n    return (1)\n",
    "bad.py": b"x = 1\ndef f(:\n",
    "binary.py": b"\x7fELF\0\0\xff",
    "empty.py": b" \n\t\n",
    "latin.py": "# é\ndef f(): pass\n".encode("latin-1"),
    "large.py": b"#" * (MOST_BYTES_A_FILE + 1),
    "notes.txt": b"def three(): return 3",
    "script.py": b"print('hello')\n",
    "wide.py": "def wide(): return 'ä'\n".encode("utf-16"),
    "__pycache__/x.py": b"def cached(): pass",
    "own/pyvenv.cfg": b"",
    "own/lib.py": b"def library(): pass",
}
"""Files of every kind a folder may hold."""


def read(path: Path, seed: int = 42) -> Dataset:
    return finish(path_dataset(path, seed))


def lines(*records_: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records_)


def ledger(dataset: Dataset) -> dict[str, tuple[Reason | None, int, str]]:
    return {verdict.path: (verdict.reason, verdict.line, verdict.detail) for verdict in dataset.left_out}


def test_a_folder_is_read_with_a_verdict_on_everything(tmp_path: Path) -> None:
    root = tmp_path / "Ünï 学生"
    for name, data in FOLDER.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (root / "loop").symlink_to(root)
    (root / "outside.py").symlink_to("/etc/hostname")

    dataset = read(root)

    assert dataset.name == "Ünï 学生"
    assert [(s.origin.path, s.origin.first_line, s.origin.last_line) for s in dataset.snippets] == [
        *(("a.py", 1, 1), ("a.py", 3, 5), ("wide.py", 1, 1), ("b/c.py", 2, 3))
    ]
    assert [s.instruction for s in dataset.snippets] == [None, "Give two.", None, None]
    assert dataset.snippets[1].text == "# Give two.\ndef two():\n    return 2"
    assert dataset.snippets[3].text == "def m(self):\n    return self"
    assert ledger(dataset) == {
        "b/copy.py": (Reason.DUPLICATE, 2, "same as a.py:1"),
        "bad.py": (Reason.DOES_NOT_PARSE, 2, "invalid syntax"),
        "binary.py": (Reason.NOT_TEXT, 1, "NUL byte at offset 4"),
        "empty.py": (Reason.TOO_SHORT, 1, "empty"),
        "latin.py": (Reason.NOT_UTF8, 1, "wrong byte at offset 2"),
        "large.py": (Reason.OVER_LIMIT, 1, "1,048,577 bytes, 1,048,576 allowed"),
        "notes.txt": (Reason.NOT_PYTHON, 1, ""),
        "script.py": (Reason.NO_CODE, 1, ""),
        "loop": (Reason.LINK, 1, ""),
        "outside.py": (Reason.LINK, 1, ""),
        "__pycache__/": (Reason.NOT_OWN_CODE, 1, "the folder was not entered"),
        "own/": (Reason.NOT_OWN_CODE, 1, "the folder was not entered"),
    }
    assert dataset == read(root)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(TWO)
    os.mkfifo(tmp_path / "pipe.py")
    assert ledger(read(tmp_path)) == {"pipe.py": (Reason.UNREADABLE, 1, "not a regular file")}


def test_a_name_that_is_not_utf8_is_shown_escaped(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.py")).write_text(TWO)
    assert {snippet.origin.path for snippet in read(tmp_path).snippets} == {"\\xff.py"}


def test_one_python_file_is_parted_by_function(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(TWO, newline="\r\n")
    dataset = read(tmp_path / "a.py")
    assert (dataset.name, len(dataset.train), len(dataset.test)) == ("a.py", 1, 1)
    assert "\r" not in "".join(snippet.text for snippet in dataset.snippets)


def test_records_are_read_with_instruction_and_tests(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_text(
        lines(
            {"text": "def f(x):\n    return x\n"},
            {"code": "def g(x): return 2 * x", "instruction": " Double\n it ", "tests": [["4", "8"]]},
            {"content": "# Add\ndef h(a, b): return a + b", "instruction": "Add", "tests": []},
            {"code": "def g(x): return 2 * x", "instruction": "Twice x"},
        )
        + "\n"
        + lines({"code": "x = 1", "tests": [{"arguments": "", "expected": "None"}], "instruction": None}),
        encoding="utf-8-sig",
    )
    dataset = read(path)
    assert [(s.text, s.instruction, s.tests, s.origin.first_line) for s in dataset.snippets] == [
        ("def f(x):\n    return x", None, (), 1),
        ("# Double it\ndef g(x): return 2 * x", "Double it", (TestCase("4", "8"),), 2),
        ("# Add\ndef h(a, b): return a + b", "Add", (), 3),
        ("# Twice x\ndef g(x): return 2 * x", "Twice x", (), 4),
        ("x = 1", None, (TestCase("", "None"),), 6),
    ]
    assert all(snippet.text.startswith(snippet.prompt) for snippet in dataset.snippets)
    assert dataset.snippets[1].group == dataset.snippets[3].group, "one solution stands on one side"
    assert dataset.left_out == ()


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        (b"{", Reason.BAD_RECORD, "not JSON"),
        (b"[]", Reason.BAD_RECORD, "not an object"),
        (b'{"code": NaN}', Reason.BAD_RECORD, "NaN is not JSON"),
        (b'{"a": ' + b"[" * 100_000, Reason.BAD_RECORD, "nested too deeply"),
        (b'{"code": ' + b"9" * 5000 + b"}", Reason.BAD_RECORD, "not JSON"),
        (b'{"body": "x = 1"}', Reason.BAD_RECORD, "no field text, code or content with text"),
        (b'{"code": 3}', Reason.BAD_RECORD, "no field"),
        (b'{"code": " \\n"}', Reason.TOO_SHORT, "empty"),
        (b'{"code": "def f(:"}', Reason.DOES_NOT_PARSE, ""),
        (b'{"code": "a\\u0000b"}', Reason.NOT_TEXT, "NUL at character 2"),
        (b'{"code": "\'\\ud800\'"}', Reason.NOT_UTF8, "surrogate pair at character 2"),
        (b'{"code": "\xff"}', Reason.NOT_UTF8, "offset 10"),
        (b'{"code": "x", "instruction": 3}', Reason.BAD_RECORD, "instruction is not text"),
        (b'{"code": "x", "tests": 3}', Reason.BAD_RECORD, "tests are not a list"),
        (b'{"code": "x", "tests": [3]}', Reason.BAD_RECORD, "not a pair"),
        (b'{"code": "x", "tests": [["1", 2]]}', Reason.BAD_RECORD, "not both text"),
        (b'{"code": "x", "tests": [["1", "f(2)"]]}', Reason.BAD_RECORD, "not the arguments of one call"),
        (b'{"code": "x", "tests": [["1); g(", "2"]]}', Reason.BAD_RECORD, "not the arguments of one call"),
        (b'{"code": "x", "tests": [["1)(", "2"]]}', Reason.BAD_RECORD, "not the arguments of one call"),
        (b'{"code": "' + b"x" * records.MOST_BYTES_A_LINE * 3 + b'"}', Reason.OVER_LIMIT, "a line of more than"),
        (b'{"code": "0x' + b"f" * 5000 + b'"}', Reason.DOES_NOT_PARSE, "thousands of digits"),
        (b'{"code": "x' + b"+x" * 2500 + b'"}', Reason.DOES_NOT_PARSE, "nested too deeply"),
    ],
    ids=range(22),
)
def test_a_bad_record_is_one_verdict_and_the_rest_goes_on(
    tmp_path: Path, line: bytes, reason: Reason, detail: str
) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_bytes(b'{"code": "x = 1"}\n' + line + b'\n{"code": "x = 2"}')
    dataset = read(path)
    assert [snippet.text for snippet in dataset.snippets] == ["x = 1", "x = 2"]
    (verdict,) = dataset.left_out
    assert (verdict.reason, verdict.line) == (reason, 2)
    assert detail in verdict.detail


@pytest.mark.parametrize("value", ["0x" + "f" * 5000, "+".join("x" * 2500)], ids=["long number", "deep"])
def test_a_file_whose_syntax_cannot_be_walked_is_left_out(tmp_path: Path, value: str) -> None:
    (tmp_path / "a.py").write_text(TWO)
    (tmp_path / "b.py").write_text(f"def three(x):\n    return {value}\n")
    dataset = read(tmp_path)
    assert len(dataset.snippets) == 2
    assert ledger(dataset)["b.py"][0] is Reason.DOES_NOT_PARSE


def test_records_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_text(lines({"code": "x = 'ä'"}, {"code": "x = 2"}), encoding="utf-16")
    assert [snippet.text for snippet in read(path).snippets] == ["x = 'ä'", "x = 2"]
    path.write_bytes("\ufeff".encode("utf-16-le") + b"abc")
    with pytest.raises(CorpusError, match="no snippet"):
        read(path)


def test_an_empty_instruction_is_an_error_and_nothing_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_text(lines({"code": "x = 1"}, {"code": "x = 2"}, {"code": "x = 3", "instruction": " \n"}))
    with pytest.raises(CorpusError, match=r"instruction in tasks\.jsonl:3 is empty"):
        read(path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.py", "def one(): return 1", "only one snippet; training needs at least 2"),
        ("a.py", "", r"no snippet; .* Left out: 1 \(too short\)"),
        ("a.txt", "def one(): return 1", r"no snippet; .* Left out: 1 \(not Python\)"),
        ("a.jsonl", "", "no snippet"),
        ("a.jsonl", '{"code": "x = 1"}', "only one snippet"),
    ],
)
def test_too_little_is_an_error_that_says_why(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    for path in (tmp_path / name, tmp_path) if name != "a.txt" else (tmp_path / name,):
        with pytest.raises(CorpusError, match=message):
            read(path)


@pytest.mark.parametrize("name", ["missing", "bad\0name", "x" * 5000])
def test_a_path_where_nothing_is_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(CorpusError, match="nothing to read"):
        read(tmp_path / name)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no snippet"):
        read(tmp_path)


def test_every_kind_of_file_is_named_once() -> None:
    suffixes = Counter(suffix for kind in SOURCES for suffix in kind.suffixes)
    assert set(suffixes.values()) == {1}
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in suffixes)


FILES = {
    TWO: 2,
    "def three(): return 3\n": 1,
    "class C:\n    def m(self): return self\n    def one(): return 1\n": 2,
    "print(1)\n": 1,
    "def broken(:\n": 1,
    "": 1,
}
"""Sources with the number of leaves each must end as: its functions, or itself where it has none."""

names = st.text("abcü .-", min_size=1, max_size=4).filter(lambda name: name.strip(" ."))
trees = st.dictionaries(
    st.tuples(st.lists(names, max_size=2).map(tuple), names, st.sampled_from([".py", ".PY", ".md", ""])),
    st.sampled_from(sorted(FILES)),
    max_size=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees)
def test_accepted_and_left_out_are_all_that_was_seen(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[tuple[tuple[str, ...], str, str], str]
) -> None:
    root = tmp_path_factory.mktemp("tree")
    (root / "always.py").write_text("def four(): return 4\ndef five(): return 5\n")
    leaves = 2
    for (folders, stem, suffix), text in tree.items():
        path = root.joinpath(*[f"in {folder}" for folder in folders], stem + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        leaves += FILES[text] if suffix else 1
        leaves -= FILES[text] - 1 if suffix == ".md" else 0
    dataset = read(root)
    assert len(dataset.snippets) + len(dataset.left_out) == leaves
    assert len({snippet.text for snippet in dataset.snippets}) == len(dataset.snippets)
    assert dataset == read(root)

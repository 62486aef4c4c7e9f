"""Real code that is always there: chosen, counted and parted as promised, from .py files and from the zip alike."""

import json
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from codegen_desktop.corpus.dataset import Dataset, Reason
from codegen_desktop.corpus.decoding import Refusal, decode
from codegen_desktop.corpus.functions import count_tokens, cut_functions, parse
from codegen_desktop.corpus.libraries import Library, bundled_libraries, installed_libraries, licence_texts
from codegen_desktop.corpus.open_corpus import open_corpus
from codegen_desktop.corpus.stdlib import MOST_TOKENS, collect
from codegen_desktop.corpus.store import load_dataset, save_dataset
from codegen_desktop.errors import CorpusError
from codegen_desktop.lab import Lab
from tests.corpus.running import finish


def part_of(library: Library, beginnings: tuple[str, ...]) -> Library:
    paths = tuple(path for path in library.paths if path.startswith(beginnings))
    return Library(library.name, library.version, library.licence, paths, library.read)


@pytest.fixture(scope="module")
def some() -> tuple[Library, ...]:
    """A few folders of Python's own library, and the first of the app's libraries."""
    installed = tuple(installed_libraries())
    return part_of(installed[0], ("json/", "email/", "collections/", "textwrap")), part_of(installed[1], ("lib/",))


@pytest.fixture(scope="module")
def dataset(some: tuple[Library, ...]) -> Dataset:
    """What they give."""
    return finish(collect(some, 10_000, 42))


def test_the_interpreter_comes_first_then_the_apps_libraries() -> None:
    installed = tuple(installed_libraries())
    assert [library.name for library in installed][:3] == ["python", "numpy", "pydantic"]
    assert installed[0].licence == "PSF-2.0"
    assert "BSD-3-Clause" in installed[1].licence
    assert all(library.version and library.licence != "unknown" for library in installed)
    for library in installed:
        folders = {folder for path in library.paths for folder in path.split("/")[:-1]}
        assert not folders & {"test", "tests", "idle_test", "site-packages", "dist-packages"}
        assert list(library.paths) == sorted(set(library.paths))


def test_every_snippet_is_short_code_with_origin_and_licence(dataset: Dataset) -> None:
    assert len(dataset.snippets) > 300
    for snippet in dataset.snippets:
        assert count_tokens(snippet.text, MOST_TOKENS) <= MOST_TOKENS
        assert len(parse(snippet.text).body) == 1
        assert snippet.group == f"{snippet.origin.source}/{snippet.origin.path}"
        assert snippet.instruction is None
        assert snippet.licence in ("PSF-2.0", "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0")
    assert {name for name, _ in dataset.versions} == {"python", "numpy"}


def test_a_snippet_stands_where_its_origin_says(dataset: Dataset, some: tuple[Library, ...]) -> None:
    by_name = {library.name: library for library in some}
    for snippet in dataset.snippets[::10]:
        origin = snippet.origin
        source = decode(by_name[origin.source].read(origin.path)).split("\n")
        stands = "\n".join(source[origin.first_line - 1 : origin.last_line])
        assert "".join(snippet.text.split()) in "".join(stands.split())


def test_accepted_and_left_out_are_all_functions_seen(dataset: Dataset, some: tuple[Library, ...]) -> None:
    seen = 0
    for library in some:
        for path in library.paths:
            try:
                seen += len(cut_functions(decode(library.read(path)))) or 1
            except Refusal:
                seen += 1
    assert len(dataset.snippets) + len(dataset.left_out) == seen
    counts = Counter(verdict.reason for verdict in dataset.left_out)
    assert counts[Reason.TOO_LONG] > 50
    assert counts[Reason.DUPLICATE] > 5
    assert all(v.detail.startswith("same as ") for v in dataset.left_out if v.reason is Reason.DUPLICATE)


def test_files_are_not_parted(dataset: Dataset) -> None:
    assert not {s.group for s in dataset.train} & {s.group for s in dataset.test}
    assert len(dataset.test) == round(len(dataset.snippets) / 5)


def test_fewer_are_drawn_by_the_seed_and_the_others_entered(some: tuple[Library, ...], dataset: Dataset) -> None:
    few = finish(collect(some, 100, 1))
    assert (len(few.train), len(few.test)) == (80, 20)
    assert few.versions == dataset.versions[:1], "numpy is not read when Python's own library is enough"
    assert few == finish(collect(some, 100, 1))
    assert few.fingerprint != finish(collect(some, 100, 2)).fingerprint
    over = [verdict for verdict in few.left_out if verdict.reason is Reason.OVER_LIMIT]
    own = [snippet for snippet in dataset.snippets if snippet.origin.source == "python"]
    assert len(few.snippets) + len(over) == len(own)
    assert {verdict.detail for verdict in over} == {"100 were asked for"}


def test_nothing_to_read_is_an_error(some: tuple[Library, ...]) -> None:
    for libraries in ((), (part_of(some[0], ("nothing",)),)):
        with pytest.raises(CorpusError, match="No Python sources were found"):
            finish(collect(libraries, 10_000, 42))


def test_a_file_that_cannot_be_read_is_one_verdict() -> None:
    sources = {"a.py": b"def f(): return 1\ndef g(): return 2\n", "b.py": b"def f(:", "c.py": b"\xff", "d.py": b"x=1\n"}

    def read(path: str) -> bytes:
        if path == "e.py":
            raise OSError(5, "Input/output error")
        return sources[path]

    library = Library("made", "1", "MIT", (*sources, "e.py"), read)
    dataset = finish(collect([library], 10, 1))
    assert [(v.path, v.reason) for v in dataset.left_out] == [
        ("b.py", Reason.DOES_NOT_PARSE),
        ("c.py", Reason.NOT_UTF8),
        ("d.py", Reason.NO_CODE),
        ("e.py", Reason.UNREADABLE),
    ]
    assert (len(dataset.train), len(dataset.test)) == (1, 1)


def test_the_zip_gives_the_same_dataset(some: tuple[Library, ...], dataset: Dataset, tmp_path: Path) -> None:
    program = Path(__file__).parents[2] / "packaging" / "make_stdlib_zip.py"
    made: dict[str, object] = {"__name__": "make_stdlib_zip"}
    exec(compile(program.read_text(encoding="utf-8"), str(program), "exec"), made)
    write_zip = made["write_zip"]
    assert callable(write_zip)
    write_zip(tmp_path / "one.zip", some)
    write_zip(tmp_path / "two.zip", some)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert finish(collect(bundled_libraries(tmp_path / "one.zip"), 10_000, 42)) == dataset
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["version"] == 1
        assert {name.split("/")[1] for name in archive.namelist() if name.startswith("licences/")} == {
            "python",
            "numpy",
        }


def test_every_library_has_a_licence_text() -> None:
    for library in installed_libraries():
        assert any(len(text) > 500 for text in licence_texts(library).values()), library.name


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_file_in_the_zip_is_left_out(tmp_path: Path, compression: int) -> None:
    facts = {"libraries": [{"name": "python", "version": "3", "licence": "PSF-2.0"}]}
    with zipfile.ZipFile(tmp_path / "some.zip", "w", compression) as archive:
        archive.writestr("manifest.json", json.dumps(facts))
        archive.writestr("python/bad.py", "def bad(): return 'a text long enough to be damaged in its middle'\n")
        archive.writestr("python/good.py", "def one(): return 1\ndef two(): return 2\n")
        place = archive.getinfo("python/bad.py").header_offset + 30 + len("python/bad.py")
    data = bytearray((tmp_path / "some.zip").read_bytes())
    data[place + 10 : place + 40] = bytes(30)
    (tmp_path / "some.zip").write_bytes(data)
    found = finish(collect(bundled_libraries(tmp_path / "some.zip"), 10, 42))
    assert len(found.snippets) == 2
    assert [(verdict.path, verdict.reason) for verdict in found.left_out] == [("bad.py", Reason.UNREADABLE)]


@pytest.mark.parametrize("data", [b"", b"PK\3\4 no zip"])
def test_a_damaged_zip_is_an_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "stdlib.zip").write_bytes(data)
    with pytest.raises(CorpusError, match=r"stdlib.zip cannot be read"):
        list(bundled_libraries(tmp_path / "stdlib.zip"))


def test_the_hash_seed_changes_nothing() -> None:
    program = (
        "from tests.corpus.running import finish\n"
        "from codegen_desktop.corpus.libraries import Library, installed_libraries\n"
        "from codegen_desktop.corpus.stdlib import collect\n"
        "own = next(installed_libraries())\n"
        "paths = tuple(path for path in own.paths if path.startswith('json/'))\n"
        "some = Library(own.name, own.version, own.licence, paths, own.read)\n"
        "print(finish(collect([some], 20, 7)).fingerprint)"
    )
    prints = {
        subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(prints) == 1


@pytest.mark.slow
def test_ten_thousand_are_always_there_and_can_be_stored(lab: Lab) -> None:
    dataset = finish(open_corpus("stdlib", 42))
    assert (len(dataset.train), len(dataset.test)) == (8_000, 2_000)
    assert len({snippet.fingerprint for snippet in dataset.snippets}) == 10_000
    assert not {s.group for s in dataset.train} & {s.group for s in dataset.test}
    assert dataset.versions[0][0] == "python"
    assert load_dataset(lab, save_dataset(lab, dataset)) == dataset

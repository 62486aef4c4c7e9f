"""The Python sources that are always there: the interpreter's own library and the libraries the app itself uses.

They are read as the .py files of this installation or, in a packaged app that has none, from the one zip under
`resources/` that `packaging/make_stdlib_zip.py` wrote: `manifest.json`, then `<library>/<path>` for every source and
`licences/<library>/<file>` for every licence text.
"""

import json
import platform
import re
import sysconfig
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path, PurePosixPath

from codegen_desktop.errors import CorpusError
from codegen_desktop.paths import resource

PYTHON = "python"
"""The name of the interpreter's own library."""

LIBRARIES = ("numpy", "pydantic", "pygments", "pyqtgraph", "platformdirs", "qasync", "typing_extensions", "torch")
"""The app's own libraries that are written in Python and may be passed on freely, in the order they are read."""

MANIFEST = "manifest.json"

_NOT_OWN_CODE = frozenset(
    ("test", "tests", "testing", "idle_test", "site-packages", "dist-packages", "__pycache__", "config", "lib-dynload")
)
_TEST_FILE = re.compile(r"(test_.*|.*_test|tests|conftest)\.py")
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors).*", re.IGNORECASE)
_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
}


@dataclass(frozen=True, slots=True)
class Library:
    """One library: what it is called, its licence (SPDX where it says so), its source files and how to read one.

    `paths` are relative, with `/`, sorted; tests are left out. `read` gives a file's bytes and raises OSError.
    """

    name: str
    version: str
    licence: str
    paths: tuple[str, ...]
    read: Callable[[str], bytes]


def libraries() -> Iterator[Library]:
    """The bundled sources where there are some, else those of this installation; the interpreter's own come first."""
    bundle = resource("stdlib.zip")
    return bundled_libraries(bundle) if bundle.is_file() else installed_libraries()


def installed_libraries() -> Iterator[Library]:
    """The libraries of this installation; one that is not installed as a package of .py files is passed over."""
    root = Path(sysconfig.get_path("stdlib"))
    yield _folder(PYTHON, platform.python_version(), "PSF-2.0", root, root)
    for name in LIBRARIES:
        found = util.find_spec(name)
        if found is None or found.origin is None or not found.origin.endswith(".py"):
            continue
        if not any(metadata.distributions(name=name)):
            continue
        origin = Path(found.origin)
        start = origin.parent if found.submodule_search_locations else origin
        yield _folder(name, metadata.version(name), _licence(name), origin.parent, start)


def bundled_libraries(bundle: Path) -> Iterator[Library]:
    """The libraries in a zip of sources. Raises CorpusError when it cannot be read."""
    try:
        with zipfile.ZipFile(bundle) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            names = sorted(archive.namelist())
            for entry in manifest["libraries"]:
                prefix = f"{entry['name']}/"
                paths = tuple(name.removeprefix(prefix) for name in names if name.startswith(prefix))
                yield Library(entry["name"], entry["version"], entry["licence"], paths, _zip_reader(archive, prefix))
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"The standard library's sources in {bundle.name} cannot be read ({error}).", "Install the program again."
        ) from error


def licence_texts(library: Library) -> dict[str, bytes]:
    """The licence files an installed library came with, by file name. Raises CorpusError when there is none."""
    if library.name == PYTHON:
        root = Path(sysconfig.get_path("stdlib"))
        short = ".".join(library.version.split(".")[:2])
        places = (root / "LICENSE.txt", Path(f"/usr/share/doc/python{short}/copyright"))
        texts = {place.name: place.read_bytes() for place in [place for place in places if place.is_file()][:1]}
    else:
        files = metadata.files(library.name) or ()
        licences = [file for file in files if _LICENCE_FILE.fullmatch(PurePosixPath(file).name)]
        texts = {str(file).replace("/", "_"): Path(str(file.locate())).read_bytes() for file in licences}
    if not texts:
        raise CorpusError(
            f"No licence text was found for {library.name} {library.version}.", "Install it with its licence."
        )
    return texts


def _folder(name: str, version: str, licence: str, root: Path, start: Path) -> Library:
    found = [start] if start.is_file() else start.rglob("*.py")
    paths = sorted(path.relative_to(root).as_posix() for path in found)
    own = tuple(path for path in paths if _is_own_code(PurePosixPath(path)))
    return Library(name, version, licence, own, lambda path: root.joinpath(path).read_bytes())


def _is_own_code(path: PurePosixPath) -> bool:
    inside = path.parts[:-1]
    return not (_NOT_OWN_CODE.intersection(inside) or _TEST_FILE.fullmatch(path.name))


def _licence(name: str) -> str:
    """The licence a distribution states: its SPDX expression, a short licence field, or its classifier."""
    facts = metadata.metadata(name)
    for key in ("License-Expression", "License"):
        if key in facts and len(facts[key]) <= 100 and "\n" not in facts[key]:
            return facts[key]
    for classifier in facts.get_all("Classifier") or ():
        known = _CLASSIFIERS.get(classifier.rsplit(" :: ", 1)[-1])
        if known is not None:
            return known
    return "unknown"


def _zip_reader(archive: zipfile.ZipFile, prefix: str) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        try:
            return archive.read(prefix + path)
        except (zipfile.BadZipFile, zlib.error) as error:
            raise OSError(f"damaged in {archive.filename}: {error}") from error

    return read

"""Writes `resources/stdlib.zip`: the Python sources the `stdlib` corpus needs, for packages that hold no .py files.

    python packaging/make_stdlib_zip.py [TARGET]

A package build calls this before it gathers `resources/`. The zip holds exactly the libraries that 10,000 functions
are taken from, each with its licence texts, and is the same byte for byte for the same sources.
"""

import argparse
import json
import sys
import zipfile
from pathlib import Path

from codegen_desktop.corpus.libraries import MANIFEST, Library, installed_libraries, licence_texts
from codegen_desktop.corpus.stdlib import collect
from codegen_desktop.errors import UserError
from codegen_desktop.paths import resource


def main(arguments: list[str]) -> int:
    """Write the zip and say what is in it; 2 where it cannot be made."""
    parser = argparse.ArgumentParser(description="Put the sources of the stdlib corpus into one zip.")
    parser.add_argument("target", nargs="?", type=Path, default=resource("stdlib.zip"))
    target: Path = parser.parse_args(arguments).target
    try:
        needed = needed_libraries()
        write_zip(target, needed)
    except (UserError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    for library in needed:
        print(f"{library.name} {library.version} ({library.licence}): {len(library.paths):,} files")
    print(f"{target}: {target.stat().st_size:,} bytes")
    return 0


def needed_libraries() -> tuple[Library, ...]:
    """The installed libraries that the corpus reads until it has its 10,000 functions."""
    installed = tuple(installed_libraries())
    collecting = collect(installed, 10_000, 42)
    while True:
        try:
            next(collecting)
        except StopIteration as finished:
            used = {name for name, _ in finished.value.versions}
            return tuple(library for library in installed if library.name in used)


def write_zip(target: Path, needed: tuple[Library, ...]) -> None:
    """Write sources, licence texts and the manifest: aside first, then renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(target.name + ".part")
    facts = [{"name": library.name, "version": library.version, "licence": library.licence} for library in needed]
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        _add(archive, MANIFEST, json.dumps({"version": 1, "libraries": facts}, indent=1).encode())
        for library in needed:
            for name, text in sorted(licence_texts(library).items()):
                _add(archive, f"licences/{library.name}/{name}", text)
            for path in library.paths:
                _add(archive, f"{library.name}/{path}", library.read(path))
    aside.replace(target)


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a member without today's date, so that the same sources give the same zip."""
    archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

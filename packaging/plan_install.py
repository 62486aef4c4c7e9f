"""Say what pip is about to install and how large it is; stop before NVIDIA packages reach a machine without such a GPU.

    python packaging/plan_install.py REPORT.json [--yes]

REPORT.json is what `pip install --dry-run --report` wrote. Exit status 0: go on; 3: stop, the ways on were printed.
Uses the standard library only: it runs before anything is installed.
"""

import json
import shutil
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urlsplit

WAYS_ON = """\
These are packages for NVIDIA graphics cards (several GB), and no such card was found here. Nothing was installed.
Three ways on:
  1. Take PyTorch's CPU build: point pip at the CPU package index that PyTorch's installation page names,
     through pip's own settings (PIP_INDEX_URL or PIP_EXTRA_INDEX_URL), and run this command again.
  2. Put the wheels in a folder and run:  CODEGEN_WHEELS=<that folder> sh packaging/start.sh
  3. Install them all the same:           sh packaging/start.sh --yes"""


def size_of(url: str) -> int | None:
    """The size in bytes of the file at a `file:` or web address, or None when the server does not say."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "file":
            return Path(unquote(parts.path)).stat().st_size
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=5) as answer:
            return int(answer.headers["Content-Length"])
    except (OSError, TypeError, ValueError):
        return None


def has_nvidia_gpu() -> bool:
    """Whether this machine shows an NVIDIA graphics card."""
    return (
        Path("/dev/nvidia0").exists()
        or Path("/proc/driver/nvidia/version").exists()
        or bool(shutil.which("nvidia-smi"))
    )


def main(arguments: list[str]) -> int:
    """Print the plan; see the module's first lines."""
    report = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    items = [item for item in report["install"] if "dir_info" not in item["download_info"]]
    if not items:
        print("Nothing new has to be installed.")
        return 0
    with ThreadPoolExecutor(8) as pool:
        sizes = list(pool.map(size_of, (item["download_info"]["url"] for item in items)))
    names = sorted(f"{item['metadata']['name']} {item['metadata']['version']}" for item in items)
    known = sum(size for size in sizes if size is not None)
    unknown = sizes.count(None)
    note = f" (the size of {unknown} is not known)" if unknown else ""
    print(f"Installing {len(items)} packages, {known / 1e6:,.0f} MB to fetch{note}: {', '.join(names)}")
    nvidia = [name for name in names if name.lower().startswith(("nvidia-", "cuda-", "triton "))]
    if nvidia and not has_nvidia_gpu() and "--yes" not in arguments:
        print(f"\n{', '.join(nvidia)}\n{WAYS_ON}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

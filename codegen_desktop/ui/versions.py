"""The versions that matter for a bug report, found without importing torch or Qt."""

import platform
from importlib.metadata import PackageNotFoundError, version

from codegen_desktop import __version__

_PACKAGES = (
    ("torch", "torch"),
    ("Qt", "PySide6-Essentials"),
    ("numpy", "numpy"),
    ("tokenizers", "tokenizers"),
    ("pyqtgraph", "pyqtgraph"),
    ("qasync", "qasync"),
)
"""What a person calls it, and the package it comes in."""


def version_lines() -> list[str]:
    """One line a component; the command line joins them into one."""
    lines = [f"Codegen Desktop {__version__}", f"Python {platform.python_version()}, {platform.platform()}"]
    for name, package in _PACKAGES:
        try:
            lines.append(f"{name} {version(package)}")
        except PackageNotFoundError:
            lines.append(f"{name}: not installed")
    return lines

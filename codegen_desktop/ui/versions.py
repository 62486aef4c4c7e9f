"""The versions that matter for a bug report, found without importing torch."""

import platform
from importlib.metadata import PackageNotFoundError, version

from codegen_desktop import __version__

_PACKAGES = ("torch", "PySide6-Essentials", "numpy", "tokenizers", "pyqtgraph", "qasync")


def version_lines() -> list[str]:
    """One line a component."""
    lines = [f"Codegen Desktop {__version__}", f"Python {platform.python_version()}, {platform.platform()}"]
    for name in _PACKAGES:
        try:
            lines.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lines.append(f"{name}: not installed")
    return lines

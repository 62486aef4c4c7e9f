#!/bin/sh
# Makes the environment and runs every check: format, lint, types, import contracts, tests.
#   sh packaging/check.sh [--yes] [arguments of pytest]
set -eu
cd "$(dirname "$0")/.."
. packaging/environment.sh

YES=""
if [ "${1:-}" = "--yes" ]; then YES="--yes"; shift; fi
prepare "[test]"
check_qt

say "Format";           .venv/bin/ruff format --check .
say "Lint";             .venv/bin/ruff check .
say "Types";            .venv/bin/mypy
say "Import contracts"; .venv/bin/lint-imports
say "Tests";            QT_QPA_PLATFORM=offscreen .venv/bin/python -m pytest "$@"

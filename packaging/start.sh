#!/bin/sh
# Makes the environment and opens Codegen Desktop; without a display it runs the quick lab here and prints it.
#   sh packaging/start.sh [--yes] [arguments of codegen-desktop]
set -eu
cd "$(dirname "$0")/.."
. packaging/environment.sh

YES=""
if [ "${1:-}" = "--yes" ]; then YES="--yes"; shift; fi
prepare ""
check_qt

if [ $# -gt 0 ]; then
    exec .venv/bin/python -m codegen_desktop "$@"
elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname -s)" = Darwin ]; then
    say "Opening the window."
    exec .venv/bin/python -m codegen_desktop
else
    say "There is no display, so the quick lab runs here."
    exec .venv/bin/python -m codegen_desktop lab --preset quick
fi

# Read by start.sh and check.sh (not run by itself): makes .venv with what the project needs, and says what it does.
# Needs only a POSIX shell and Python 3.11 to 3.13. Safe to run again; the second time it needs no network.
#
#   CODEGEN_WHEELS=<folder>   install from the wheels in that folder only (the offline way)
#   --yes                     go on although NVIDIA packages would come to a machine without such a GPU
#   PIP_* variables and pip's own configuration are respected.

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

# shared object : Debian package that brings it (measured on a bare Debian 12)
QT_LIBRARIES="libglib-2.0.so.0:libglib2.0-0 libGL.so.1:libgl1 libEGL.so.1:libegl1 libxkbcommon.so.0:libxkbcommon0
libfontconfig.so.1:libfontconfig1 libdbus-1.so.3:libdbus-1-3 libxkbcommon-x11.so.0:libxkbcommon-x11-0
libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4 libxcb-keysyms.so.1:libxcb-keysyms1
libxcb-shape.so.0:libxcb-shape0"

find_python() {
    for candidate in "${CODEGEN_PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
            PYTHON=$candidate
            return
        fi
    done
    stop "Python 3.11, 3.12 or 3.13 is needed and was not found. On Debian or Ubuntu: apt-get install python3 python3-venv"
}

missing_packages() {
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || printf 'python3-venv '
    [ "$(uname -s)" = Linux ] || return 0
    known=$( (ldconfig -p || /sbin/ldconfig -p) 2>/dev/null) || return 0
    for pair in $QT_LIBRARIES; do
        case "$known" in *"${pair%%:*} "*) ;; *) printf '%s ' "${pair##*:}" ;; esac
    done
}

install_packages() {
    if [ "$(id -u)" = 0 ]; then root=""
    elif sudo -n true 2>/dev/null; then root="sudo"
    else
        say "Not installed, because this needs root: apt-get install --no-install-recommends $1"
        return
    fi
    if ! command -v apt-get >/dev/null 2>&1; then
        say "Missing, and apt-get is not here: $1(Debian names)"
        return
    fi
    say "Installing system packages: $1"
    # shellcheck disable=SC2086
    $root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $1 >/dev/null \
        || say "The system packages could not be installed. Going on; if the window does not open, install: $1"
}

# Where system packages were missing and perhaps still are: go on only if Qt loads all the same.
check_qt() {
    [ -z "$missing" ] || .venv/bin/python -c 'import PySide6.QtWidgets' 2>/dev/null \
        || stop "Qt does not load without these packages: $missing"
}

# prepare EXTRA: makes .venv ready for the package itself ("") or with an extra ("[test]").
prepare() {
    find_python
    missing=$(missing_packages)
    [ -z "$missing" ] || install_packages "$missing"
    "$PYTHON" packaging/build_operations.py

    wanted="$(cksum < pyproject.toml) $("$PYTHON" -c 'import sys; print(sys.version_info[:2])') ${PWD}"
    stamp=".venv/.ready$1"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        say "The environment .venv is ready."
        return
    fi
    if [ -d .venv ] && ! .venv/bin/python -c "import sys; sys.exit(sys.version_info[:2] != $("$PYTHON" -c 'import sys; print(sys.version_info[:2])'))" 2>/dev/null; then
        say "The environment .venv belongs to another Python or was moved; making it anew."
        rm -rf .venv
    fi
    if [ ! -x .venv/bin/pip ]; then
        say "Making the environment .venv with $("$PYTHON" --version)."
        "$PYTHON" -m venv .venv || stop "The environment could not be made. On Debian or Ubuntu: apt-get install python3-venv"
    fi
    if [ -n "${CODEGEN_WHEELS:-}" ]; then
        [ -d "$CODEGEN_WHEELS" ] || stop "CODEGEN_WHEELS names $CODEGEN_WHEELS, which is not a folder."
        set -- "$1" --no-index --find-links "$CODEGEN_WHEELS"
    fi
    extra=$1
    shift
    report=$(mktemp)
    say "Asking pip what would be installed."
    .venv/bin/pip install --disable-pip-version-check --quiet --dry-run --report "$report" "$@" -e ".$extra" \
        || { rm -f "$report"; stop "pip could not find everything. Without network: CODEGEN_WHEELS=<folder with the wheels> sh $0"; }
    .venv/bin/python packaging/plan_install.py "$report" $YES || { rm -f "$report"; exit 3; }
    rm -f "$report"
    .venv/bin/pip install --disable-pip-version-check --quiet "$@" -e ".$extra" || stop "pip could not install everything; its message is above."
    printf '%s' "$wanted" > "$stamp"
    say "The environment .venv is ready."
}

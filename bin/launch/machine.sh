# Which Debian packages does this machine lack for a command, and may we install them? Sourced by bin/demo, bin/test, bin/bench.
# As root they are installed; otherwise one message names them all. Leaves $python: a Python 3.11+ that can make environments.

set -euo pipefail
unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export PYTHONPATH="$PWD/bin" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

find_python() {
    local name
    for name in python3 python3.11 python3.12 python3.13 python3.14 /usr/bin/python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$(command -v "$name")
            return 0
        fi
    done
    return 1
}

has_library() { ldconfig -p 2>/dev/null | grep -qF "$1"; }
has_font() { [ -n "$(find -L /usr/share/fonts -name "$1" -print -quit 2>/dev/null)" ]; }
has_program() {
    local name
    for name; do command -v "$name" >/dev/null && return 0; done
    return 1
}

# Adds to $lacking the packages for one need, where the machine cannot meet it yet.
look_for() {
    case $1 in
    python) find_python || lacking+=(python3 python3-venv) ;;
    pango)
        has_library libpango-1.0.so.0 || lacking+=(libpango-1.0-0)
        has_library libpangoft2-1.0.so.0 || lacking+=(libpangoft2-1.0-0)
        has_library libharfbuzz-subset.so.0 || lacking+=(libharfbuzz-subset0)
        ;;
    fonts) # the families documents are set in (ssp/documents/render.py), and what keeps their cache
        has_font NotoSans-Regular.ttf || lacking+=(fonts-noto-core)
        has_font wqy-microhei.ttc || lacking+=(fonts-wqy-microhei)
        has_font DejaVuSans.ttf || lacking+=(fonts-dejavu-core)
        has_program fc-cache || lacking+=(fontconfig)
        ;;
    browser) [ -n "${SSP_CHROMIUM:-}" ] || has_program chromium-headless-shell chromium google-chrome || lacking+=(chromium-headless-shell) ;;
    pdf)
        has_program pdfsig || lacking+=(poppler-utils)
        has_program certutil || lacking+=(libnss3-tools)
        has_program qpdf || lacking+=(qpdf)
        has_program softhsm2-util || lacking+=(softhsm2)
        ;;
    esac
}

install_lacking() {
    local log=.local/log/apt.log
    mkdir -p .local/log
    echo "Installing Debian packages: ${lacking[*]}"
    # A signal waits until the package manager has finished: half an installation would have to be repaired by hand.
    trap 'exit 143' TERM
    trap 'exit 130' INT
    if ! (
        trap '' INT TERM
        export DEBIAN_FRONTEND=noninteractive
        apt-get update && apt-get install --yes --no-install-recommends "${lacking[@]}"
    ) >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        echo "apt-get could not install: ${lacking[*]} (all of its output: $log)" >&2
        exit 1
    fi
    trap - INT TERM
}

machine_needs() {
    local need
    lacking=()
    python=
    for need; do look_for "$need"; done
    [ ${#lacking[@]} -eq 0 ] && return 0
    if has_program apt-get && [ "$(id -u)" -eq 0 ]; then
        install_lacking
        [ -n "$python" ] || find_python || {
            echo "SSP needs Python 3.11 or newer; this system's own is older." >&2
            exit 1
        }
    else
        {
            echo "This machine lacks what SSP needs. Run this once, then start again:"
            echo
            echo "    sudo apt-get update && sudo apt-get install --no-install-recommends ${lacking[*]}"
            echo
            has_program apt-get || echo "(Names are Debian's; your system's package manager has them under similar ones.)"
        } >&2
        exit 1
    fi
}

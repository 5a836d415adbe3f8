#!/usr/bin/env bash
# Installs what a fresh Debian or Ubuntu lacks, and says what it does. Rust and Node are expected.
#   deploy/setup.sh           install what is missing
#   deploy/setup.sh --check   install nothing; exit 1 if something is missing
set -euo pipefail

check_only=no
[ "${1:-}" = "--check" ] && check_only=yes

missing=()
need() { missing+=("$1"); }

has_postgis() {
    local extension
    for extension in /usr/share/postgresql/*/extension/postgis.control; do
        [ -e "$extension" ] || continue
        local version=${extension#/usr/share/postgresql/}
        version=${version%%/*}
        [ "$version" -ge 15 ] && [ -x "/usr/lib/postgresql/$version/bin/initdb" ] && return 0
    done
    return 1
}

has_browser() {
    [ -n "${CHROMIUM:-}" ] && return 0
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
        command -v google-chrome >/dev/null
}

has_postgis || need postgresql-postgis
command -v cc >/dev/null || need build-essential
command -v curl >/dev/null || need curl
# The browser of the tests; the product itself needs none.
has_browser || need chromium

problems=0
if ! command -v cargo >/dev/null; then
    echo "setup: Rust is missing: install it with rustup (https://rustup.rs), stable, 1.92 or newer" >&2
    problems=1
fi
if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then
    echo "setup: Node 20.19 or newer is missing (found: $(node --version 2>/dev/null || echo none))" >&2
    problems=1
fi
[ "$problems" = 0 ] || exit 1

if [ ${#missing[@]} = 0 ]; then
    [ "$check_only" = yes ] || echo "setup: everything is there"
    exit 0
fi
if [ "$check_only" = yes ]; then
    echo "setup: missing: ${missing[*]}" >&2
    exit 1
fi
if ! command -v apt-get >/dev/null; then
    echo "setup: this system has no apt-get; install the equivalents of: ${missing[*]}" >&2
    exit 1
fi

as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "setup: run as root, or install sudo" >&2; exit 1; }
    as_root=(sudo)
fi
echo "setup: installing ${missing[*]} with apt-get"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "setup: done (Schoolbeat runs a private PostGIS of its own and leaves the system's alone)"

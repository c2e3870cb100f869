#!/bin/sh
# The two commands of README.md: ./lanyard.sh open, ./lanyard.sh test. `cargo xtask` does the work;
# this makes sure of the linker without which Rust builds nothing, cargo xtask included.
set -eu
cd "$(dirname "$0")"
if ! command -v cargo >/dev/null; then
    echo "lanyard.sh: there is no cargo; install Rust first: https://rustup.rs" >&2
    exit 1
fi
if ! command -v cc >/dev/null && command -v apt-get >/dev/null; then
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get update
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install --yes build-essential
fi
exec cargo xtask "$@"

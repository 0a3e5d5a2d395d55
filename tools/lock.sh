#!/bin/sh
# Resolve requirements/*.in anew into the hashed lock files, for every platform. Called by `./fumetto lock`.
set -eu
cd "$(dirname "$0")/.."
export UV_SYSTEM_CERTS=1
lock() { in=$1 out=$2; shift 2
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header "$@" "$in" -o "$out"
}
lock requirements/runtime.in requirements.lock "$@"
lock requirements/dev.in requirements/dev.lock "$@"
lock requirements/launcher.in requirements/launcher.lock "$@"
lock requirements/node.in requirements/node.lock "$@"

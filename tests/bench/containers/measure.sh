#!/usr/bin/env bash
# What bubblewrap's containers cost: tests/bench/containers/measure.sh BUILD_FOLDER [FOLDER...]
# Figures of one run on one machine; read the ratios. FOLDERs with Dockerfiles are built as well.
set -euo pipefail
build=$(cd "${1:?usage: measure.sh BUILD_FOLDER [FOLDER...]}" && pwd)
shift
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
export HONE_IMAGES="$build/bench/images"
trap 'rm -rf "$HONE_IMAGES"' EXIT
"$build/hone" image add hone/busybox:1 "$root/.deps/images/busybox.tar"
if [ "$#" -gt 0 ]; then
  "$build/hone" image add hone/base:bookworm "$root/.deps/images/base.tar"
fi
"$build/bench/containers_bench" "$HONE_IMAGES" "$build/hone-keeper" hone/busybox:1 "$@"

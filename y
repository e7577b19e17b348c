#!/bin/sh
# The only entry point: ./x help says what it does. Works from any directory, as root or with sudo.
set -eu
INLAY_ROOT=$(cd "$(dirname "$0")" && pwd)
cd "$INLAY_ROOT"

for piece in say packages python build test bench; do
  . "tools/x/$piece.sh"
done

usage() {
  cat <<'END'
./x demo                everything from a bare machine to the main job: packages, build, model, demonstration
./x test [TIER…]        builds and runs the tests: usage smoke validation conformance fuzz ports, or "asan"
                        (the validation tier under address and undefined-behaviour sanitizers); all when none is named
./x build [PRESET]      release (default), debug, asan, tsan, fuzz, mingw; lands in build/PRESET/{bin,lib,include}
./x bench [KIND [OPTION…]]  kernels, models or compare (--quick: only to see that it works), or all of
                        them; writes build/bench/, and publish puts that into the documents
./x check               formatting, layers, headers, symbols, budgets
./x format              formats the C and C++ files in place
./x help                this text

Missing Debian or Ubuntu packages are installed with apt-get; Python packages go to build/python.
CI=true makes a test that is skipped because a peer, tool or model is missing a failure.
END
}

command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
  demo) x_demo ;;
  test) x_test "$@" ;;
  build) x_build "${1:-release}" ;;
  bench) x_bench "$@" ;;
  check) x_check ;;
  format) x_format ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac

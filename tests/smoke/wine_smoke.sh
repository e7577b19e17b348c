#!/bin/sh
# wine_smoke.sh BUILD: runs BUILD/mingw/bin/inlay.exe under wine, each command with what it must print.
set -u
build=$(cd "$1" && pwd) || exit 1 # wine wants its prefix in full
program=$build/mingw/bin/inlay.exe
if [ ! -f "$program" ]; then
  echo "skipped: build/mingw is not there; ./x test ports makes it"
  exit 77
fi
for wine in wine64 wine /usr/lib/wine/wine64 ""; do
  command -v "$wine" >/dev/null 2>&1 && break
done
if [ -z "$wine" ]; then
  echo "skipped: missing tool wine64"
  exit 77
fi
export WINEPREFIX="$build/wine" WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe="
failures=0

# expect STATUS PATTERN ARGUMENT…: the exit status, and a line of the output (grep).
expect() {
  status=$1 pattern=$2
  shift 2
  output=$("$wine" "$program" "$@" 2>&1)
  found=$?
  if [ $found -ne "$status" ] || ! printf '%s\n' "$output" | grep -q -- "$pattern"; then
    echo "inlay.exe $*: expected exit $status and \"$pattern\", found exit $found and: $output"
    failures=$((failures + 1))
  fi
}

expect 0 '^inlay 0\.\|^0\.' --version
expect 0 'embed' --help
expect 0 '^gemm ' kernels
expect 0 '"' kernels --json
expect 0 'cpu' devices --json
expect 2 '.' no-such-command
expect 1 'no_such_file' inspect no_such_file.onnx
if [ -n "${INLAY_TEST_MODEL:-}" ]; then
  expect 0 '"ids":\[101,7592,102\]' tokenize -m "$INLAY_TEST_MODEL" --json hello
  expect 0 '"embedding":\[-\{0,1\}0' embed -m "$INLAY_TEST_MODEL" --json hello
fi
[ $failures -eq 0 ]

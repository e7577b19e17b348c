# Building by CMake presets.

# The packages that a preset needs.
preset_packages() {
  case $1 in
    release) echo "$packages_build $packages_test $packages_bench" ;;
    fuzz) echo "$packages_build $packages_clang" ;;
    mingw) echo "$packages_build $packages_mingw" ;;
    *) echo "$packages_build $packages_test" ;;
  esac
}

# quietly LOG COMMAND…: the output goes to the terminal when there is one, else to LOG, whose end is
# shown when the command fails.
quietly() {
  log=$1
  shift
  if [ -t 1 ]; then
    "$@"
  elif ! "$@" >"$log" 2>&1; then
    tail -n 200 "$log" >&2
    return 1
  fi
}

# x_build PRESET [TARGET…]
x_build() {
  preset=$1
  shift
  # shellcheck disable=SC2046
  need_packages $(preset_packages "$preset") || return 1
  mkdir -p build
  # Written after a configuration that went through; holds the place, since CMake's files name it.
  configured=build/$preset/configured
  if [ "$(cat "$configured" 2>/dev/null)" != "$INLAY_ROOT" ] ||
    [ -n "$(find CMakePresets.json -newer "$configured")" ]; then
    say "configuring build/$preset"
    rm -f "build/$preset/CMakeCache.txt" "$configured"
    cmake --preset "$preset" >"build/configure-$preset.log" 2>&1 || {
      cat "build/configure-$preset.log" >&2
      return 1
    }
    echo "$INLAY_ROOT" >"$configured"
  fi
  say "building build/$preset"
  quietly "build/build-$preset.log" cmake --build --preset "$preset" -j "$(nproc)" ${1:+--target "$@"}
}

demo_model=all-MiniLM-L6-v2

# Puts the model into the model store, unless it is there and whole.
need_model() {
  inlay=build/release/bin/inlay
  [ -x $inlay ] || return 1
  $inlay model verify $demo_model >/dev/null 2>&1 || $inlay model pull $demo_model >&2
}

x_demo() {
  x_build release
  need_model || die "could not get the model $demo_model"
  sh tools/demo.sh
}

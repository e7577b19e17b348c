# Building and running the tests, a tier at a time; tools/test_summary.py adds the results up.
all_tiers="usage smoke validation conformance fuzz ports asan"
# Only when named: its build takes longer than most tiers run.
extra_tiers="tsan"
results=build/test-results

# Asks for the packages of all tiers at once; what fails is asked for again, and said, by its tier.
install_together() {
  wanted="$packages_build $packages_test $packages_bench $packages_python $packages_torch $packages_check"
  case " $* " in *" ports "*) wanted="$wanted $packages_mingw $packages_wine" ;; esac
  # shellcheck disable=SC2086
  need_packages $wanted || true
}

# What a tier needs beside the release build. What cannot be had is said and makes tests skip.
prepare_tier() {
  case $1 in
    usage | smoke | validation | conformance | asan)
      need_python test || say "peers are missing: tests that need them are skipped"
      ;;
  esac
  case $1 in
    conformance | asan) need_onnx_cases || say "older wheels of onnx are missing: their cases are skipped" ;;
  esac
  case $1 in
    validation | asan)
      need_python torch || say "torch is missing: tests of model families are skipped"
      need_vocabularies || say "vocabularies are missing: their parity is skipped"
      need_speech_models || say "speech models are missing: their parity is skipped"
      ;;
  esac
  # shellcheck disable=SC2086
  case $1 in
    smoke) need_packages $packages_check || say "clang-format-16 is missing" ;;
    ports)
      need_packages $packages_wine || say "wine64 is missing: tests that need it are skipped"
      x_build mingw
      ;;
    asan) x_build asan ;;
    tsan) x_build tsan inlay_validation_tests ;;
  esac
}

# run_tier TIER: writes build/test-results/TIER.xml, none when ctest could not run.
run_tier() {
  tier=$1 build=build/release label=$1
  case $tier in
    asan) build=build/asan label=validation ;;
    tsan) build=build/tsan ;;
  esac
  say "testing $tier"
  ctest --test-dir "$build" -L "^$label\$" -j "$(nproc)" --timeout 900 --quiet \
    --output-log "$INLAY_ROOT/$results/$tier.log" --output-junit "$INLAY_ROOT/$results/$tier.xml" \
    --test-output-size-failed 20000 --no-tests=ignore || true
}

# x_test [TIER…]
x_test() {
  [ $# -gt 0 ] || set -- $all_tiers
  for tier in "$@"; do
    case " $all_tiers $extra_tiers " in
      *" $tier "*) ;;
      *) die "test: expected a tier of: $all_tiers $extra_tiers; found $tier" ;;
    esac
  done
  install_together "$@"
  x_build release || die "the build failed"
  rm -rf "$results"
  mkdir -p "$results"
  if need_model; then
    INLAY_TEST_MODEL=$(build/release/bin/inlay model path "$demo_model")
    export INLAY_TEST_MODEL
  else
    say "model $demo_model is missing: tests that need it are skipped"
  fi
  for tier in "$@"; do
    if prepare_tier "$tier"; then run_tier "$tier"; else say "$tier: could not be built"; fi
  done
  "$(system_python)" tools/test_summary.py "$results" "$@"
}

# Runs ONNX's own cases and writes docs/CONFORMANCE.md; what `./x test conformance` compares.
x_conformance() {
  x_build release inlay_node_probe || die "the build failed"
  need_python test || die "conformance: expected onnx in build/python, found none"
  need_onnx_cases || die "conformance: the older wheels of onnx are missing"
  build/python/bin/python tests/validation/onnx/conformance.py --probe build/release/bin/inlay_node_probe \
    --json $results/conformance.json --publish "$@"
}

# The checks alone, which are part of the smoke tier.
x_check() {
  x_build release || die "the build failed"
  # shellcheck disable=SC2086
  need_packages $packages_check || say "clang-format-16 is missing"
  rm -rf "$results"
  mkdir -p "$results"
  run_tier check
  "$(system_python)" tools/test_summary.py "$results" check
}

x_format() {
  # shellcheck disable=SC2086
  need_packages $packages_check || die "clang-format-16 is missing"
  "$(system_python)" tools/check_format.py --fix
}

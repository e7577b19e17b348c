# Benchmarks: bench/KIND/run.py (or run.sh) writes its results to build/bench.
x_bench() {
  kind=$1
  case $kind in kernels | models | compare) ;; *) die "bench: expected kernels, models or compare, found $kind" ;; esac
  x_build release
  need_python bench || die "the benchmarks need the peers in build/python"
  need_model || say "model $demo_model is missing: what needs it is left out"
  INLAY_TEST_MODEL=$(build/release/bin/inlay model path "$demo_model" 2>/dev/null) || INLAY_TEST_MODEL=""
  export INLAY_TEST_MODEL
  mkdir -p build/bench
  if [ -f "bench/$kind/run.py" ]; then
    build/python/bin/python "bench/$kind/run.py" --build build/release --output build/bench
  else
    sh "bench/$kind/run.sh" build/release build/bench
  fi
}

# Benchmarks: a folder of bench/ a kind, bench/KIND/run.py BUILD OUTPUT [OPTION…].
bench_kinds="kernels models compare operators text heads"
bench_output=build/bench

# Peers that cannot be installed are left out of the comparison, which says so; NumPy it needs.
need_bench_python() {
  need_python bench || need_python test || die "bench: expected NumPy in build/python, found none"
}

# bench_kind KIND [OPTION…]
bench_kind() {
  kind=$1
  shift
  say "measuring $kind"
  build/python/bin/python "bench/$kind/run.py" build/release $bench_output "$@"
}

# Makes the documents' figures those that were measured last.
bench_publish() {
  "$(system_python)" tools/make_performance.py --take $bench_output
}

# x_bench [KIND [OPTION…]] | x_bench publish
x_bench() {
  if [ "${1:-}" = publish ]; then
    bench_publish
    return
  fi
  kinds=${1:-$bench_kinds}
  [ $# -eq 0 ] || shift
  case " $bench_kinds " in *" $kinds "*) ;; *) die "bench: expected one of $bench_kinds; found $kinds" ;; esac
  x_build release || die "the build failed"
  if need_model; then
    INLAY_TEST_MODEL=$(build/release/bin/inlay model path "$demo_model")
    export INLAY_TEST_MODEL
  else
    say "the model $demo_model is missing: what needs it is left out"
  fi
  need_bench_python
  need_speech_models || say "speech models are missing: what needs them is left out"
  mkdir -p $bench_output
  for kind in $kinds; do
    bench_kind "$kind" "$@" || die "bench: $kind failed"
  done
}

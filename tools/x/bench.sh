# Benchmarks: a folder of bench/ a kind. bench/KIND/run.py BUILD OUTPUT where there is one, else the
# program inlay_bench_KIND (Google Benchmark), whose figures go to OUTPUT/KIND.json.
bench_kinds="kernels models compare"
bench_output=build/bench

bench_kind() {
  say "measuring $1"
  if [ -f "bench/$1/run.py" ]; then
    need_python bench || die "the peers in build/python are missing"
    build/python/bin/python "bench/$1/run.py" build/release $bench_output
  else
    "build/release/bin/inlay_bench_$1" "--benchmark_out=$bench_output/$1.json" --benchmark_out_format=json
  fi
}

# x_bench [KIND]
x_bench() {
  wanted=${1:-$bench_kinds}
  case " $bench_kinds " in *" $wanted "*) ;; *) die "bench: expected one of $bench_kinds; found $wanted" ;; esac
  x_build release || die "the build failed"
  if need_model; then
    INLAY_TEST_MODEL=$(build/release/bin/inlay model path "$demo_model")
    export INLAY_TEST_MODEL
  else
    say "the model $demo_model is missing: what needs it is left out"
  fi
  mkdir -p $bench_output
  for kind in $wanted; do
    if [ -f "bench/$kind/run.py" ] || [ -x "build/release/bin/inlay_bench_$kind" ]; then
      bench_kind "$kind"
    elif [ $# -gt 0 ]; then
      die "bench: expected bench/$kind/run.py or inlay_bench_$kind, found neither"
    fi
  done
}

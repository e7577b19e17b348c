# The fuzzers (tools/fuzz.py).

# x_fuzz [SECONDS] [TARGET…] | x_fuzz publish
x_fuzz() {
  if [ "${1:-}" = publish ]; then
    "$(system_python)" tools/fuzz.py --publish
    return
  fi
  case ${1:-} in '' | *[!0-9]*) seconds=600 ;; *)
    seconds=$1
    shift
    ;;
  esac
  x_build fuzz || die "the build failed"
  "$(system_python)" tools/fuzz.py --seconds "$seconds" "$@"
}

# Private Python environments, made by the system's python3 with pip as the user has set it up:
#   build/python        the peers of the tests, and those of the benchmarks when they are asked for
#   build/python-torch  Debian's torch, which needs Debian's NumPy, and transformers
# A stamp says what an environment was made from and is written last, so that an interrupted
# installation is made anew.

python_env() {
  if [ "$1" = torch ]; then echo build/python-torch; else echo build/python; fi
}

# The requirements files of test|bench|torch; the benchmarks need the tests' peers too.
requirement_files() {
  if [ "$1" = bench ]; then echo tools/requirements-test.txt; fi
  echo "tools/requirements-$1.txt"
}

system_python() {
  if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else command -v python3; fi
}

# What the environment depends on: its place, the interpreter, the requirements.
python_stamp() {
  pwd
  readlink -f "$(system_python)"
  requirement_files "$1" | xargs cat | cksum
}

# need_python test|bench|torch: fails when the packages cannot be installed.
need_python() {
  kind=$1 env=$(python_env "$1") wanted=$packages_python seen=
  if [ "$kind" = torch ]; then wanted="$packages_python $packages_torch" seen=--system-site-packages; fi
  # shellcheck disable=SC2086
  need_packages $wanted || return 1
  stamp=$env/inlay-$kind.stamp
  [ -f "$stamp" ] && [ "$(python_stamp "$kind")" = "$(cat "$stamp")" ] && return 0

  say "making $env from" $(requirement_files "$kind")
  rm -rf "$env"
  mkdir -p build
  # shellcheck disable=SC2046,SC2086
  if ! { "$(system_python)" -m venv $seen "$env" &&
    "$env/bin/python" -m pip install -q $(requirement_files "$kind" | sed 's/^/-r /'); } \
    >build/pip.log 2>&1; then
    tail -n 20 build/pip.log >&2
    say "could not make $env; the whole output is in build/pip.log"
    return 1
  fi
  [ "$kind" != bench ] || python_stamp test >"$env/inlay-test.stamp"
  python_stamp "$kind" >"$stamp"
}

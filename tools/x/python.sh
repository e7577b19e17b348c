# The private Python environment build/python, made by the system's python3 with pip as the user has
# set it up. A stamp says what it was made from and is written last, so that an interrupted
# installation is made anew.
python_env=build/python

# The requirements files of test|bench; the benchmarks need the tests' peers too.
requirement_files() {
  echo tools/requirements-test.txt
  [ "$1" = test ] || echo "tools/requirements-$1.txt"
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

# need_python test|bench: fails when the packages cannot be installed.
need_python() {
  # shellcheck disable=SC2086
  need_packages $packages_python || return 1
  stamp=$python_env/inlay-$1.stamp
  [ -f "$stamp" ] && [ "$(python_stamp "$1")" = "$(cat "$stamp")" ] && return 0

  say "making $python_env from" $(requirement_files "$1")
  rm -rf "$python_env"
  mkdir -p build
  # shellcheck disable=SC2046
  if ! { "$(system_python)" -m venv "$python_env" &&
    "$python_env/bin/python" -m pip install -q $(requirement_files "$1" | sed 's/^/-r /'); } \
    >build/pip.log 2>&1; then
    tail -n 20 build/pip.log >&2
    say "could not make $python_env; the whole output is in build/pip.log"
    return 1
  fi
  python_stamp test >"$python_env/inlay-test.stamp"
  python_stamp "$1" >"$stamp"
}

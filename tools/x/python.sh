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
  env=$(python_env "$1") env_packages=$packages_python env_options=
  if [ "$1" = torch ]; then
    env_packages="$packages_python $packages_torch" env_options=--system-site-packages
  fi
  # shellcheck disable=SC2086
  need_packages $env_packages || return 1
  stamp=$env/inlay-$1.stamp
  [ -f "$stamp" ] && [ "$(python_stamp "$1")" = "$(cat "$stamp")" ] && return 0

  say "making $env from" $(requirement_files "$1")
  rm -rf "$env"
  mkdir -p build
  # shellcheck disable=SC2046,SC2086
  if ! { "$(system_python)" -m venv $env_options "$env" &&
    "$env/bin/python" -m pip install -q $(requirement_files "$1" | sed 's/^/-r /'); } \
    >build/pip.log 2>&1; then
    tail -n 20 build/pip.log >&2
    say "could not make $env; the whole output is in build/pip.log"
    return 1
  fi
  [ "$1" != bench ] || python_stamp test >"$env/inlay-test.stamp"
  python_stamp "$1" >"$stamp"
}

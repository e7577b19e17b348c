# Debian packages: each command asks for what it needs, and only what is missing is installed.
packages_build="g++ cmake ninja-build ccache binutils ca-certificates libcli11-dev libcurl4-openssl-dev"
packages_test="python3 libgtest-dev libgmock-dev"
packages_bench="libbenchmark-dev"
packages_python="python3 python3-venv"
packages_torch="python3-torch"
packages_clang="clang-16 libclang-rt-16-dev"
packages_check="python3 git clang-format-16"
packages_mingw="g++-mingw-w64-x86-64-posix"
packages_wine="wine64"

# The packages of "$@" that are not installed, separated by spaces.
missing_packages() {
  dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null |
    awk -v wanted="$*" '
      $1 == "ii" { installed[$2] = 1 }
      END {
        n = split(wanted, names, " ")
        for (i = 1; i <= n; i++) if (!(names[i] in installed)) printf "%s ", names[i]
      }'
}

# Runs apt-get with the rights that it needs.
apt_get() {
  if [ "$(id -u)" -eq 0 ]; then
    DEBIAN_FRONTEND=noninteractive apt-get "$@"
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive apt-get "$@"
  else
    say "neither root nor sudo here; as root: apt-get $*"
    return 1
  fi
}

# need_packages NAME…: fails when one cannot be installed. Elsewhere than on Debian it trusts the user.
need_packages() {
  command -v dpkg-query >/dev/null || return 0
  # shellcheck disable=SC2046
  missing=$(missing_packages $(printf '%s\n' "$@" | sort -u))
  [ -n "$missing" ] || return 0
  say "installing ${missing% }"
  apt_log=$INLAY_ROOT/build/apt.log
  mkdir -p "$INLAY_ROOT/build"
  # shellcheck disable=SC2086
  if ! { apt_get update -qq && apt_get install -y -qq --no-install-recommends $missing; } \
    >"$apt_log" 2>&1; then
    tail -n 20 "$apt_log" >&2
    say "could not install ${missing% }; the whole output is in build/apt.log"
    return 1
  fi
}

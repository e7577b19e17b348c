# Messages of ./x go to stderr, one line each.
say() {
  printf 'x: %s\n' "$*" >&2
}

die() {
  say "$*"
  exit 1
}

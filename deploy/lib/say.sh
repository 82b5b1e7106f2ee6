# What people read.

say() {
  printf '%s\n' "$*"
}

# One line on stderr, then the end. The exit trap of who calls cleans up.
die() {
  printf 'deploy/%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# For a wrong call: 64, as sysexits.h and the contract have it.
die_usage() {
  printf 'deploy/%s: %s\nTry %s --help.\n' "${0##*/}" "$1" "$0" >&2
  exit 64
}

# $1: a log. Its end, for the line that `die` adds to it.
show_end() {
  [ -s "$1" ] || return 0
  printf '%s\n' "--- the end of $1" >&2
  tail -n 15 -- "$1" >&2
  printf '%s\n' '---' >&2
}

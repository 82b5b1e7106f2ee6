# The state folder: everything that one stack keeps and records.

# $1: the folder as it was given, or empty for the default. Sets STATE, an absolute path.
choose_state() {
  STATE=$(realpath -m -- "${1:-$ROOT/.run}")
  # It is written into nginx's configuration and compared as a pattern.
  case $STATE in
    *[!A-Za-z0-9/._,:+@=~\ -]*) die_usage "--state: only letters, digits, spaces and /._,:+@=~- in $STATE" ;;
  esac
}

make_state() {
  (umask 077 && mkdir -p -- "$STATE"/{log,bin,accounts,tls,nginx}) \
    || die "cannot make the state folder $STATE"
  if [ "$(stat -f -c %T -- "$STATE")" = tmpfs ]; then
    say "note: $STATE lies in memory (tmpfs); what the database keeps there dies with the machine"
  fi
}

# One start or stop of a state at a time, by a lock on descriptor 9.
lock_state() {
  exec 9>>"$STATE/lock"
  flock -w 180 9 || die "another deploy/run or deploy/stop has held $STATE/lock for 180 s"
}

unlock_state() {
  exec 9>&-
}

# Sets SOCKETS: a folder with a short path, since a unix socket's may have 107 bytes at most. Its
# path is kept in STATE/sockets and is the same from start to start. Workers bind theirs in `wake`.
make_socket_folder() {
  local parent=/tmp
  [ ! -f "$STATE/sockets" ] || SOCKETS=$(<"$STATE/sockets")
  # It is gone after a reboot; mkdir fails where somebody else has taken the name since.
  if [ -z "${SOCKETS:-}" ] || ! { [ -O "$SOCKETS" ] || mkdir -m 700 -- "$SOCKETS" 2>/dev/null; }; then
    [ "$(id -u)" != 0 ] || [ ! -w /run ] || parent=/run
    SOCKETS=$(mktemp -d -- "$parent/patchbay.XXXXXX") || die "cannot make a folder in $parent"
    printf '%s\n' "$SOCKETS" >"$STATE/sockets"
  fi
  mkdir -p -- "$SOCKETS/wake"
}

# Removes what deploy/run made, and the folder if nothing else is in it.
purge_state() {
  local name
  if [ -f "$STATE/sockets" ]; then
    name=$(<"$STATE/sockets")
    case $name in
      /run/patchbay.??????|/tmp/patchbay.??????) rm -rf -- "$name" ;;
    esac
  fi
  for name in env patchbay.env keyring db-passwords sockets log bin assets accounts tls nginx mariadb \
    mariadb.new tmp db-passwords.new assets.new sink.jsonl sandbox.jsonl apps.json apps.json.new \
    sandbox.json sandbox.json.new run.id lock; do
    rm -rf -- "${STATE:?}/$name"
  done
  rmdir --ignore-fail-on-non-empty -- "$STATE"
}

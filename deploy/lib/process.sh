# Processes that stay: started in a session of their own, recorded, and stopped by that record.
#
# STATE/NAME.pid holds the id alone. STATE/NAME.started holds what tells that process from a later
# one with the same id: the boot and the process's start in it.

# $1: an id. Prints the identity; false for one that is gone, or dead and not yet collected.
process_identity() {
  local line fields
  read -r line 2>/dev/null <"/proc/$1/stat" || return 1
  # Behind the name in parentheses: state, then 18 more, then the start time (proc(5), field 22).
  read -ra fields <<<"${line##*) }"
  [ "${fields[0]}" != Z ] || return 1
  printf '%s %s\n' "$(</proc/sys/kernel/random/boot_id)" "${fields[19]}"
}

# $1: name, $2: id. Renamed into place: whoever reads a file meanwhile sees the last record whole.
record_process() {
  { process_identity "$2" || true; } >"$STATE/$1.started.new"
  printf '%s\n' "$2" >"$STATE/$1.pid.new"
  mv -f -- "$STATE/$1.started.new" "$STATE/$1.started"
  mv -f -- "$STATE/$1.pid.new" "$STATE/$1.pid"
}

# $1: name, then the program. Its output goes to STATE/log/NAME.log.
#
# A background child of a script ignores SIGINT and SIGQUIT; `env` undoes that.
start_process() {
  local name=$1
  shift
  (
    close_inherited
    exec setsid env --default-signal=INT,QUIT "$@"
  ) </dev/null >>"$STATE/log/$name.log" 2>&1 &
  record_process "$name" $!
}

# Our lock, and what our caller left open: a pipe's reader would wait for as long as the stack runs,
# and a lock of the caller's would be held as long. 255 is bash's own and goes by itself.
close_inherited() {
  local descriptor
  for descriptor in /proc/"$BASHPID"/fd/*; do
    descriptor=${descriptor##*/}
    if [ "$descriptor" -gt 2 ] && [ "$descriptor" != 255 ]; then
      eval "exec $descriptor>&-"
    fi
  done
}

# $1: name. True while the recorded process is there.
process_runs() {
  local pid identity
  [ -f "$STATE/$1.pid" ] && [ -f "$STATE/$1.started" ] || return 1
  pid=$(<"$STATE/$1.pid")
  identity=$(process_identity "$pid") && [ "$identity" = "$(<"$STATE/$1.started")" ]
}

# $1: name, $2: seconds. True once it is gone.
wait_until_gone() {
  local end=$((SECONDS + $2))
  while process_runs "$1"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
}

# Children that a killed process left behind (nginx's workers hold the port): they still write to its
# log. $1: name.
kill_leftovers() {
  local pid
  # `find` complains about processes that end while it looks.
  { find /proc/[0-9]*/fd/2 -maxdepth 0 -lname "$STATE/log/$1.log" 2>/dev/null || true; } \
    | while IFS=/ read -r _ _ pid _; do
      kill -KILL "$pid" 2>/dev/null || true
    done
}

# $1: name, $2: seconds until it is killed, $3: the signal that asks it to end.
stop_process() {
  local name=$1 seconds=$2 signal=${3:-TERM}
  [ -f "$STATE/$name.pid" ] || return 0
  if process_runs "$name"; then
    kill "-$signal" "$(<"$STATE/$name.pid")" 2>/dev/null || true
    if ! wait_until_gone "$name" "$seconds"; then
      say "$name does not end within $seconds s and is killed"
      kill -KILL "$(<"$STATE/$name.pid")" 2>/dev/null || true
      wait_until_gone "$name" 10 || say "$name cannot be killed"
    fi
  fi
  kill_leftovers "$name"
  rm -f -- "$STATE/$name.pid" "$STATE/$name.started"
}

# $1: name, $2: seconds, then a command that is true when the process is ready. False when it ended
# or the time is over.
wait_until_ready() {
  local name=$1 end=$((SECONDS + $2))
  shift 2
  until "$@"; do
    process_runs "$name" || return 1
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.05
  done
}

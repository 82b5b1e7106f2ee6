# The stack's processes besides MariaDB, each from its start to its readiness.

# $1: a log, $2: what failed. For a list that ended in failure: shows why. A program's 78 (bad
# configuration) stays 78.
fail_with_program() {
  local code=$?
  show_end "$1"
  printf 'deploy/%s: %s; see %s\n' "${0##*/}" "$2" "$1" >&2
  [ "$code" = 78 ] || code=1
  exit "$code"
}

# $1: name, $2: seconds, then the test. Ends this script where the process is not ready in time.
need_ready() {
  local name=$1 code=0 pid
  pid=$(<"$STATE/$name.pid")
  if ! wait_until_ready "$@"; then
    process_runs "$name" || wait "$pid" || code=$?
    show_end "$STATE/log/$name.log"
    printf 'deploy/%s: %s does not answer; see %s\n' "${0##*/}" "$name" "$STATE/log/$name.log" >&2
    [ "$code" = 78 ] || code=1
    exit "$code"
  fi
}

start_sink() {
  local addresses=(--address 127.0.0.1)
  ! have_ipv6_loopback || addresses+=(--address ::1)
  start_process sink /usr/bin/python3 "$ROOT/deploy/sink/sink.py" --port "$SINK_PORT" \
    "${addresses[@]}" \
    --certificate "$STATE/tls/sink.pem" --key "$STATE/tls/sink.key" --log "$STATE/sink.jsonl"
  need_ready sink 15 sink_listens
}

# Not by a request: the log is for what the worker sends.
sink_listens() {
  [ -n "$(port_holder "$SINK_PORT")" ]
}

# Grants outlive a start, as everything of a state does.
start_sandbox() {
  local addresses=(--address 127.0.0.1)
  ! have_ipv6_loopback || addresses+=(--address ::1)
  start_process sandbox /usr/bin/python3 -B "$ROOT/deploy/sandbox/sandbox.py" \
    --port "$SANDBOX_PORT" "${addresses[@]}" \
    --certificate "$STATE/tls/sandbox.pem" --key "$STATE/tls/sandbox.key" \
    --callback "$URL/apps/{app}/callback" --log "$STATE/sandbox.jsonl" --state "$STATE/sandbox.json"
  need_ready sandbox 15 sandbox_listens
}

sandbox_listens() {
  [ -n "$(port_holder "$SANDBOX_PORT")" ]
}

start_responder() {
  rm -f -- "$SOCKETS/web.sock"
  start_process web "$ROOT/deploy/lib/with-settings" "$STATE/patchbay.env" \
    "$STATE/bin/patchbay-web" --socket "$SOCKETS/web.sock"
  need_ready web 30 test -S "$SOCKETS/web.sock"
}

site_answers() {
  [ "$(curl -fsS --noproxy '*' --max-time 5 "$URL/healthz" 2>/dev/null)" = ok ]
}

start_nginx() {
  write_nginx_configuration
  nginx -t -q -c "$STATE/nginx/nginx.conf" >"$STATE/log/nginx.log" 2>&1 \
    || fail_with_program "$STATE/log/nginx.log" 'nginx refuses its configuration'
  start_process nginx nginx -c "$STATE/nginx/nginx.conf"
  if ! wait_until_ready nginx 30 site_answers; then
    show_end "$STATE/log/nginx.log"
    show_end "$STATE/log/web.log"
    die "$URL/healthz does not answer; see $STATE/log/nginx.log and $STATE/log/web.log"
  fi
}

# A loop of ours also where systemd runs: a stack in a folder, beside other stacks, with its own
# settings, is no unit of the machine, and the same loop on every machine is one thing to test.
start_timer() {
  start_process timer bash "$ROOT/deploy/lib/timer.sh" "$STATE"
  need_ready timer 10 test -s "$STATE/worker.pid"
}

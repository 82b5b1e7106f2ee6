#!/usr/bin/env bash
# timer.sh STATE: what patchbay-worker.timer does where systemd is not asked: starts a worker
# whenever none runs, one second after the last one ended. On TERM it asks the worker to end, waits
# for it and ends too.
set -euo pipefail
STATE=$1
lib=$(dirname -- "$(realpath -- "$0")")
# shellcheck source-path=SCRIPTDIR source=process.sh
. "$lib/process.sh"

worker=
stopping=

stop_worker() {
  stopping=yes
  [ -z "$worker" ] || kill -TERM "$worker" 2>/dev/null || true
}
trap stop_worker TERM INT

while [ -z "$stopping" ]; do
  "$lib/with-settings" "$STATE/patchbay.env" "$STATE/bin/patchbay-worker" \
    </dev/null >>"$STATE/log/worker.log" 2>&1 &
  worker=$!
  record_process worker "$worker"
  # TERM may have come before the worker had a name here.
  [ -z "$stopping" ] || stop_worker
  code=0
  # A signal for us ends `wait` early, with a code over 128; the worker has its own time.
  while process_identity "$worker" >/dev/null; do
    code=0
    wait "$worker" || code=$?
  done
  worker=
  [ "$code" = 0 ] || printf 'the worker ended with %s\n' "$code"
  if [ -z "$stopping" ]; then
    sleep 1 &
    wait $! || true
  fi
done

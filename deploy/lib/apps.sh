# The demo's clients at the sandbox.

# Only when they are not what was read last: an administrator may have changed an app since.
configure_apps() {
  local log=$STATE/log/apps.log file=$STATE/apps.json
  /usr/bin/python3 -B "$ROOT/deploy/sandbox/sandbox.py" --credentials --port "$SANDBOX_PORT" \
    >"$file.new" 2>"$log" || fail_with_program "$log" 'the sandbox names no clients'
  if ! cmp -s "$file.new" "$file"; then
    with_settings "$STATE/bin/patchbay" app import "$file.new" >"$log" 2>&1 \
      || fail_with_program "$log" 'the apps cannot be set up'
  fi
  mv -- "$file.new" "$file"
}

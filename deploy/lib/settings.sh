# Settings: STATE/patchbay.env, which the programs are started with, and STATE/env, for people.

# What STATE/env adds to the settings. Known to the programs and ignored; never handed on, since
# another stack's file may be in the environment.
STACK_NAMES=(
  PATCHBAY_URL PATCHBAY_USER_EMAIL PATCHBAY_USER_PASSWORD PATCHBAY_USER_API_KEY
  PATCHBAY_ADMIN_EMAIL PATCHBAY_ADMIN_PASSWORD PATCHBAY_SERVICE_API_KEY
  PATCHBAY_SINK_URL PATCHBAY_SINK_LOG PATCHBAY_CA_FILE PATCHBAY_SANDBOX_URL
  PATCHBAY_WORKER PATCHBAY_ENV_FILE
)

# $1: name, $2: value. One line that a shell and systemd's EnvironmentFile= read alike: both take
# a backslash before " \ ` $ within double quotes, and nothing else (systemd.exec(5)).
setting_line() {
  local value=$2
  case $value in
    *$'\n'*) die "$1 holds a line end, which no environment file can say" ;;
    '' | *[!A-Za-z0-9_./:,@%+=-]*)
      value=${value//\\/\\\\}
      value=${value//\"/\\\"}
      value=${value//\`/\\\`}
      value=${value//\$/\\\$}
      printf '%s="%s"\n' "$1" "$value"
      ;;
    *) printf '%s=%s\n' "$1" "$value" ;;
  esac
}

# Everything of PATCHBAY_ in the environment of deploy/run is handed on, known or not, so that the
# programs refuse what is misspelt; but not what belongs to this stack alone.
settings_of_caller() {
  local name
  while read -r name; do
    case $name in
      PATCHBAY_DB_* | PATCHBAY_BASE_URL | PATCHBAY_KEYRING_FILE) continue ;;
      PATCHBAY_ENDPOINT_ALLOW | PATCHBAY_ENDPOINT_CA_FILE) continue ;; # added, not replaced
    esac
    [[ " ${STACK_NAMES[*]} " != *" $name "* ]] || continue
    setting_line "$name" "${!name}"
  done < <(compgen -e PATCHBAY_)
}

# A later line wins, for shells and for systemd.
write_settings() {
  {
    setting_line PATCHBAY_BASE_URL "$URL"
    setting_line PATCHBAY_DB_SOCKET "$SOCKETS/mariadb.sock"
    setting_line PATCHBAY_DB_NAME patchbay
    setting_line PATCHBAY_DB_PASSWORD_FILE "$STATE/db-passwords"
    setting_line PATCHBAY_KEYRING_FILE "$STATE/keyring"
    setting_line PATCHBAY_RUN_DIR "$SOCKETS/wake"
    setting_line PATCHBAY_ENDPOINT_ALLOW \
      "localhost:$SINK_PORT,localhost:$SANDBOX_PORT${PATCHBAY_ENDPOINT_ALLOW:+,$PATCHBAY_ENDPOINT_ALLOW}"
    setting_line PATCHBAY_ENDPOINT_CA_FILE "$STATE/tls/endpoints.pem"
    settings_of_caller
  } >"$STATE/patchbay.env"
}

# The demo's CA and the caller's in one file.
write_endpoint_certificates() {
  local own=${PATCHBAY_ENDPOINT_CA_FILE:-}
  [ -z "$own" ] || [ -r "$own" ] || die "PATCHBAY_ENDPOINT_CA_FILE: cannot read $own"
  cat -- "$STATE/tls/ca.pem" ${own:+"$own"} >"$STATE/tls/endpoints.pem"
}

# What a person, a script or a test needs to use this stack.
write_stack_env() {
  {
    printf '# Made by deploy/run at each start.\n'
    setting_line PATCHBAY_URL "$URL"
    setting_line PATCHBAY_USER_EMAIL "$USER_EMAIL"
    setting_line PATCHBAY_USER_PASSWORD "$(<"$STATE/accounts/user.password")"
    setting_line PATCHBAY_USER_API_KEY "$(<"$STATE/accounts/user.key")"
    setting_line PATCHBAY_ADMIN_EMAIL "$ADMIN_EMAIL"
    setting_line PATCHBAY_ADMIN_PASSWORD "$(<"$STATE/accounts/admin.password")"
    setting_line PATCHBAY_SERVICE_API_KEY "$(<"$STATE/accounts/service.key")"
    setting_line PATCHBAY_SINK_URL "https://localhost:$SINK_PORT"
    setting_line PATCHBAY_SINK_LOG "$STATE/sink.jsonl"
    setting_line PATCHBAY_CA_FILE "$STATE/tls/ca.pem"
    setting_line PATCHBAY_SANDBOX_URL "https://localhost:$SANDBOX_PORT"
    setting_line PATCHBAY_DB_SOCKET "$SOCKETS/mariadb.sock"
    setting_line PATCHBAY_DB_NAME patchbay
    setting_line PATCHBAY_WORKER "$STATE/bin/patchbay-worker"
    setting_line PATCHBAY_ENV_FILE "$STATE/patchbay.env"
  } >"$STATE/env.new"
  mv -- "$STATE/env.new" "$STATE/env"
}

with_settings() {
  "$ROOT/deploy/lib/with-settings" "$STATE/patchbay.env" "$@"
}

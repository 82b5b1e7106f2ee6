# The stack's own MariaDB: data in STATE/mariadb, a unix socket and no port.

# Runs SQL as the server's root, who is the system user that runs this.
sql() {
  mariadb --no-defaults --default-character-set=utf8mb4 --socket="$SOCKETS/mariadb.sock" \
    --user="$(id -un)" --batch --skip-column-names "$@"
}

# It is made beside its place, so that a folder by that name is whole.
make_database_folder() {
  local log=$STATE/log/mariadb-install.log
  [ ! -d "$STATE/mariadb" ] || return 0
  say "making the database in $STATE/mariadb"
  # Accounts and keys of a database that is no more.
  rm -rf -- "$STATE/mariadb.new" "$STATE/accounts"
  mkdir -p -- "$STATE/accounts" "$STATE/mariadb.new"
  # By a name without spaces: mariadb-install-db does not quote it.
  ln -sfn -- "$STATE/mariadb.new" "$SOCKETS/new"
  if ! TMPDIR=$SOCKETS/tmp mariadb-install-db --no-defaults --datadir="$SOCKETS/new" --user="$(id -un)" \
    --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" --skip-test-db \
    >"$log" 2>&1; then
    show_end "$log"
    die "the database cannot be made; see $log"
  fi
  rm -f -- "$SOCKETS/new"
  mv -- "$STATE/mariadb.new" "$STATE/mariadb"
}

database_answers() {
  sql -e 'SELECT 1' >/dev/null 2>&1
}

# As the user who runs this, root too: STATE may lie where the user `mysql` cannot reach.
# DEPLOY_MARIADB_OPTIONS: more options of the server, for benchmarks and faults.
start_mariadb() {
  local options
  read -ra options <<<"${DEPLOY_MARIADB_OPTIONS:-}"
  # A server that starts clears its folder of temporary tables, others' in /tmp too.
  mkdir -p -- "$STATE/tmp"
  ln -sfn -- "$STATE/tmp" "$SOCKETS/tmp"
  make_database_folder
  start_process mariadb mariadbd --no-defaults --user="$(id -un)" \
    --datadir="$STATE/mariadb" --socket="$SOCKETS/mariadb.sock" --skip-networking \
    --tmpdir="$SOCKETS/tmp" --character-set-server=utf8mb4 --default-time-zone=+00:00 \
    --innodb-buffer-pool-size=256M --innodb-flush-log-at-trx-commit=1 \
    --max-allowed-packet=16M --local-infile=0 --skip-name-resolve \
    "${options[@]}"
  if ! wait_until_ready mariadb 60 database_answers; then
    show_end "$STATE/log/mariadb.log"
    die "MariaDB does not answer; see $STATE/log/mariadb.log"
  fi
}

# Database, accounts, tables, rights. All of it may run again on what is there.
prepare_database() {
  local log=$STATE/log/migrate.log
  {
    sql <"$ROOT/sql/setup.sql" && set_database_passwords \
      && with_settings "$STATE/bin/patchbay" migrate --directory "$ROOT/sql" \
      && sql <"$ROOT/sql/grants.sql"
  } >"$log" 2>&1 || fail_with_program "$log" 'the database cannot be prepared'
}

# The programs run under one system user here, so they cannot sign in by that.
set_database_passwords() {
  local account password
  while read -r account password; do
    printf "ALTER USER '%s'@localhost IDENTIFIED BY '%s';\n" "$account" "$password"
  done <"$STATE/db-passwords" | sql
}

make_database_passwords() {
  local account
  [ ! -s "$STATE/db-passwords" ] || return 0
  for account in patchbay_web patchbay_worker patchbay_admin; do
    printf '%s %s\n' "$account" "$(random_password)"
  done >"$STATE/db-passwords.new"
  mv -- "$STATE/db-passwords.new" "$STATE/db-passwords"
}

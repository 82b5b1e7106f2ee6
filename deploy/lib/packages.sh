# Debian packages, installed only where they are missing.

# What builds and runs Patchbay. A name after a bar is a file that tells that the same is there from
# elsewhere. The mariadb packages are the bare programs: no service, no data folder of their own.
RUN_PACKAGES=(
  libfcgi-dev libmariadb-dev libssl-dev libcurl4-openssl-dev
  'pkg-config|/usr/bin/pkg-config' git binutils libc6-dev libstdc++-12-dev
  mariadb-server-core mariadb-client-core
  'nginx-light|/usr/sbin/nginx'
  'python3|/usr/bin/python3' 'openssl|/usr/bin/openssl' 'curl|/usr/bin/curl'
  'iproute2|/usr/bin/ss' ca-certificates
)

# What deploy/test needs besides.
TEST_PACKAGES=(
  python3-venv chromium chromium-driver shellcheck systemd mariadb-client libfaketime
  'nodejs|/usr/bin/node' golang-go ruby php-cli python3-prometheus-client
)

# What the step galera needs besides.
CLUSTER_PACKAGES=(galera-4 rsync)

# What deploy/bench needs besides.
BENCH_PACKAGES=(
  wrk gcc redis-server python3-celery python3-redis python3-requests python3-mysqldb linux-perf
)

# $@: entries as above. Prints the packages that are missing.
missing_packages() {
  local entry package file
  for entry in "$@"; do
    package=${entry%%|*}
    file=${entry#*|}
    [ "$file" != "$package" ] && [ -e "$file" ] && continue
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] \
      || printf '%s\n' "$package"
  done
}

# $1: a log, then entries.
install_packages() {
  local log=$1 missing
  shift
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "installing ${missing[*]}"
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo -n)
  if ! "${root[@]}" bash -s -- "${missing[@]}" >>"$log" 2>&1 <<'SCRIPT'; then
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
# No package may start its service, now or while another deploy/run installs; who made the guard
# takes it away again.
exec 8>>/run/lock/patchbay-packages
flock -w 900 8
guard=/usr/sbin/policy-rc.d
if [ ! -e "$guard" ]; then
  trap 'rm -f -- "$guard"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$guard"
  chmod 755 "$guard"
fi
options=(-y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
apt-get update </dev/null
apt-get install "${options[@]}" "$@" </dev/null
SCRIPT
    show_end "$log"
    die "installing ${missing[*]} failed; see $log"
  fi
}

# $1: a package, $2: a folder that is not there yet, for its files. Nothing is installed: no service,
# no account.
unpack_package() {
  local work
  work=$(mktemp -d)
  if ! (cd -- "$work" && apt-get download "$1") >"$work/log" 2>&1; then
    show_end "$work/log"
    die "$1 cannot be fetched"
  fi
  dpkg-deb --extract "$work"/*.deb "$work/files"
  mv -- "$work/files" "$2"
  rm -rf -- "$work"
}

# TCP ports.

# $1: a port. Prints who listens on it, or nothing.
port_holder() {
  local line
  line=$(ss -Hltnp "sport = :$1" | head -n 1)
  [ -n "$line" ] || return 0
  if [[ $line =~ \(\(\"([^\"]*)\",pid=([0-9]+) ]]; then
    printf '%s (process %s)\n' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
  else
    printf 'another program\n'
  fi
}

# $1: what wants it, $2: a port.
need_port() {
  local holder
  holder=$(port_holder "$2")
  [ -z "$holder" ] || die "port $2, for $1, is held by $holder; choose another with --port"
}

have_ipv6_loopback() {
  grep -q '^0\{31\}1 ' /proc/net/if_inet6 2>/dev/null
}

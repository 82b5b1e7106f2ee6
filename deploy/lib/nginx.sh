# nginx's configuration: the site from nginx.conf.example, and around it what a package would bring.

# Reads a text, writes it with every @NAME@ replaced. $@: NAME=value.
fill() {
  local text entry
  text=$(cat)
  for entry in "$@"; do
    text=${text//"@${entry%%=*}@"/"${entry#*=}"}
  done
  if [[ $text =~ @[A-Z0-9_]+@ ]]; then
    die "nobody fills ${BASH_REMATCH[0]} in nginx.conf.example"
  fi
  printf '%s\n' "$text"
}

write_nginx_configuration() {
  local listen="listen 127.0.0.1:$PORT;" user=
  have_ipv6_loopback && listen+=" listen [::1]:$PORT;"
  # As the user who runs this, root too: STATE may lie where www-data cannot reach.
  [ "$(id -u)" != 0 ] || user='user root;'

  fill "LISTEN=$listen" 'SERVER_NAMES=localhost 127.0.0.1 [::1]' "PREFIX=$PREFIX" \
    "SOCKET=$SOCKETS/web.sock" "ASSETS=$STATE/assets" "ACCESS_LOG=$STATE/log/access.log" \
    <"$ROOT/nginx.conf.example" >"$STATE/nginx/site.conf"

  cat >"$STATE/nginx/nginx.conf" <<CONF
# Made by deploy/run.
daemon off;
$user
worker_processes auto;
worker_rlimit_nofile 16384;
pid "$STATE/nginx/nginx.pid";
error_log stderr error;
events {
    worker_connections 4096;
}
http {
    client_body_temp_path "$STATE/nginx/body";
    fastcgi_temp_path "$STATE/nginx/fastcgi";
    proxy_temp_path "$STATE/nginx/proxy";
    scgi_temp_path "$STATE/nginx/scgi";
    uwsgi_temp_path "$STATE/nginx/uwsgi";
    sendfile on;
    tcp_nopush on;
    default_type application/octet-stream;
    include "$STATE/nginx/site.conf";
}
CONF
}

# A certificate authority of this state's own, and what it signs.

# An empty configuration but for the subject's section: the system's would add extensions.
certificate_request() {
  openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
    -config <(printf '[req]\ndistinguished_name=subject\n[subject]\n') "$@" \
    >>"$STATE/log/certificate.log" 2>&1 \
    || die "openssl cannot make a certificate; see $STATE/log/certificate.log"
}

still_valid_for_a_week() {
  openssl x509 -noout -checkend 604800 -in "$1" >/dev/null 2>&1
}

make_certificate_authority() {
  local tls=$STATE/tls
  ! still_valid_for_a_week "$tls/ca.pem" || return 0
  rm -f -- "$tls"/*.pem
  certificate_request -days 3650 -subj "/CN=Patchbay demo CA" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -addext subjectKeyIdentifier=hash -keyout "$tls/ca.key" -out "$tls/ca.pem"
}

# $1: the name of its files in STATE/tls, $2: more names, `,DNS:…`. A server certificate for localhost.
make_certificate() {
  local tls=$STATE/tls
  ! still_valid_for_a_week "$tls/$1.pem" || return 0
  certificate_request -days 397 -subj /CN=localhost -CA "$tls/ca.pem" -CAkey "$tls/ca.key" \
    -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
    -addext extendedKeyUsage=serverAuth -addext authorityKeyIdentifier=keyid \
    -addext "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1${2:-}" \
    -keyout "$tls/$1.key" -out "$tls/$1.pem"
}

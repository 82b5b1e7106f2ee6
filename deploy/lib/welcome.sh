# What deploy/run says at its end.

show_welcome() {
  cat <<TEXT

Patchbay runs at $URL
  sign in with the e-mail address $USER_EMAIL
                     and password $(<"$STATE/accounts/user.password")
  or as the administrator         $ADMIN_EMAIL
                                  $(<"$STATE/accounts/admin.password")
  These, API keys and addresses are in $STATE/env

Four things to try
  1. Add a webhook: $URL/webhooks/new
     with all events and the endpoint URL https://localhost:$SINK_PORT/hello, which is this stack's sink.
  2. Send a first event:
     . ${STATE@Q}/env
     curl -sS "\$PATCHBAY_URL/api/v1/events" -H "Authorization: Bearer \$PATCHBAY_USER_API_KEY" \\
       -H 'Content-Type: application/json' -d '{"type":"lead.created","data":{"id":1,"name":"Ada"}}'
  3. See it arrive, signed: tail -n 1 ${STATE@Q}/sink.jsonl
     Then give the webhook the address https://localhost:$SINK_PORT/status/500 and watch it retry.
  4. Connect an app: $URL/apps
     with any of them; the provider is this stack's sandbox, where you press Allow.

TEXT
}

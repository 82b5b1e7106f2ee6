# Whom the demo knows: a user, an administrator, their passwords and API keys, the encryption keys.
# All of it is made once and kept in STATE.

USER_EMAIL=user@example.com
ADMIN_EMAIL=administrator@example.com

random_password() {
  openssl rand -base64 24 | tr '+/' '-_'
}

# Without the settings: they name the file that is yet to be made.
make_keyring() {
  local log=$STATE/log/accounts.log
  [ -s "$STATE/keyring" ] \
    || env -i "$STATE/bin/patchbay" keys generate --output "$STATE/keyring" >"$log" 2>&1 \
    || fail_with_program "$log" 'no encryption keys can be made'
}

# $1: an e-mail address, $2: the name of its files in STATE/accounts, then options for `user add`.
make_user() {
  local email=$1 file=$STATE/accounts/$2.password log=$STATE/log/accounts.log
  shift 2
  # Before the account is made: one whose password is lost would be of no use.
  [ -s "$file" ] || random_password >"$file"
  if [ "$(sql -e "SELECT patchbay.user_id('$email') IS NOT NULL")" = 1 ]; then
    return
  fi
  with_settings "$STATE/bin/patchbay" user add "$email" --password-file "$file" "$@" \
    >"$log" 2>&1 || fail_with_program "$log" "the account $email cannot be made"
}

# $1: the name of its file in STATE/accounts, then options for `api-key create`.
make_api_key() {
  local file=$STATE/accounts/$1.key log=$STATE/log/accounts.log
  shift
  [ ! -s "$file" ] || return 0
  with_settings "$STATE/bin/patchbay" api-key create "$@" --scopes all >"$file.new" 2>"$log" \
    || fail_with_program "$log" 'an API key cannot be made'
  mv -- "$file.new" "$file"
}

make_accounts() {
  make_user "$USER_EMAIL" user
  make_user "$ADMIN_EMAIL" admin --role administrator
  make_api_key user --user "$USER_EMAIL" --name 'Demo'
  make_api_key service --service --name 'Demo service'
}

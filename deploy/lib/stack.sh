# The whole stack: what starts when, and stops when.

start_stack() {
  URL=http://localhost:$PORT$PREFIX
  make_socket_folder
  copy_assets
  make_certificate_authority
  make_certificate sink
  make_certificate sandbox
  write_endpoint_certificates
  make_database_passwords
  write_settings

  make_keyring
  start_mariadb
  prepare_database
  make_accounts
  start_sink
  start_sandbox
  configure_apps
  start_responder
  start_nginx
  start_timer
  write_stack_env
}

# The worker first: it hands back what it cannot finish, which takes an attempt's time. Then nginx,
# which lets requests under way end while the responder still answers them. The database last.
stop_stack() {
  stop_process timer 75
  stop_process worker 75
  stop_process nginx 15 QUIT
  stop_process web 35
  stop_process sink 5
  stop_process sandbox 5
  stop_process mariadb 60
}

stack_processes() {
  printf '%s\n' mariadb sink sandbox web nginx timer
}

# Prints the first process of the stack that is gone; false when all run.
dead_process() {
  local name
  for name in $(stack_processes); do
    if ! process_runs "$name"; then
      printf '%s\n' "$name"
      return
    fi
  done
  return 1
}

# Running the steps of deploy/test, and what came of them.
#
# A step writes a line for each runner's run to the file $TEST_RESULTS, with tabs between:
# passed, failed, skipped, the runner's own closing line. One that writes none counts as one check.

make_results() {
  LOGS=$ROOT/.build/test
  rm -rf -- "$LOGS"
  mkdir -p -- "$LOGS"
  export TEST_RESULTS=$LOGS/results
  : >"$TEST_RESULTS"
  STEP_LINES=()
  FAILED_STEPS=0
}

# $1: a step, $2: its limit in seconds, then its arguments.
#
# Its output goes to a file, shown while it grows: were it a pipe, a process that a killed step left
# behind would hold it open, and we would wait for ever.
run_step() {
  local name=$1 limit=$2 log=$LOGS/$1.log before=$SECONDS lines code=0 pid result
  shift 2
  lines=$(wc -l <"$TEST_RESULTS")
  say "== $name"
  : >"$log"
  timeout -k 60 "$limit" "$ROOT/deploy/steps/$name" "$@" </dev/null >>"$log" 2>&1 &
  pid=$!
  tail -n +1 -f -s 0.2 --pid="$pid" -- "$log" &
  wait "$pid" || code=$?
  wait $! || true
  case $code in
    0) result=ok ;;
    124 | 137) result="FAILED: ended after $limit s" ;;
    *) result=FAILED ;;
  esac
  [ "$code" = 0 ] || FAILED_STEPS=$((FAILED_STEPS + 1))
  if [ "$(wc -l <"$TEST_RESULTS")" = "$lines" ]; then
    printf '%s\t%s\t0\t\n' $((code == 0)) $((code != 0)) >>"$TEST_RESULTS"
  fi
  STEP_LINES+=("$(printf '%-10s %5s s   %s' "$name" $((SECONDS - before)) "$result")")
}

# The steps, the runners' closing lines, the sum. Ends the script.
show_results() {
  local passed failed skipped line all_passed=0 all_failed=0 all_skipped=0 code=0
  printf '\n'
  printf '%s\n' "${STEP_LINES[@]}"
  printf '\n'
  while IFS=$'\t' read -r passed failed skipped line; do
    all_passed=$((all_passed + passed))
    all_failed=$((all_failed + failed))
    all_skipped=$((all_skipped + skipped))
    [ -z "$line" ] || printf '%s\n' "$line"
  done <"$TEST_RESULTS"
  if [ $((all_passed + all_failed)) = 0 ]; then
    say 'deploy/test: no test ran'
    code=1
  fi
  if [ "${CI:-}" = true ] && [ "$all_skipped" != 0 ]; then
    say "deploy/test: tests were skipped, which is a failure with CI=true"
    code=1
  fi
  if [ "$FAILED_STEPS" != 0 ] || [ "$all_failed" != 0 ]; then
    say "deploy/test: failed; the logs are in $LOGS"
    code=1
  fi
  if [ "$all_skipped" = 0 ]; then
    printf '%s passed, %s failed\n' "$all_passed" "$all_failed"
  else
    printf '%s passed, %s failed, %s skipped\n' "$all_passed" "$all_failed" "$all_skipped"
  fi
  exit "$code"
}

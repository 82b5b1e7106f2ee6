# Running pytest on Tests/Outside, for the steps of deploy/test. Whatever way it ends, none of the
# stacks that it started stays.

# $1: the step, $2: seconds after which it is ended, then pytest's arguments. Writes the step's line
# to TEST_RESULTS, which deploy/test has set.
run_pytest() {
  local step=$1 limit=$2 logs=${TEST_RESULTS%/*} code=0
  shift 2
  make_venv
  OUTSIDE_STATES=$(mktemp -d -- "$ROOT/.build/states.XXXXXX")
  export OUTSIDE_STATES
  trap stop_stacks EXIT
  trap 'exit 143' TERM
  without_settings
  PYTHONDONTWRITEBYTECODE=1 timeout -k 60 "$limit" \
    "$venv/bin/python" -m pytest -rs -p no:cacheprovider --junitxml="$logs/$step.xml" \
    "$@" | tee "$logs/$step.pytest.log" || code=$?
  write_result "$logs/$step.xml" "$logs/$step.pytest.log"
  return "$code"
}

# Debian's Python, with what requirements.txt names from PyPI.
make_venv() {
  local wanted
  venv=$ROOT/.build/venv
  wanted=$( (/usr/bin/python3 --version && cat Tests/Outside/requirements.txt) | sha256sum)
  if [ "$(cat -- "$venv/stamp" 2>/dev/null)" != "$wanted" ]; then
    rm -rf -- "$venv"
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r Tests/Outside/requirements.txt
    printf '%s\n' "$wanted" >"$venv/stamp"
  fi
}

stop_stacks() {
  local state
  for state in "$OUTSIDE_STATES"/*/; do
    [ ! -d "$state" ] || deploy/stop --state "$state" --purge || true
  done
  rm -rf -- "$OUTSIDE_STATES"
}

# Settings of the caller would reach every stack.
without_settings() {
  local name
  while read -r name; do
    unset "$name"
  done < <(compgen -e PATCHBAY_)
}

# $1: pytest's XML, $2: its log.
write_result() {
  "$venv/bin/python" - "$1" "$2" >>"$TEST_RESULTS" <<'PYTHON'
import re, sys, xml.etree.ElementTree
closing = [line.strip() for line in open(sys.argv[2]) if re.fullmatch(r"=+ .* in [0-9.]+s.* =+\s*", line)]
try:
    suite = xml.etree.ElementTree.parse(sys.argv[1]).find("testsuite").attrib
except OSError:
    suite = {"tests": 1, "errors": 1, "failures": 0, "skipped": 0}
failed = int(suite["failures"]) + int(suite["errors"])
skipped = int(suite["skipped"])
passed = max(int(suite["tests"]) - failed - skipped, 0)
print(passed, failed, skipped, closing[-1] if closing else "pytest: no closing line", sep="\t")
PYTHON
}

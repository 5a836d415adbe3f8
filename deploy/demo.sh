#!/usr/bin/env bash
# `make demo`: a server on a private database, an invented country (or your own school list), three
# real probes on this machine. Ctrl-C stops everything that was started here, and nothing else.
#
#   make demo
#   make demo SCHOOLS=schools.csv AREAS=districts.geojson COUNTRY=KEN [LEVEL=1]
#
# Also read: PORT (first choice of port), BIN_DIR (where the programs lie), DEMO_DIR (where the
# data lies), DEMO_SEED and DEMO_SCHOOLS (which invented country).
set -euo pipefail

# A shell script that starts us with `&` has SIGINT ignored, and bash cannot trap what was ignored
# when it began: begin once more, so that `kill -INT` ends the demo there too.
ignored=$(sed -n 's/^SigIgn:[[:space:]]*//p' /proc/self/status 2>/dev/null || true)
if [ -n "$ignored" ] && (((16#$ignored >> 1) & 1)) && [ -z "${DEMO_BEGAN_AGAIN:-}" ] &&
  env --default-signal=INT true 2>/dev/null; then
  DEMO_BEGAN_AGAIN=yes exec env --default-signal=INT bash "$0" "$@"
fi
cd "$(dirname "$0")/.."

SCHOOLS=${SCHOOLS:-}
AREAS=${AREAS:-}
COUNTRY=${COUNTRY:-}
LEVEL=${LEVEL:-1}
BIN_DIR=${BIN_DIR:-target/debug}
READY_WITHIN_S=90
STOP_WITHIN_S=60

say() { printf '%s\n' "$@"; }
fail() {
  printf '\nmake demo: %s\n' "$*" >&2
  exit 1
}

# ---- what is running, and how it is stopped ----------------------------------------------------

server_pid=
step_pid=
probe_pids=()

is_alive() { [ -n "$1" ] && kill -0 "$1" 2>/dev/null; }

# stop NAME PID SECONDS: asks, waits, and insists only in the end.
stop() {
  local deadline=$((SECONDS + $3))
  is_alive "$2" || return 0
  kill -TERM "$2" 2>/dev/null || true
  while is_alive "$2" && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
  if is_alive "$2"; then
    say "$1 did not stop within $3 s and is killed"
    kill -KILL "$2" 2>/dev/null || true
  fi
  wait "$2" 2>/dev/null || true
}

stop_everything() {
  local status=$? pid
  trap '' INT TERM HUP
  trap - EXIT
  # Without job control bash does not announce every child that ends.
  set +m
  if [ -n "$server_pid$step_pid" ]; then say "" "Stopping …"; fi
  stop "the last step" "$step_pid" 10
  for pid in ${probe_pids[@]+"${probe_pids[@]}"}; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in ${probe_pids[@]+"${probe_pids[@]}"}; do stop "a probe" "$pid" 10; done
  stop "the server" "$server_pid" "$STOP_WITHIN_S"
  # A server that was killed left its database running: the next command that leaves stops it.
  if [ -n "$server_pid" ] && [ -e "$SCHOOLBEAT_DATA_DIR/postgres/postmaster.pid" ]; then
    "$BIN_DIR/schoolbeat" migrate >/dev/null 2>&1 || true
  fi
  if [ -n "$server_pid" ]; then
    rm -f "$DEMO/demo.pid"
    say "Everything that this demo started has ended. The data stays in $DEMO."
  fi
  exit "$status"
}
trap stop_everything EXIT
# Ctrl-C is how a demo ends; before it is ready it is an interruption.
is_shown=
trap '[ -n "$is_shown" ] && exit 0; exit 130' INT
trap 'exit 143' TERM HUP
# Every child in a process group of its own: Ctrl-C reaches only this script, which stops the
# others in order.
set -m

# step COMMAND…: in the background, so that a signal is answered at once.
step() {
  local status=0
  "$@" </dev/null &
  step_pid=$!
  wait "$step_pid" || status=$?
  step_pid=
  return "$status"
}

# ---- where, and what ---------------------------------------------------------------------------

check_wishes() {
  if [ -z "$SCHOOLS$AREAS$COUNTRY" ]; then return; fi
  [ -n "$SCHOOLS" ] || fail "SCHOOLS is missing: name the file of your school list, SCHOOLS=file.csv"
  [ -n "$COUNTRY" ] || fail "COUNTRY is missing: name its ISO 3166-1 code, such as COUNTRY=KEN"
  [[ $COUNTRY =~ ^[A-Za-z]{3}$ ]] || fail "COUNTRY is '$COUNTRY'; it wants three letters, such as KEN"
  local file
  for file in "$SCHOOLS" "$AREAS"; do
    [ -z "$file" ] || [ -r "$file" ] || fail "$file is not there, or cannot be read"
  done
}

# PostgreSQL does not run as root: its user must be able to reach the directory, and a Unix
# socket's path has room for 107 bytes.
choose_directory() {
  local name=invented near
  [ -z "$COUNTRY" ] || name=${COUNTRY,,}
  near="$PWD/.demo"
  DEMO=${DEMO_DIR:-$near}/$name
  if [ -z "${DEMO_DIR:-}" ]; then
    local reason= hash
    if [ "$(id -u)" = 0 ] && command -v runuser >/dev/null && id postgres >/dev/null 2>&1 &&
      ! runuser -u postgres -- test -x "$PWD"; then
      reason="PostgreSQL's user may not pass through a directory above $near"
    elif [ "${#DEMO}" -gt 70 ]; then
      reason="the path of $near is too long for a Unix socket"
    fi
    if [ -n "$reason" ]; then
      hash=$(printf '%s' "$PWD" | cksum | cut -d' ' -f1)
      DEMO="/var/tmp/schoolbeat-demo-$(id -u)-$hash/$name"
      say "The data goes to $DEMO, since $reason."
    fi
  fi
  mkdir -p "$DEMO"
  if [ -z "${DEMO_DIR:-}" ]; then
    # Whoever else made that directory in /var/tmp does not get our data.
    [ -O "$(dirname "$DEMO")" ] || fail "$(dirname "$DEMO") belongs to someone else; remove it"
    chmod 711 "$(dirname "$DEMO")" "$DEMO"
  fi
  DEMO=$(cd "$DEMO" && pwd -P)
}

refuse_a_second_demo() {
  local other
  other=$(cat "$DEMO/demo.pid" 2>/dev/null || true)
  if is_alive "$other" && grep -qa 'demo\.sh' "/proc/$other/cmdline" 2>/dev/null; then
    fail "a demo is running on $DEMO already (process $other). Use that one, or stop it with Ctrl-C."
  fi
}

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

choose_port() {
  local wish candidate
  wish=${PORT:-$(cat "$DEMO/port" 2>/dev/null || true)}
  [[ $wish =~ ^[0-9]+$ ]] || wish=8080
  # Speed tests are measured on the next port.
  for candidate in "$wish" {8080..8099}; do
    if ! is_taken "$candidate" && ! is_taken $((candidate + 1)); then
      port=$candidate
      [ "$port" = "$wish" ] || say "Port $wish or the next is taken; this demo uses $port."
      return
    fi
  done
  fail "no two neighbours of the ports 8080 to 8100 are free; say which one to use: make demo PORT=9000"
}

# ---- the server --------------------------------------------------------------------------------

show_log() {
  say "" "The last lines of $1:" >&2
  tail -n 12 "$1" >&2
}

is_ready() {
  local line=
  {
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf 'GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
    read -r -t 5 line <&3 || true
    exec 3>&-
  } 2>/dev/null
  [[ $line == *" 200"* ]]
}

start_server() {
  local name deadline=$((SECONDS + READY_WITHIN_S))
  # What this shell happens to have set must not lead the demo to a real database.
  for name in $(compgen -e | grep '^SCHOOLBEAT_' || true); do unset "$name"; done
  export SCHOOLBEAT_DATA_DIR="$DEMO/data"
  export SCHOOLBEAT_LISTEN="127.0.0.1:$port"
  export SCHOOLBEAT_PUBLIC_URL="$url"
  export SCHOOLBEAT_NDT7_LISTEN="127.0.0.1:$((port + 1))"
  echo $$ >"$DEMO/demo.pid"
  "$BIN_DIR/schoolbeat" serve </dev/null >"$DEMO/server.log" 2>&1 &
  server_pid=$!
  say "Starting the server …"
  until is_ready; do
    is_alive "$server_pid" || server_ended
    [ "$SECONDS" -lt "$deadline" ] || {
      show_log "$DEMO/server.log"
      fail "the server was not ready within $READY_WITHIN_S s"
    }
    sleep 0.2
  done
  echo "$port" >"$DEMO/port"
}

server_ended() {
  show_log "$DEMO/server.log"
  if grep -q 'in use by another' "$DEMO/server.log"; then
    fail "another server uses $DEMO; stop that one first"
  fi
  fail "the server ended"
}

# ---- the country -------------------------------------------------------------------------------

load_country() {
  local mark
  if [ -z "$SCHOOLS" ]; then
    country=XTH
    step "$BIN_DIR/schoolbeat" simulate --seed "${DEMO_SEED:-7}" --schools "${DEMO_SCHOOLS:-5000}" \
      >"$DEMO/simulated" || fail "the invented country could not be made; see above"
    mark=$(sed -n 's/^On one day of school \([0-9a-f-]*\) there were .*/\1/p' "$DEMO/simulated")
    grep -v '^On one day' "$DEMO/simulated" || true
    [ -z "$mark" ] || printf '%s\n' "$mark" >"$DEMO/eventful"
    return
  fi
  country=${COUNTRY^^}
  mark=$(cksum "$SCHOOLS" ${AREAS:+"$AREAS"}; echo "$LEVEL")
  if [ "$mark" = "$(cat "$DEMO/imported" 2>/dev/null || true)" ]; then
    say "$SCHOOLS was taken before and did not change."
    return
  fi
  if [ -n "$AREAS" ]; then
    step "$BIN_DIR/schoolbeat" import areas "$AREAS" --country "$country" --level "$LEVEL" ||
      fail "$AREAS could not be taken; see above"
  fi
  step "$BIN_DIR/schoolbeat" import schools "$SCHOOLS" --country "$country" ||
    fail "$SCHOOLS could not be taken; see above"
  printf '%s\n' "$mark" >"$DEMO/imported"
}

make_login() {
  [ -s "$DEMO/login" ] && return
  local password
  password=$(head -c 12 /dev/urandom | base64 | tr '+/' 'xy')
  (umask 077 && printf 'demo\n%s\n' "$password" >"$DEMO/login.new")
  printf '%s\n' "$password" | "$BIN_DIR/schoolbeat" user add demo --password-stdin \
    >>"$DEMO/steps.log" 2>&1 || {
    show_log "$DEMO/steps.log"
    fail "the log-in could not be made"
  }
  mv "$DEMO/login.new" "$DEMO/login"
}

# ---- the probes --------------------------------------------------------------------------------

# field NAME: the first value of that name in the JSON on standard input, which has one a line.
field() { sed -n 's/^ *"'"$1"'": "\(.*\)",\{0,1\}$/\1/p' | head -n "${2:-1}"; }

schools_to_probe() {
  local status found=
  for status in connected_unmeasured unknown ""; do
    found=$("$BIN_DIR/schoolbeat" school list --country "$country" ${status:+--status "$status"} \
      --limit 3 --json 2>>"$DEMO/steps.log" | field id 3)
    [ "$(printf '%s\n' "$found" | grep -c .)" -lt 3 ] || break
  done
  printf '%s\n' "$found"
}

# enrol NUMBER SCHOOL: once; again only if the server's address changed.
enrol() {
  local dir="$DEMO/probe-$1" answer
  [ "$(cat "$dir/enrolled-at" 2>/dev/null || true)" != "$url" ] || return 0
  mkdir -p "$dir"
  answer=$("$BIN_DIR/schoolbeat" enrol "$2" --json 2>>"$DEMO/steps.log") &&
    "$BIN_DIR/schoolbeat-probe" enrol --server "$url" --code "$(printf '%s\n' "$answer" | field code)" \
      --state-dir "$dir/state" --replace >>"$DEMO/steps.log" 2>&1 || {
    show_log "$DEMO/steps.log"
    fail "probe $1 could not be enrolled"
  }
  printf '%s\n' "$answer" | field id >"$dir/school-id"
  printf '%s\n' "$answer" | field name >"$dir/school-name"
  printf '%s\n' "$url" >"$dir/enrolled-at"
}

start_probes() {
  local number=0 school
  if [ ! -s "$DEMO/schools" ]; then
    schools_to_probe >"$DEMO/schools"
    [ -s "$DEMO/schools" ] || fail "there is no school to put a probe in"
  fi
  while read -r school; do
    number=$((number + 1))
    enrol "$number" "$school"
    # Short tests, so that three of them do not fill a small machine.
    "$BIN_DIR/schoolbeat-probe" run --state-dir "$DEMO/probe-$number/state" --now \
      --speed-test-every 30 --path-check-every 15 --max-seconds 3 \
      </dev/null >"$DEMO/probe-$number/probe.log" 2>&1 &
    probe_pids+=("$!")
  done <"$DEMO/schools"
}

# ---- what there is to see ----------------------------------------------------------------------

tell() {
  local dir shown="your list of $country"
  [ -n "$SCHOOLS" ] || shown="Thalassia, an invented country: nothing of it is real"
  cat <<END

Schoolbeat is ready, $SECONDS s after the start.

  Map        $url
  Shows      $shown
  Log in     $(sed -n 1p "$DEMO/login")
  Password   $(sed -n 2p "$DEMO/login")

Three real probes measure on this machine, at
END
  for dir in "$DEMO"/probe-*; do
    say "  $(cat "$dir/school-name")" "    $url/schools/$(cat "$dir/school-id")"
  done
  if [ -s "$DEMO/eventful" ]; then
    say "" "A day with an outage of each kind, and who was to blame, at" \
      "    $url/schools/$(cat "$DEMO/eventful")"
  fi
  cat <<END

Logs: $DEMO/server.log, $DEMO/probe-*/probe.log
Ctrl-C stops everything.
END
}

# Until the server ends or a signal comes; a probe that ends is said once.
watch() {
  local pid rest
  while is_alive "$server_pid"; do
    { wait -n || true; } 2>/dev/null
    rest=()
    for pid in ${probe_pids[@]+"${probe_pids[@]}"}; do
      if is_alive "$pid"; then rest+=("$pid"); else say "A probe ended; see its log."; fi
    done
    probe_pids=(${rest[@]+"${rest[@]}"})
  done
  server_ended
}

check_wishes
for program in schoolbeat schoolbeat-probe; do
  [ -x "$BIN_DIR/$program" ] || fail "$BIN_DIR/$program is not built; run make demo"
done
choose_directory
refuse_a_second_demo
choose_port
url="http://127.0.0.1:$port"
: >"$DEMO/steps.log"
start_server
load_country
make_login
start_probes
tell
is_shown=yes
watch

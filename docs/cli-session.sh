#!/usr/bin/env bash
# Prints docs/cli-session.md: the commands below, and what they really answer, on this checkout's embedded stack, which has to be up.
#   ./orchestrator up --detach && docs/cli-session.sh >cli-session.new && mv cli-session.new docs/cli-session.md
# Nothing is edited but ports, which become the usual ones.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

stack=$(tr ',{' '\n\n' <"$checkout/.orchestrator/stack.json")
port_of() { sed -n "s/^ *\"$1\" *: *\([0-9]*\).*/\1/p" <<<"$stack" | head -n 1; }
api_port=$(port_of api) ui_port=$(port_of temporal_ui)
[[ -n $api_port ]] || { echo "start the stack first: ./orchestrator up --detach" >&2; exit 1; }

usual_ports() { sed -e "s/127\.0\.0\.1:$api_port\b/127.0.0.1:8080/g" -e "s/127\.0\.0\.1:${ui_port:-8233}\b/127.0.0.1:8233/g"; }

# Everything goes through this: no blank line before the end of a block.
tidy() { awk '/^$/ { blank++; next } { if ($0 != "```" || inside == 0) while (blank-- > 0) print ""; blank = 0; print } /^```/ { inside = 1 - inside }'; }

# Runs a command and prints it as a terminal would show it.
show() {
  local code=0 argument
  printf '$ ./orchestrator'
  for argument in "$@"; do
    [[ $argument == *[\ \{]* ]] && printf " '%s'" "$argument" || printf ' %s' "$argument"
  done
  printf '\n'
  "$checkout/orchestrator" "$@" >"$work/out" 2>&1 || code=$?
  usual_ports <"$work/out"
  printf '[exit %s]\n\n' "$code"
}

# The id that the last command printed first.
id() { head -n 1 "$work/out" | grep -o '^[0-9a-f-]*'; }

# Waits until so many of the DAG and its tasks (one, unless told) have a status.
until_status() {
  local tries count
  for ((tries = 0; tries < 300; tries++)); do
    count=$(curl -s "http://127.0.0.1:$api_port/v1/dags/$1" | tr ',{' '\n\n' | grep -c "\"status\":\"$2\"" || true)
    [[ $count -lt ${3:-1} ]] || return 0
    sleep 0.2
  done
  echo "$1 did not come to $2" >&2
  return 1
}

{
cat <<'DOCUMENT'
# A session at the command line

As it came from the embedded stack, by [cli-session.sh](cli-session.sh). `[exit N]` is the exit code, not output.

`nightly.yaml`:
```yaml
DOCUMENT
tee nightly.yaml <<'DOCUMENT'
name: nightly-report
tasks:
  - key: fetch
    task_type: simulated
    payload: { sleep_ms: 4000 }
  - key: analyse-text
    task_type: simulated
    depends_on: [fetch]
    payload: { sleep_ms: 6000 }
  - key: analyse-figures
    task_type: simulated
    depends_on: [fetch]
    payload: { sleep_ms: 3000 }
  - key: report
    task_type: simulated
    depends_on: [analyse-text, analyse-figures]
    payload: { sleep_ms: 2000 }
DOCUMENT
cat <<'DOCUMENT'
```
`sleepy.yaml`:
```yaml
DOCUMENT
tee sleepy.yaml <<'DOCUMENT'
name: sleepy
tasks:
  - { key: sleep, task_type: simulated, payload: { sleep_ms: 3600000 }, timeout: PT2H }
  - { key: wake, task_type: simulated, depends_on: [sleep] }
DOCUMENT
cat <<'DOCUMENT'
```
`broken.yaml`:
```yaml
DOCUMENT
tee broken.yaml <<'DOCUMENT'
name: broken
tasks:
  - { key: fetch, task_type: simulated, depends_on: [report] }
  - { key: report, task_type: simulated, depends_on: [fetch] }
DOCUMENT
cp "$checkout/examples/failures.yaml" .
cat <<'DOCUMENT'
```

## Submit, pause, look, resume, follow
`watch` ran in a second terminal from just after the submit; it is printed where it ended.

```
DOCUMENT
show submit nightly.yaml
nightly=$(id)
"$checkout/orchestrator" watch "$nightly" >watched 2>&1 &
watching=$!
until_status "$nightly" RUNNING 2
sleep 5
show pause "$nightly" --reason 'look at the figures first'
until_status "$nightly" QUEUED
show get "$nightly"
show agents
show resume "$nightly"
watch_code=0
wait "$watching" || watch_code=$?
printf '$ ./orchestrator watch %s\n' "$nightly"
usual_ports <watched
printf '[exit %s]\n\n```\n\n' "$watch_code"

printf '## Cancel\n\n```\n'
show submit sleepy.yaml
sleepy=$(id)
until_status "$sleepy" RUNNING 2
show cancel "$sleepy" --reason 'no longer wanted'
show watch "$sleepy"
show cancel "$sleepy"
show pause "$sleepy"
show watch "$sleepy" --json
printf '```\n\n'

printf '## What fails\n`failures.yaml` is among the examples.\n\n```\n'
show run failures.yaml
show dlq list
show submit broken.yaml
show watch 01980000-0000-7000-8000-000000000000
printf '```\n\n'

printf '## The API dies\nIt was killed (SIGKILL) after the first lines of this `watch`, and was back some seconds later.\n\n```\n'
show submit nightly.yaml
nightly=$(id)
"$checkout/orchestrator" watch "$nightly" >watched 2>&1 &
watching=$!
until_status "$nightly" RUNNING 2
until grep -q RUNNING watched; do sleep 0.2; done
kill -KILL "$(cut -d' ' -f1 "$checkout/.orchestrator/pids/api")"
watch_code=0
wait "$watching" || watch_code=$?
printf '$ ./orchestrator watch %s\n' "$nightly"
usual_ports <watched
printf '[exit %s]\n```\n' "$watch_code"
} | tidy

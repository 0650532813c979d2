# Sourced by trainings: functions that wait, for two minutes at most.

# await PID COMMAND...: until the command succeeds, while the process lives.
await() {
  process=$1 tries=0
  shift
  until "$@"; do
    tries=$((tries + 1))
    kill -0 "$process" 2>/dev/null || { echo "The program ended before it was ready." >&2; exit 1; }
    [ $tries -lt 120 ] || { echo "The program was not ready in time." >&2; exit 1; }
    sleep 1
  done
}

# end PID: in order; then the JVM writes its cache, with the help of a second process.
end() {
  kill -TERM "$1"
  wait "$1" || [ $? = 143 ]
  [ -s /tmp/program.aot ] || { echo "The JVM wrote no cache." >&2; exit 1; }
}

# Sourced by trainings: a PostgreSQL for as long as one takes, in the database and with the role that it knows.
export ORCHESTRATOR_DATABASE_URL=jdbc:postgresql://127.0.0.1:38432/postgres
export ORCHESTRATOR_DATABASE_USER=orchestrator ORCHESTRATOR_DATABASE_PASSWORD=none
export ORCHESTRATOR_AGENTS_KEY=only-for-this-life-of-the-build-0123456789
# Only its own programs see its libraries.
postgres() { program=$1; shift; LD_LIBRARY_PATH=/postgres/lib "/postgres/bin/$program" "$@"; }
postgres initdb --pgdata /tmp/data --username orchestrator --auth trust --encoding UTF8 --no-locale --no-sync >/dev/null
postgres pg_ctl --pgdata /tmp/data --wait --log /tmp/postgres.log start \
  -o '-p 38432 -c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp -c fsync=off -c dynamic_shared_memory_type=mmap' >/dev/null
trap 'postgres pg_ctl --pgdata /tmp/data --mode immediate stop >/dev/null' EXIT

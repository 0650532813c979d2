#!/bin/sh
# Makes the secrets of compose.yaml, each as a file of 64 hexadecimal digits; one that is there already is kept.
set -eu
directory=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)/secrets
mkdir -p "$directory"
chmod 700 "$directory" # the files themselves are read by the users of several images
for name in postgres_password database_password temporal_database_password redis_password agents_key enrolment_token grafana_password; do
  [ -s "$directory/$name" ] && continue
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$directory/$name"
  chmod 444 "$directory/$name"
done
echo "Secrets are in $directory"

#!/bin/sh
# Run once by the image of PostgreSQL, when its data directory is empty: a role and its databases for us, and for Temporal.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres \
  -v orchestrator="$(cat /run/secrets/database_password)" -v temporal="$(cat /run/secrets/temporal_database_password)" <<'SQL'
create role orchestrator login password :'orchestrator';
create database orchestrator owner orchestrator;
create role temporal login password :'temporal';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
SQL

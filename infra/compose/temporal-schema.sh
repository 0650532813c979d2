#!/bin/sh
# Brings the schemas of Temporal's two databases to this image's version; runs before each start of the server.
set -eu
SQL_PASSWORD=$(cat /run/secrets/temporal_database_password)
export SQL_PASSWORD

# schema DATABASE FOLDER
schema() {
  versions=/etc/temporal/schema/postgresql/v12/$2/versioned
  # An empty database has no table of versions yet.
  temporal-sql-tool --db "$1" update-schema -d "$versions" || {
    temporal-sql-tool --db "$1" setup-schema -v 0.0
    temporal-sql-tool --db "$1" update-schema -d "$versions"
  }
}
schema temporal temporal
schema temporal_visibility visibility

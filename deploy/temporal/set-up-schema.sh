#!/bin/sh
# Makes Temporal's two databases, where they are missing, and brings their schema to the version of this image.
# Can be run again. Where the database is, and as whom to reach it, comes from the SQL_… variables.
set -eu

for database in temporal temporal_visibility; do
  schema=/etc/temporal/schema/postgresql/v12/${database#temporal_}/versioned
  temporal-sql-tool --database "$database" create-database
  temporal-sql-tool --database "$database" setup-schema --version 0.0
  temporal-sql-tool --database "$database" update-schema --schema-dir "$schema"
done

#!/usr/bin/env bash
# Makes the two roles when the database volume is new. The application's role owns nothing and cannot pass row-level security.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
    --set owner_password="$(cat /run/secrets/owner_password)" \
    --set app_password="$(cat /run/secrets/app_password)" <<'SQL'
CREATE ROLE ssp_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE ssp_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
ALTER DATABASE ssp OWNER TO ssp_owner;
REVOKE ALL ON DATABASE ssp FROM PUBLIC;
GRANT CONNECT ON DATABASE ssp TO ssp_app;
SQL

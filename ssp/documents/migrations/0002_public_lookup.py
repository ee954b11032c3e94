from django.db import migrations

# Whoever verifies a document stands in no force, so row-level security shows them nothing. This function runs as the owner and
# gives the public columns of one row, to somebody who already holds its reference (130 random bits) or its very bytes.
# Names are written out in full and the path is pinned, so that nobody's own tables or functions can stand in between.
LOOKUP = """
create function public.documents_public_lookup(wanted_reference text, wanted_sha256 text) returns table (
    reference text, sha256 text, kind text, title text, parties text, force_name text, level text,
    sealed_at timestamptz, effective_from date, last_day date, end_reason text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select d.reference, d.sha256, d.kind, d.title, d.parties::text, f.name, d.level, d.sealed_at, d.effective_from,
           least(d.last_day, e.last_day), e.reason
    from public.documents_document d
    join public.tenancy_force f on f.id = d.force_id
    left join public.documents_documentend e on e.document_id = d.id
    where d.sha256 = wanted_sha256 or d.reference = wanted_reference
    limit 1
$$;
revoke execute on function public.documents_public_lookup(text, text) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]
    operations = [migrations.RunSQL(LOOKUP, "drop function public.documents_public_lookup(text, text)")]

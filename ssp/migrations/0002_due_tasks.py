"""The one question asked across forces: which tasks are due? Answered with ids alone, by the owner's rights."""

from django.db import migrations

# Names are written out in full and the path is pinned, so that nobody's own tables or functions can stand in between.
# A running task whose advisory lock (class 0x55b, see ssp.tasks._held) nobody holds has lost its worker.
DUE = """
create function public.ssp_due_tasks(batch integer, quiet interval) returns table (id uuid, force_id bigint)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with alive as materialized (
        select l.objid::bigint as key from pg_catalog.pg_locks l
        join pg_catalog.pg_database d on d.oid = l.database and d.datname = pg_catalog.current_database()
        where l.locktype = 'advisory' and l.classid = 1371 and l.objsubid = 2 and l.granted
    ), due as (
        select t.id from public.ssp_task t
        where (t.told_at is null or t.told_at <= pg_catalog.now() - quiet)
          and (t.state = 'queued' and t.run_after <= pg_catalog.now()
               or t.state = 'running' and (t.lease_until <= pg_catalog.now()
                  or (pg_catalog.hashtext(t.id::text)::bigint & 4294967295) not in (select key from alive)))
        order by t.run_after limit batch for update skip locked
    )
    update public.ssp_task t set told_at = pg_catalog.now() from due where t.id = due.id
    returning t.id, t.force_id
$$;
revoke execute on function public.ssp_due_tasks(integer, interval) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("ssp", "0001_initial")]
    operations = [migrations.RunSQL(DUE, "drop function public.ssp_due_tasks(integer, interval)")]

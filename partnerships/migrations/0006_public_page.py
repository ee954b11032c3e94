from django.db import migrations

# Whoever reads a force's public page stands in no force, so row-level security shows them nothing. These functions run as the
# owner and give, of a force that published its page and of no other, what stands on it: its own words, the public register's
# facts of the schools that take part, its logo. No person, no address, no number of anything else.
# Names are written out in full and the path is pinned, so that nobody's own tables or functions can stand in between.
PAGE = """
create function public.partnerships_public_page(wanted_slug text) returns table (
    name text, officer_title text, officer_title_short text, contact_email text, contact_telephone text, contact_hours text,
    dpo_contact text, lists_schools boolean, about text, officer text, partnership text, logo_width integer, logo_height integer,
    logo_sha256 text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.name, s.officer_title, s.officer_title_short, s.contact_email, s.contact_telephone, s.contact_hours, s.dpo_contact,
           s.lists_schools, s.public_about, s.public_officer, s.public_partnership,
           l.width::integer, l.height::integer, l.sha256
    from public.tenancy_force f
    join public.tenancy_forcesettings s on s.force_id = f.id
    left join public.tenancy_forcelogo l on l.force_id = f.id
    where f.slug = wanted_slug and s.public_page_is_published
$$;
revoke execute on function public.partnerships_public_page(text) from public;
"""
# In force is what the public check of a document says: sealed, begun, not past its last day, not replaced.
SCHOOLS = """
create function public.partnerships_public_schools(wanted_slug text) returns table (name text, la_name text, town text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.name, c.la_name, c.town
    from public.tenancy_force f
    join public.tenancy_forcesettings s on s.force_id = f.id
    join public.schools_school c on c.force_id = f.id
    cross join (select (pg_catalog.now() at time zone 'Europe/London')::date as day) today
    where f.slug = wanted_slug and s.public_page_is_published and s.lists_schools and c.status <> 'closed'
      and exists (
          select from public.documents_document d
          left join public.documents_documentend e on e.document_id = d.id
          where d.school_id = c.id and d.force_id = f.id and d.kind = 'protocol' and d.effective_from <= today.day
            and coalesce(least(d.last_day, e.last_day), today.day) >= today.day
            and e.reason is distinct from 'superseded'
      )
    order by c.la_name, c.name, c.id
$$;
revoke execute on function public.partnerships_public_schools(text) from public;
"""
LOGO = """
create function public.partnerships_public_logo(wanted_slug text) returns bytea
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.image
    from public.tenancy_force f
    join public.tenancy_forcesettings s on s.force_id = f.id
    join public.tenancy_forcelogo l on l.force_id = f.id
    where f.slug = wanted_slug and s.public_page_is_published
$$;
revoke execute on function public.partnerships_public_logo(text) from public;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0005_endings"),
        ("schools", "0001_initial"),
        ("documents", "0001_initial"),
        ("tenancy", "0002_settings"),
    ]
    operations = [
        migrations.RunSQL(PAGE, "drop function public.partnerships_public_page(text)"),
        migrations.RunSQL(SCHOOLS, "drop function public.partnerships_public_schools(text)"),
        migrations.RunSQL(LOGO, "drop function public.partnerships_public_logo(text)"),
    ]

"""What the database itself refuses: asked of its catalogue, and tried as the application's role (B1-B3, B6, B8-B10)."""

# ruff: noqa: S608 - SQL made of our own names
import os
import random
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, connection, connections, models, transaction
from django.http import Http404, StreamingHttpResponse

from ssp.access.standing import acting
from ssp.tenancy import context, guard, reference, walls
from ssp.tenancy.context import Context
from tests.access.sweep_world import SweepWorld, undone

ROOT = Path(__file__).parents[2]
LONG = bool(os.environ.get("SSP_TEST_LONG"))


def rows(sql: str, *values: object, alias: str = "owner") -> list[tuple]:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def tenant_models() -> list[type[models.Model]]:
    return [model for model in walls.walled_models() if model.wall.tenant]


def app_role() -> str:
    return connections["default"].settings_dict["USER"]


@pytest.fixture
def owner_cursor(django_db_setup, django_db_blocker):
    """The owner's hand, in a transaction that is always rolled back."""
    with django_db_blocker.unblock(), transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            yield cursor
        transaction.set_rollback(True, using="owner")


# The role (B1) ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_application_role_is_weak_and_the_owner_would_be_refused():
    assert guard.strengths(connections["default"]) == []
    too_strong = guard.strengths(connections["owner"])
    assert {"owns tables", "may create tables or schemas", "may empty tables"} <= set(too_strong)


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_process_with_the_owners_role_does_not_start():
    url = os.environ["SSP_OWNER_DATABASE_URL"].rpartition("/")[0] + "/" + connections["owner"].settings_dict["NAME"]
    environment = os.environ | {"SSP_DATABASE_URL": url}
    for program in (["manage.py", "check"], ["-c", "import ssp.wsgi"]):
        done = subprocess.run(
            [sys.executable, *program], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode != 0
        assert "SSP does not start with the database role" in done.stderr
        assert "owns tables" in done.stderr


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_connection_of_the_owner_called_default_is_closed():
    strong = connections["owner"].copy(alias="default")
    with pytest.raises(ImproperlyConfigured, match="owns tables"):
        strong.ensure_connection()
    assert strong.connection is None


# The catalogue (B2, B10) ------------------------------------------------------------------------------------------


@pytest.mark.django_db(databases=["default", "owner"])
def test_every_tenant_table_has_its_wall():
    forced = {name: (on, force) for name, on, force in rows(
        "select relname, relrowsecurity, relforcerowsecurity from pg_class where relnamespace ="
        " 'public'::regnamespace and relkind in ('r', 'p')"
    )}  # fmt: skip
    policies: dict[str, dict[str, tuple]] = {}
    for table, name, verb, using, check, roles in rows(
        "select tablename, policyname, cmd, qual, with_check, roles::text[] from pg_policies where"
        " schemaname = 'public'"
    ):
        policies.setdefault(table, {})[name] = (verb, using, check, roles)
    for model in tenant_models():
        table = model._meta.db_table
        assert forced[table] == (True, True), table
        found = policies[table]
        expected = {"wall_select", "wall_insert", "wall_update", "wall_delete"} | (
            {"owner_keeps"} if model.wall.owner_too else set()
        )
        assert set(found) == expected, table
        for name, (verb, using, check, roles) in found.items():
            assert roles == ([connections["owner"].settings_dict["USER"]] if name == "owner_keeps" else [app_role()]), (
                table,
                name,
            )
            assert (using is not None) == (verb != "INSERT"), (table, name)
            assert (check is not None) == (verb in ("INSERT", "UPDATE", "ALL")), (table, name)
    assert set(policies) == {model._meta.db_table for model in tenant_models()}


def unaccounted() -> set[str]:
    known = {model._meta.db_table for model in walls.walled_models()} | set(walls.OPEN_TABLES)
    partitions = {name for (name,) in rows("select relid::regclass::text from pg_partition_tree('audit_auditevent')")}
    tables = {name for (name,) in rows(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r',"
        " 'p', 'f', 'm', 'v')"
    )}  # fmt: skip
    return tables - known - partitions


@pytest.mark.django_db(databases=["default", "owner"])
def test_every_table_is_a_models_or_on_the_list_with_a_reason():
    assert unaccounted() == set()
    assert all(len(reason) > 15 for reason, _ in walls.OPEN_TABLES.values())


@pytest.mark.parametrize(
    "planted",
    ["table planted (id int, force_id bigint)", "view planted as select 1", "materialized view planted as select 1"],
)
def test_a_table_or_view_nobody_declared_is_found(owner_cursor, planted):
    owner_cursor.execute(f"create {planted}")
    assert unaccounted() == {"planted"}


def test_a_model_without_a_wall_is_refused(monkeypatch):
    from schools.models import School

    monkeypatch.delattr(School, "wall")
    with pytest.raises(LookupError, match=r"schools\.School declares no wall"):
        list(walls.walled_models())


def too_many_rights() -> set[tuple[str, str]]:
    declared = {model._meta.db_table: set(model.wall.rights) for model in walls.walled_models()}
    declared |= {table: set(rights) for table, (_, rights) in walls.OPEN_TABLES.items()}
    found = rows(
        "select c.relname, p.verb from pg_class c,"
        " unnest(array['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER']) p(verb)"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and"
        " has_table_privilege(%s, c.oid, p.verb)",
        app_role(),
    )
    return {(table, verb) for table, verb in found if verb not in declared.get(table, set())}


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_application_role_has_the_declared_rights_and_no_more():
    assert too_many_rights() == set()


def test_a_right_nobody_declared_is_found(owner_cursor):
    owner_cursor.execute(f"grant truncate on access_membership to {app_role()}")
    owner_cursor.execute(f"grant delete on audit_auditevent to {app_role()}")
    assert too_many_rights() == {("access_membership", "TRUNCATE"), ("audit_auditevent", "DELETE")}


def definers() -> dict[str, list[str] | None]:
    """Functions with the owner's rights that the application's role may call, with their settings."""
    found = rows(
        "select p.oid::regprocedure::text, p.proconfig::text[], has_function_privilege(%s, p.oid,"
        " 'EXECUTE') from pg_proc p"
        " where p.pronamespace = 'public'::regnamespace and p.prosecdef",
        app_role(),
    )
    return {signature.replace(",", ", "): settings for signature, settings, may in found if may}


@pytest.mark.django_db(databases=["default", "owner"])
def test_functions_with_the_owners_rights_are_listed_and_pinned():
    assert set(definers()) == set(walls.DEFINER_FUNCTIONS)
    for signature, settings in definers().items():
        assert any(each.startswith("search_path=") for each in settings or []), signature


def test_a_function_with_the_owners_rights_nobody_listed_is_found(owner_cursor):
    owner_cursor.execute("create function planted() returns int language sql security definer as 'select 1'")
    assert set(definers()) - set(walls.DEFINER_FUNCTIONS) == {"planted()"}


def test_the_reference_is_the_one_the_models_give():
    path = ROOT / "docs" / "reference" / "walls.md"
    assert path.read_text(encoding="utf-8") == reference.markdown(), "run: python manage.py write_walls"


# No context, nothing (B3) -----------------------------------------------------------------------------------------


# Behind the first two: triggers that ask even before the policy.
REFUSALS = (
    r"row-level security|permission denied|cannot be posted|no such enquiry is open|in its own enquiry|that can be seen"
    r"|begins as a draft"
)
READ_BY_ALL = {
    "tenancy_force",  # names of forces are public
    "accounts_identityprovider",  # offered by domain before anybody is known
}
JUNK = [
    {},
    {"app.force_id": "", "app.scope": "", "app.side": "", "app.school_ids": "", "app.user_id": ""},
    {"app.force_id": "junk", "app.scope": "force", "app.side": "police"},
    {"app.force_id": "-1", "app.scope": "force", "app.side": "system"},
    {"app.scope": "force", "app.side": "police", "app.school_ids": "{}"},
    {"app.school_ids": "junk", "app.scope": "school"},
]


@pytest.mark.parametrize("settings", JUNK, ids=str)
def test_without_a_context_nothing_is_read(sweep: SweepWorld, settings):
    filled = 0
    for model in tenant_models():
        table = model._meta.db_table
        with context.entered(context.system(sweep.demo.forces["northshire"].pk)), connection.cursor() as cursor:
            cursor.execute(f"select exists (select from {table})")
            filled += cursor.fetchone()[0]
        with undone(), connection.cursor() as cursor:
            for name, value in settings.items():
                cursor.execute("select set_config(%s, %s, true)", [name, value])
            try:
                cursor.execute(f"select count(*) from {table}")
            except DatabaseError as error:
                assert "invalid input syntax" in str(error) or "malformed array" in str(error), table
            else:
                assert cursor.fetchone()[0] == 0 or table in READ_BY_ALL, table
    assert filled >= 10


def test_without_a_context_nothing_is_written(sweep: SweepWorld):
    for model in tenant_models():
        columns = {f.column for f in model._meta.fields}
        column = next(name for name in ("force_id", "content_object_id", "user_id", "id") if name in columns)
        value = sweep.demo.forces["northshire"].pk
        with pytest.raises(DatabaseError, match=REFUSALS), undone(), connection.cursor() as cursor:
            cursor.execute(f"insert into {model._meta.db_table} ({column}) values (%s)", [value])


def test_a_foreign_force_is_not_written_to(sweep: SweepWorld):
    for model in tenant_models():
        columns = {f.column for f in model._meta.fields}
        column = next((name for name in ("force_id", "content_object_id") if name in columns), None)
        if column is None:
            continue
        for verb in ("update", "delete", "insert"):
            with (
                context.entered(context.system(sweep.demo.forces["southmoor"].pk)),
                undone(),
                connection.cursor() as cursor,
            ):
                value = sweep.demo.forces["northshire"].pk
                statement = {
                    "update": f"update {model._meta.db_table} set {column} = {column} where {column} = %s",
                    "delete": f"delete from {model._meta.db_table} where {column} = %s",
                    "insert": f"insert into {model._meta.db_table} ({column}) values (%s)",
                }[verb]
                try:
                    with transaction.atomic():
                        cursor.execute(statement, [value])
                except DatabaseError as error:
                    assert re.search(REFUSALS, str(error)), (statement, error)
                else:
                    assert verb != "insert" and cursor.rowcount == 0, statement


# The same connection, many tenants (B6) ---------------------------------------------------------------------------


def seen() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('app.force_id', true), current_setting('app.side', true),"
            " current_setting('app.scope', true)"
        )
        return tuple(value or "" for value in cursor.fetchone())


def told(here: Context | None) -> tuple[str, ...]:
    here = here or Context()
    return (str(here.force_id or ""), here.side, here.scope)


class Planned(Exception):
    pass


def wander(rng: random.Random, forces: list[int], depth: int, mismatches: list[str]) -> int:
    """One context, in it others, ended in every way there is; how many were entered."""
    mine = Context(
        user_id=rng.randrange(1, 99),
        force_id=rng.choice(forces),
        scope=rng.choice(["force", "school"]),
        side=rng.choice(["police", "school", "system"]),
    )
    entered = 1
    outside = context.current()
    how = rng.choice(["returns", "raises", "sql error", "404", "integrity", "rolled back", "stream", "switch"])
    try:
        with context.entered(mine):
            if seen() != told(mine):
                mismatches.append(f"inside {how}")
            for _ in range(rng.randrange(3) if depth < 3 else 0):
                entered += wander(rng, forces, depth + 1, mismatches)
                if seen() != told(context.current()) or context.current() != mine:
                    mismatches.append(f"after an inner one, in {how}")
            leave(how, rng, forces)
            if how != "switch" and seen() != told(mine):
                mismatches.append(f"at the end of {how}")
    except (Planned, DatabaseError, Http404):
        pass
    if context.current() != outside or (connection.in_atomic_block and seen() != told(outside)):
        mismatches.append(f"after {how}: {context.current()} and {seen()} for {outside}")
    return entered


def leave(how: str, rng: random.Random, forces: list[int]) -> None:
    if how == "raises":
        raise Planned
    if how == "404":
        raise Http404
    with connection.cursor() as cursor:
        if how == "sql error":
            cursor.execute("select 1 / 0")
        if how == "integrity":
            with suppress(IntegrityError), transaction.atomic():
                cursor.execute(
                    "insert into accounts_user (email, name, password, is_active, is_superuser,"
                    " created_at) values ('', '', '', true, true, now())"
                )
    if how == "rolled back":
        with suppress(Planned), context.entered(Context(force_id=rng.choice(forces), side="system", scope="force")):
            raise Planned
    if how == "stream":
        response = StreamingHttpResponse(str(seen()) for _ in range(2))
        assert len({bytes(part) for part in response}) == 1
    if how == "switch":
        context.switch(Context(force_id=rng.choice(forces), side="police", scope="force"))


def test_contexts_alternate_on_one_connection_without_mixing(sweep: SweepWorld):
    rng = random.Random(5)
    forces = [force.pk for force in sweep.demo.forces.values()]
    mismatches: list[str] = []
    entered = 0
    while entered < (10_000 if LONG else 2_000):
        entered += wander(rng, forces, 0, mismatches)
        assert not connection.in_atomic_block and seen() == ("", "", "")
    print(f"\n{entered:,} alternations, {len(mismatches)} mismatches")
    assert mismatches == []


def test_an_error_inside_a_context_is_the_error_the_caller_sees(sweep: SweepWorld):
    force = sweep.demo.forces["northshire"].pk
    with context.entered(context.system(force)):
        with (
            pytest.raises(DatabaseError, match="division by zero"),
            context.entered(context.system(force)),
            connection.cursor() as cursor,
        ):
            cursor.execute("select 1 / 0")
        assert seen() == told(context.system(force))


def test_a_body_streamed_after_the_view_sees_nothing(sweep: SweepWorld):
    from partnerships.models import Agreement

    with acting(sweep.demo.users["amara"]):
        response = StreamingHttpResponse(f"{row.pk}" for row in Agreement.objects.iterator())
    assert list(response) == []


# A row cannot point across (B8) -----------------------------------------------------------------------------------


def pairs() -> list[tuple[type[models.Model], models.ForeignKey, type[models.Model]]]:
    return [(model, key, target) for model in walls.walled_models() for key, target in walls.tenant_keys(model)]


def name_of(model: type[models.Model], key: models.ForeignKey) -> str:
    return f"{model._meta.db_table}_{key.column}_tenant_fk"[-63:]


@pytest.mark.django_db(databases=["default", "owner"])
def test_every_pointer_between_tenant_tables_carries_the_tenant():
    found = dict(rows(
        "select conname, (select array_agg(a.attname::text order by k.ord) from unnest(conkey) with"
        " ordinality k(num, ord)"
        " join pg_attribute a on a.attrelid = conrelid and a.attnum = k.num) from pg_constraint where"
        " contype = 'f' and convalidated"
    ))  # fmt: skip
    assert len(pairs()) >= 14
    for model, key, _target in pairs():
        assert found.get(name_of(model, key)) == ["force_id", key.column], name_of(model, key)


def without_uniques(cursor, table: str) -> None:
    cursor.execute(
        "select i.indexrelid::regclass::text, c.conname from pg_index i left join pg_constraint c on"
        " c.conindid = i.indexrelid and c.contype in ('u', 'x')"
        " where i.indrelid = %s::regclass and (i.indisunique or i.indisexclusion) and not i.indisprimary and"
        " coalesce(c.conname, '') not like '%%tenant_uniq'",
        [table],
    )
    for index, constraint in cursor.fetchall():
        cursor.execute(f'alter table {table} drop constraint "{constraint}"' if constraint else f"drop index {index}")


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: f"{pair[0].__name__}.{pair[1].name}")
def test_a_row_cannot_point_to_another_tenants(sweep: SweepWorld, pair):
    """Tried as the owner with policies and triggers off: the key itself must refuse."""
    model, key, target = pair
    table, other = model._meta.db_table, target._meta.db_table
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for each in {table, other}:
            cursor.execute(f"alter table {each} disable row level security")
            cursor.execute(f"alter table {each} disable trigger user")
        without_uniques(cursor, table)  # what is unique would refuse first, and prove nothing of the key
        cursor.execute(
            f"select t.id, o.id from {table} t, {other} o where t.force_id <> o.force_id and"
            f" t.{key.column} is not null limit 1"
        )
        found = cursor.fetchone()
        if found:
            with pytest.raises(IntegrityError, match=name_of(model, key)), transaction.atomic(using="owner"):
                cursor.execute(f"update {table} set {key.column} = %s where id = %s", [found[1], found[0]])
                cursor.execute(f"set constraints {name_of(model, key)} immediate")
        transaction.set_rollback(True, using="owner")
    if not found:
        # A skip, not a pass: nothing was tried on a row. Agreements in force would fill these tables, at a minute a run.
        pytest.skip("no row of either tenant in this world; the key itself is checked above")


# Nobody learns of another tenant by trying a value (B9) ------------------------------------------------------------


@pytest.mark.django_db(databases=["default", "owner"])
def test_what_is_unique_across_forces_is_listed_with_a_reason():
    found = rows(
        "select c.relname, array_agg(a.attname::text) from pg_index i join pg_class c on c.oid = i.indrelid"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::int2[]) or (a.attrelid"
        " = c.oid and i.indexprs is not null"
        " and a.attname = 'email') where i.indisunique and c.relnamespace = 'public'::regnamespace group"
        " by i.indexrelid, c.relname"
    )
    ours = {model._meta.db_table for model in walls.walled_models()}
    across = {
        table for table, columns in found if table in ours and "force_id" not in columns and set(columns) != {"id"}
    }
    assert across == set(walls.GLOBAL_UNIQUES)


def test_the_texts_of_errors_do_not_tell_of_hidden_rows(sweep: SweepWorld):
    """A reference of another force can be used again here: uniqueness holds within the force."""
    foreign = sweep.agreements["southmoor-high"]
    own = sweep.agreements["ashfield draft"]
    with context.entered(context.system(sweep.demo.forces["northshire"].pk)), undone(), connection.cursor() as cursor:
        cursor.execute("update partnerships_agreement set reference = %s where id = %s", [foreign.reference, own.pk])
        assert cursor.rowcount == 1


# The log's readers ------------------------------------------------------------------------------------------------


def test_only_who_may_search_the_log_reads_it(sweep: SweepWorld):
    for actor in (a for a in sweep.actors if a.role):
        with acting(actor.user), connection.cursor() as cursor:
            cursor.execute("select count(*) from audit_auditevent")
            assert (cursor.fetchone()[0] > 0) == (actor.role == "auditor"), actor.key


def test_no_context_survives_a_request(sweep: SweepWorld):
    for key in ("amara", "ivy", "dev", "nobody", "half"):
        sweep.clients[key].get("/agreements/")
        assert context.current() is None and seen() == ("", "", "")

"""What does the database itself refuse? One `Wall` per model; the SQL of row-level security is generated from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.backends.utils import CursorWrapper

if TYPE_CHECKING:
    from django.db.models import Model

# Plain settings inside (select …) are read once a statement, not once a row. A setting never set reads NULL, but '' after an
# earlier transaction on the same connection set it: hence nullif.
FORCE_ID = "(select nullif(current_setting('app.force_id', true), '')::bigint)"
USER_ID = "(select nullif(current_setting('app.user_id', true), '')::bigint)"
SCOPE = "(select current_setting('app.scope', true))"
SIDE = "(select current_setting('app.side', true))"
SCHOOL_IDS = "(select nullif(current_setting('app.school_ids', true), '')::bigint[])::bigint[]"
READS_LOG = "(select current_setting('app.reads_log', true))"
READS_MAIL = "(select current_setting('app.reads_mail', true))"
READS_RECORDS = "(select current_setting('app.reads_records', true))"
RECORD_SCHOOL_IDS = "(select nullif(current_setting('app.record_school_ids', true), '')::bigint[])::bigint[]"
TOKEN = "(select nullif(current_setting('app.token', true), ''))"

IN_FORCE = f"force_id = {FORCE_ID}"
OWN_ROW = f"user_id = {USER_ID}"
# A role that reads children's records: on the whole force, or at the school the row is about. Coordinators, signatories and
# auditors hold none, nor do school staff other than the SPOC and the head.
RECORDS_HERE = f"case when {READS_RECORDS} = 'yes' then true else school_id = any ({RECORD_SCHOOL_IDS}) end"


@dataclass(frozen=True)
class Wall:
    """The row-level security of one table.

    ``read`` and ``write`` are SQL conditions on a row; ``rights`` are the table privileges of the application role.
    Build one with the class methods, which name the cases.
    """

    read: str
    write: str
    rights: tuple[str, ...] = ("SELECT", "INSERT", "UPDATE", "DELETE")
    owner_too: bool = False  # operator commands keep this table up to date as the owner, across forces
    tenant: bool = field(default=True)

    @classmethod
    def of_force(cls, *, column: str = "force_id") -> Wall:
        """Rows of one force, seen by whoever stands in it on either side."""
        return cls(read=f"{column} = {FORCE_ID}", write=f"{column} = {FORCE_ID}")

    @classmethod
    def of_force_scope(cls) -> Wall:
        """Rows of the force as a whole, for those who stand in all of it: no school's person and no officer of a few schools."""
        condition = f"{IN_FORCE} and {SCOPE} = 'force'"
        return cls(read=condition, write=condition)

    @classmethod
    def school_rows(cls, *, side: str = "", column: str = "school_id") -> Wall:
        """Rows about a school, or about the force as a whole where the column is null: only force scope sees those.

        ``side`` closes them to the other controller (N2): ``"school"`` for school records, ``"police"`` for police records.
        """
        # "case" and not "or": of an "or" on settings the planner expects next to nothing, and sorts a whole force for one page.
        here = f"case when {SCOPE} = 'force' then true else {column} = any ({SCHOOL_IDS}) end"
        condition = f"{IN_FORCE} and {here}"
        if side:
            condition += f" and {SIDE} = '{side}'"
        return cls(read=condition, write=condition)

    @classmethod
    def records(cls, *, side: str) -> Wall:
        """Children's records of one controller (N2): the school's (``"school"``) or the police's (``"police"``), closed to every
        role of either side that reads none. ``"both"`` stands for what is shared: its table says further who may see which row."""
        sides = {"school": f" and {SIDE} = 'school'", "police": f" and {SIDE} = 'police'", "both": ""}
        condition = f"{IN_FORCE} and {RECORDS_HERE}{sides[side]}"
        return cls(read=condition, write=condition)

    @classmethod
    def force_itself(cls) -> Wall:
        return cls(read="true", write=f"id = {FORCE_ID}", rights=("SELECT", "UPDATE"), owner_too=True)

    @classmethod
    def open(cls, *, rights: tuple[str, ...] = ("SELECT", "INSERT", "UPDATE", "DELETE")) -> Wall:
        """No tenant: the reason stands in `OPEN_TABLES`."""
        return cls(read="true", write="true", rights=rights, tenant=False)

    def append_only(self) -> Wall:
        """Facts that nothing later changes."""
        return replace(self, rights=("SELECT", "INSERT"))

    def readable_also(self, condition: str) -> Wall:
        return replace(self, read=f"({self.read}) or ({condition})")

    def only(self, condition: str) -> Wall:
        """A further condition that every row must meet, to be read and to be written."""
        return replace(self, read=f"({self.read}) and ({condition})", write=f"({self.write}) and ({condition})")

    def own_too(self, column: str, *, side: str) -> Wall:
        """Whoever wrote a row on ``side`` sees it too, and may write rows of their own, without reading anybody else's."""
        own = f"({IN_FORCE} and {SIDE} = '{side}' and {column} = {USER_ID} and school_id = any ({SCHOOL_IDS}))"
        return replace(self, read=f"({self.read}) or {own}", write=f"({self.write}) or {own}")

    def written_by(self, column: str) -> Wall:
        """Rows are written in one's own name alone (N3); who may read them stays as it is."""
        return replace(self, write=f"({self.write}) and {column} = {USER_ID}")

    def written_where(self, condition: str) -> Wall:
        """A further condition on what is written; who may read stays as it is."""
        return replace(self, write=f"({self.write}) and ({condition})")

    def served(self) -> Wall:
        """The service's own work for the force sees and writes these rows too, though they are closed to one side: mail, links."""
        service = f"({IN_FORCE} and {SIDE} = 'system')"
        return replace(self, read=f"({self.read}) or {service}", write=f"({self.write}) or {service}")

    def kept_by_owner(self) -> Wall:
        return replace(self, owner_too=True)


# Tables of libraries that belong to no tenant, each with its reason.
OPEN_TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "auth_permission": ("names of permissions, the same for everyone", ("SELECT",)),
    "auth_group": ("guardian's backend asks for groups; SSP has none", ("SELECT",)),
    "auth_group_permissions": ("guardian's backend asks for groups; SSP has none", ("SELECT",)),
    "accounts_user_groups": ("guardian's backend asks for groups; SSP has none", ("SELECT",)),
    "accounts_user_user_permissions": ("rights come from the matrix alone; always empty", ("SELECT",)),
    "guardian_userobjectpermission": ("guardian's generic table; always empty", ("SELECT",)),
    "guardian_groupobjectpermission": ("guardian's generic table; always empty", ("SELECT",)),
    "django_content_type": ("names of models, the same for everyone", ("SELECT",)),
    "django_migrations": ("what schema this is", ("SELECT",)),
    "django_session": ("sessions are looked up before anybody is known", ("SELECT", "INSERT", "UPDATE", "DELETE")),
    "account_emailaddress": (
        "sign-in finds the person before a tenant is known",
        ("SELECT", "INSERT", "UPDATE", "DELETE"),
    ),
    "account_emailconfirmation": (
        "sign-in finds the person before a tenant is known",
        ("SELECT", "INSERT", "UPDATE", "DELETE"),
    ),
    "mfa_authenticator": (
        "second factors are checked before a tenant is known",
        ("SELECT", "INSERT", "UPDATE", "DELETE"),
    ),
    "usersessions_usersession": ("a person's own sessions, across tenants", ("SELECT", "INSERT", "UPDATE", "DELETE")),
}

# Functions that run with the owner's rights, each with what it gives the application role. They are made by migrations with
# a pinned search_path and without EXECUTE for PUBLIC.
DEFINER_FUNCTIONS: dict[str, str] = {
    "ssp_due_tasks(integer, interval)": "which tasks of which force are due: ids alone, no content",
    "audit_make_months(integer)": "the log's partitions of the coming months; names and bounds are computed, never given",
    "audit_has_strays()": "whether a line fell outside every month: yes or no, no content",
    "documents_public_lookup(text, text)": "what anybody may know of a sealed document whose reference or file they hold",
    "partnerships_public_page(text)": "what a force published about its partnership: its words and contacts, no person",
    "partnerships_public_schools(text)": "schools with a protocol in force of a force that published them: register facts",
    "partnerships_public_logo(text)": "the logo of a force that published its page",
}


# Values that must be unique across forces, each with why nobody learns anything by trying one (B9).
GLOBAL_UNIQUES: dict[str, str] = {
    "access_forcegrant": "a person, a permission and a force: each names its own force",
    "access_schoolgrant": "a person, a permission and a school, which belongs to one force",
    "audit_auditevent": "its number, from one sequence, and the time: the service gives both",
    "accounts_user": "one account per address; every page answers the same whether it exists (C6)",
    "accounts_invitation": "the SHA-256 of 192 random bits",
    "accounts_stafflistrow": "a list, which belongs to one force",
    "accounts_identitylink": "the SHA-256 of a provider and a subject that the provider has just proved",
    "accounts_identityprovider": "a name in an address, which only the owner writes",
    "accounts_factorreset": "the SHA-256 of 192 random bits; and one at a time for a person, of a force",
    "documents_document": "references, hashes and storage keys are made by the service of random bits or of the file itself",
    "documents_documentend": "a document, which belongs to one force",
    "incidents_advicequestion": "a school, which belongs to one force",
    "incidents_complaint": "a school, which belongs to one force",
    "incidents_directcontact": "a school, which belongs to one force",
    "incidents_enquiry": "a school, which belongs to one force",
    "incidents_enquirymessage": "an enquiry, which belongs to one force",
    "incidents_enquiryrelease": "a message, which belongs to one force",
    "incidents_addendum": "a concern, which belongs to one force",
    "incidents_concern": "a school, which belongs to one force",
    "incidents_concernattachment": "a concern, which belongs to one force",
    "incidents_concerndecision": "a concern, which belongs to one force",
    "incidents_concernnudge": "a concern, which belongs to one force",
    "incidents_concerntask": "a concern, which belongs to one force",
    "incidents_counter": "a school, which belongs to one force",
    "incidents_conferenceaction": "a conference, which belongs to one force",
    "incidents_caseconference": "a school, which belongs to one force",
    "incidents_incident": "a school, which belongs to one force",
    "incidents_incidentsource": "an incident, which belongs to one force",
    "incidents_incidentaddendum": "an incident, which belongs to one force",
    "incidents_morningaddendum": "a notice, which belongs to one force",
    "incidents_morningnotice": "a school, which belongs to one force",
    "incidents_morningreceipt": "a notice, which belongs to one force",
    "incidents_outcomedecision": "an incident, which belongs to one force",
    "incidents_powergate": "the use of a power, which belongs to one force",
    "incidents_powernote": "the use of a power, which belongs to one force",
    "incidents_poweruse": "a school, which belongs to one force",
    "incidents_referral": "an incident, which belongs to one force",
    "incidents_referralstep": "a referral, which belongs to one force",
    "incidents_restorativeconference": "an incident, which belongs to one force",
    "incidents_disclosure": "a school, which belongs to one force",
    "incidents_disclosuredraft": "a disclosure, which belongs to one force",
    "incidents_disclosurenotice": "a recipient of a disclosure, which belongs to one force",
    "incidents_disclosurerecipient": "a disclosure, which belongs to one force",
    "incidents_disclosureversion": "a disclosure, which belongs to one force",
    "officers_handovernote": "a school, which belongs to one force",
    "officers_postingplanline": "a proposal, which belongs to one force",
    "officers_activity": "a person and their own press",
    "officers_activityaddendum": "an activity, which belongs to one force",
    "officers_activityrequest": "a school, which belongs to one force",
    "officers_briefingreceipt": "a school, which belongs to one force",
    "officers_calendarfeed": "the SHA-256 of 192 random bits; a person in a force",
    "officers_planitem": "a school, which belongs to one force",
    "officers_rolerefusal": "a person and their own press",
    "officers_posting": "a role given by the same act",
    "partnerships_acknowledgement": "an agreement, which belongs to one force",
    "partnerships_agreement": "a partnership, which belongs to one force; a sealed file, made for this agreement",
    "partnerships_agreementreview": "an agreement, which belongs to one force",
    "partnerships_crimemonth": "public facts of data.police.uk, written by the owner's import alone",
    "partnerships_schoolcrime": "public facts of data.police.uk, counted by the owner's import alone",
    "partnerships_streetcrime": "public facts of data.police.uk, written by the owner's import alone",
    "partnerships_exitline": "an agreement, which belongs to one force",
    "partnerships_issuerounditem": "a round, which belongs to one force",
    "partnerships_issueroundschool": "a round, which belongs to one force",
    "partnerships_listedmatch": "a line of a list, which belongs to one force",
    "partnerships_listedschool": "a list, which belongs to one force",
    "partnerships_feedback": "a school, which belongs to one force",
    "partnerships_engagementoffer": "an assessment, which belongs to one force",
    "partnerships_needassessment": "a school, which belongs to one force",
    "partnerships_needpart": "an assessment, which belongs to one force",
    "partnerships_needweight": "a version of weights, which belongs to one force",
    "partnerships_partnership": "a school, which belongs to one force",
    "partnerships_schoolfamilymember": "a school, which belongs to one force",
    "partnerships_signature": "an agreement, which belongs to one force",
    "schools_school": "register numbers are public, and only the owner's import writes them",
    "schools_schoollink": "public facts of a public register, written by the owner's import alone",
    "schools_spocappointment": "a role given by the same act; a school, which belongs to one force",
    "schools_staffnotice": "a school, which belongs to one force",
    "schools_staffnoticerecipient": "a notice, of a school of one force; the SHA-256 of a secret link",
    "notifications_sentmail": "the number of a task, 122 random bits",
    "ssp_heartbeat": "the installation's own; no tenant's",
    "tenancy_force": "names of forces are public, and only the owner writes them",
}


# The library lets whoever may set a setting pass by any trigger; here the triggers are rules, and nobody passes by them.
NO_TRIGGER_IGNORED = (
    "CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean "
    "LANGUAGE sql IMMUTABLE AS 'SELECT false'"
)


def walled_models() -> Iterator[type[Model]]:
    """Every concrete model of our own, with its wall.

    Raises:
        LookupError: a model of ours declares no wall.
    """
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed and not hasattr(model, "wall"):
            continue
        if model._meta.db_table in OPEN_TABLES:
            continue
        if not hasattr(model, "wall"):
            raise LookupError(
                f"{model._meta.label} declares no wall: say who may see its rows (see ssp/tenancy/walls.py)."
            )
        yield model


def statements(*, app_role: str, owner_role: str) -> Iterator[str]:
    """The SQL that raises the second wall, safe to run again and again."""
    app, owner = _quoted(app_role), _quoted(owner_role)
    yield NO_TRIGGER_IGNORED
    yield f"GRANT USAGE ON SCHEMA public TO {app}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {app}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {app}"
    for table, (_reason, rights) in OPEN_TABLES.items():
        yield f"GRANT {', '.join(rights)} ON {_quoted(table)} TO {app}"
    for model in walled_models():
        yield from _table_statements(model, app, owner)
    for model in walled_models():
        yield from _composite_keys(model)
    for signature in DEFINER_FUNCTIONS:
        grant = f"GRANT EXECUTE ON FUNCTION public.{signature} TO {app}"
        yield f"DO $$ BEGIN IF to_regprocedure('public.{signature}') IS NOT NULL THEN {grant}; END IF; END $$"


def raise_wall(cursor: CursorWrapper, *, app_role: str, owner_role: str) -> None:
    """Bring privileges, policies and composite keys of the database in line with the models."""
    existing = set(_existing_tables(cursor))
    for statement in statements(app_role=app_role, owner_role=owner_role):
        if _target(statement) is None or _target(statement) in existing:
            cursor.execute(statement)


def _table_statements(model: type[Model], app: str, owner: str) -> Iterator[str]:
    wall: Wall = model.wall  # type: ignore[attr-defined]
    table = _quoted(model._meta.db_table)
    yield f"GRANT {', '.join(wall.rights)} ON {table} TO {app}"
    if not wall.tenant:
        return
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    for verb, clause in {
        "SELECT": f"USING ({wall.read})",
        "INSERT": f"WITH CHECK ({wall.write})",
        "UPDATE": f"USING ({wall.write}) WITH CHECK ({wall.write})",
        "DELETE": f"USING ({wall.write})",
    }.items():
        yield f"DROP POLICY IF EXISTS wall_{verb.lower()} ON {table}"
        yield f"CREATE POLICY wall_{verb.lower()} ON {table} FOR {verb} TO {app} {clause}"
    yield f"DROP POLICY IF EXISTS owner_keeps ON {table}"
    if wall.owner_too:
        yield f"CREATE POLICY owner_keeps ON {table} TO {owner} USING (true) WITH CHECK (true)"


def tenant_keys(model: type[Model]) -> Iterator[tuple[models.ForeignKey, type[Model]]]:
    """The foreign keys of a tenant table that point at another tenant table: they must not cross the tenant (B8)."""
    from ssp.tenancy.models import Force

    if not any(f.name == "force" for f in model._meta.fields):
        return
    for f in model._meta.fields:
        target = f.related_model
        if target is None or target is Force or isinstance(target, str):
            continue
        if (
            isinstance(f, models.ForeignKey)
            and not f.primary_key
            and any(g.name == "force" for g in target._meta.fields)
        ):
            yield f, target


def _composite_keys(model: type[Model]) -> Iterator[str]:
    for key, target in tenant_keys(model):
        table, other = model._meta.db_table, target._meta.db_table
        unique, name = f"{other}_tenant_uniq", f"{table}_{key.column}_tenant_fk"[-63:]
        yield (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{unique}') THEN "
            f'ALTER TABLE "{other}" ADD CONSTRAINT "{unique}" UNIQUE (force_id, id); END IF; '
            f"IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}') THEN "
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (force_id, "{key.column}") '
            f'REFERENCES "{other}" (force_id, id) DEFERRABLE INITIALLY DEFERRED; END IF; END $$'
        )


def _existing_tables(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return (name for (name,) in cursor.fetchall())


def _target(statement: str) -> str | None:
    """The table a statement is about, so that a half-migrated database is brought as far as it goes."""
    if statement.startswith("DO $$ BEGIN IF to_regprocedure"):
        return None
    if statement.startswith("DO $$"):
        return statement.split('ALTER TABLE "')[2].split('"')[0]
    quoted = statement.split('"')
    after_on = statement.split(" ON ", 1)
    if statement.startswith("ALTER TABLE"):
        return quoted[1]
    return after_on[1].split('"')[1] if len(after_on) == 2 and after_on[1].startswith('"') else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

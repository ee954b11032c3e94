"""What does the database itself refuse, even to the owner of its tables (N4)?"""

import pytest
from django.db import DatabaseError, connections, transaction
from world import fresh, go, issued

from officers.demo.world import draft
from partnerships.models import AgreementKind
from partnerships.workflow import AgreementStatus

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
TABLES = ("agreement", "signature", "signingstep", "templateversion")


def as_owner(statement, *values):
    """How many rows a statement changes for the owner, who first takes down the wall that hides them; all is undone."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"alter table partnerships_{table} no force row level security")
        cursor.execute(statement, values)
        changed = cursor.rowcount
        transaction.set_rollback(True, using="owner")
    return changed


@pytest.fixture(scope="module")
def signed(shared, body):
    made = issued(shared, body)
    go(shared, made, "dev")
    return fresh(made)


def test_the_owner_sees_the_rows_at_all(signed):
    assert as_owner("update partnerships_agreement set sign_by = current_date where id = %s", signed.pk) == 1


@pytest.mark.parametrize("status", ["in_force", "ended", "superseded", "lapsed"])
def test_nothing_is_or_was_in_force_without_its_seal(signed, status):
    """Even where the triggers are taken away: it is a constraint."""
    with pytest.raises(DatabaseError, match="agreement_in_force_is_sealed"):
        as_owner(
            "alter table partnerships_agreement disable trigger user; update partnerships_agreement set status = %s where id = %s",
            status,
            signed.pk,
        )


@pytest.mark.parametrize(
    "change",
    [
        "document = document || ' '",
        "fingerprint = repeat('0', 64)",
        "body_sha256 = repeat('0', 64)",
        "variables = '{}'",
        "reference = 'other'",
        "verification_code = 'other'",
        "kind = 'data_sharing_agreement'",
    ],
)
def test_an_issued_text_is_fixed(signed, change):
    with pytest.raises(DatabaseError, match="is fixed"):
        as_owner(f"update partnerships_agreement set {change} where id = %s", signed.pk)  # noqa: S608


def test_an_issued_text_cannot_become_a_draft_again_and_then_change(signed):
    with pytest.raises(DatabaseError, match="does not move from signed to draft"):
        as_owner("update partnerships_agreement set status = 'draft' where id = %s", signed.pk)


@pytest.mark.parametrize("status", ["issued", "declined"])
def test_the_database_knows_the_table_of_transitions(signed, status):
    with pytest.raises(DatabaseError, match=f"does not move from signed to {status}"):
        as_owner("update partnerships_agreement set status = %s where id = %s", status, signed.pk)


def test_a_state_that_may_follow_may_follow(signed):
    assert as_owner("update partnerships_agreement set status = 'countersigned' where id = %s", signed.pk) == 1


@pytest.fixture(scope="module")
def drafted(shared):
    return draft(shared, "birchwood", AgreementKind.PROTOCOL)


def test_a_draft_may_still_change(drafted):
    made = drafted
    assert made.status == AgreementStatus.DRAFT
    assert as_owner("update partnerships_agreement set variables = '{}' where id = %s", made.pk) == 1


@pytest.mark.parametrize("table", ["partnerships_signature", "partnerships_signingstep"])
@pytest.mark.parametrize("statement", ["update {} set user_agent = 'x'", "delete from {}"])
def test_signatures_and_steps_stay_as_they_were_made(signed, table, statement):
    with pytest.raises(DatabaseError, match="Cannot"):
        as_owner(statement.format(table))


def test_no_agreement_is_deleted(signed):
    with pytest.raises(DatabaseError, match="Cannot delete"):
        as_owner("delete from partnerships_agreement where id = %s", signed.pk)


@pytest.mark.parametrize("statement", ["update {} set wording = '{{}}' where id = %s", "delete from {} where id = %s"])
def test_a_published_template_is_frozen(shared, statement):
    version = shared.templates["northshire", AgreementKind.DATA_SHARING_AGREEMENT]
    with pytest.raises(DatabaseError, match="Cannot"):
        as_owner(statement.format("partnerships_templateversion"), version.pk)


def test_one_signature_a_party_and_one_a_person(signed):
    """J4, N3: whatever the application believes."""
    kept = (
        "force_id, school_id, agreement_id, person_id, name, typed_name, role, organisation, membership_id, fingerprint,"
        " body_sha256, statement, factor, user_agent, evidence"
    )
    copy = f"insert into partnerships_signature ({kept}, party) select {kept}, %s from partnerships_signature"  # noqa: S608
    with pytest.raises(DatabaseError, match="signature_one_per_party"):
        as_owner(copy, "school")
    with pytest.raises(DatabaseError, match="signature_one_per_person"):
        as_owner(copy, "police")

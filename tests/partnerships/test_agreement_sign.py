"""Who may sign what, when, and after which steps (F1, F2, F3, N3)?"""

from datetime import timedelta

import pytest
from django.utils import timezone
from world import FACTOR, coordinator_of, fresh, go, issued, shown

from officers.demo.world import DSA, TRACE, World
from partnerships.models import Party, Signature, SigningStep, Step
from partnerships.refusals import BothSides, NameDiffers, StepMissing
from partnerships.services import agreements, signing
from partnerships.workflow import AgreementStatus
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.audit.models import AuditEvent
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.tenancy import context
from ssp.tenancy.context import Context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def agreement(shared: World, body: bytes):
    return issued(shared, body)


def sign(world, agreement, who="dev", party=Party.SCHOOL, **changed):
    now = fresh(agreement)
    with world.acting(who) as by:
        values = {**shown(now), "typed_name": by.name, "factor": FACTOR, **changed}
        return signing.sign(agreement=now, party=party, by=by, trace=TRACE, **values)


def events(agreement):
    with context.entered(Context(force_id=agreement.force_id, scope="force", side="police", reads_log=True)):
        rows = AuditEvent.objects.filter(event__startswith="agreement.", object_id=agreement.pk).order_by("id")
        return [(row.event, row.actor_id) for row in rows]


def mails(agreement, template):
    with context.entered(context.system(agreement.force_id)):
        tasks = Task.objects.filter(name="mail.send", key__startswith=f"mail:{template}:{agreement.pk}:")
        return {task.payload["to"] for task in tasks}


def test_the_head_teacher_signs(shared, agreement):
    go(shared, agreement, "dev")
    assert fresh(agreement).status == AgreementStatus.SIGNED
    with context.entered(context.system(agreement.force_id)):
        made = Signature.objects.get(agreement=agreement)
        assert [step.step for step in SigningStep.objects.filter(agreement=agreement).order_by("id")] == list(Step)
    now = fresh(agreement)
    assert (made.name, made.party, made.fingerprint, made.body_sha256) == (
        "Dev Okafor",
        "school",
        now.fingerprint,
        now.body_sha256,
    )
    by = shared.users["dev"].pk
    assert events(agreement)[-4:] == [(f"agreement.{act}", by) for act in ("opened", "read", "confirmed", "signed")]
    assert mails(agreement, "agreement_signed") == {shared.users["esi"].pk}


def test_the_signatory_countersigns_and_it_waits_for_its_seal(shared, agreement):
    go(shared, agreement, "dev")
    go(shared, agreement, "esi", party=Party.POLICE)
    assert fresh(agreement).status == AgreementStatus.COUNTERSIGNED
    assert fresh(agreement).sealed_id is None
    assert events(agreement)[-1] == ("agreement.countersigned", shared.users["esi"].pk)
    with context.entered(context.system(agreement.force_id)):
        assert Task.objects.filter(key=f"agreement:{agreement.pk}:seal").count() == 1


@pytest.mark.parametrize(
    ("done", "missing"), [(None, Step.OPENED), (Step.OPENED, Step.READ), (Step.READ, Step.CONFIRMED)]
)
def test_signing_without_a_step_is_refused_and_names_it(shared, agreement, done, missing):
    """F3."""
    if done:
        go(shared, agreement, "dev", upto=done)
    with pytest.raises(StepMissing) as refused:
        sign(shared, agreement)
    assert refused.value.step == missing
    assert fresh(agreement).status == AgreementStatus.ISSUED


@pytest.mark.parametrize(("done", "act"), [(None, "read"), (None, "confirm"), (Step.OPENED, "confirm")])
def test_a_step_out_of_order_is_refused(shared, agreement, done, act):
    """F3."""
    if done:
        go(shared, agreement, "dev", upto=done)
    now = fresh(agreement)
    more = {"how": "read"} if act == "read" else {"has_authority": True, "consents": True}
    with shared.acting("dev") as by, pytest.raises(StepMissing):
        getattr(signing, act)(
            agreement=now, party=Party.SCHOOL, fingerprint=now.fingerprint, by=by, trace=TRACE, **more
        )


@pytest.mark.parametrize(
    "given", [{"has_authority": False, "consents": True}, {"has_authority": True, "consents": False}]
)
def test_without_authority_or_consent_nothing_is_confirmed(shared, agreement, given):
    go(shared, agreement, "dev", upto=Step.READ)
    now = fresh(agreement)
    with shared.acting("dev") as by, pytest.raises(Refused):
        signing.confirm(agreement=now, party=Party.SCHOOL, fingerprint=now.fingerprint, by=by, trace=TRACE, **given)
    with pytest.raises(StepMissing):
        sign(shared, agreement)


def test_a_confirmation_does_not_last_for_ever(shared, agreement, monkeypatch):
    go(shared, agreement, "dev", upto=Step.CONFIRMED)
    monkeypatch.setattr(signing, "CONFIRMATION_KEPT", timedelta(seconds=-1))
    with pytest.raises(StepMissing):
        sign(shared, agreement)


@pytest.mark.parametrize("changed", [{"fingerprint": "0" * 64}, {"body_sha256": "0" * 64}])
def test_another_text_than_the_shown_one_is_refused(shared, agreement, changed):
    """F1: what the page showed is asked again at the click."""
    go(shared, agreement, "dev", upto=Step.CONFIRMED)
    with pytest.raises(Stale):
        sign(shared, agreement, **changed)
    assert fresh(agreement).status == AgreementStatus.ISSUED


@pytest.mark.parametrize("act", ["read", "confirm", "decline"])
def test_no_step_is_taken_on_another_text(shared, agreement, act):
    """F1."""
    go(shared, agreement, "dev", upto=Step.READ)
    more = {
        "read": {"how": "read", "party": Party.SCHOOL, "trace": TRACE},
        "confirm": {"has_authority": True, "consents": True, "party": Party.SCHOOL, "trace": TRACE},
        "decline": {"clause": "", "reason": "No."},
    }[act]
    with shared.acting("dev") as by, pytest.raises(Stale):
        getattr(agreements if act == "decline" else signing, act)(
            agreement=agreement, fingerprint="0" * 64, by=by, **more
        )


def test_steps_on_a_withdrawn_text_do_not_count_for_the_next(shared, agreement, body):
    """F1: somebody read version 1; version 2 must be read again."""
    go(shared, agreement, "dev", upto=Step.CONFIRMED)
    with shared.acting("amara") as by:
        agreements.withdraw(agreement=agreement, reason="A wrong address.", by=by)
    second = issued(shared, body)
    with pytest.raises(StepMissing):
        sign(shared, second)


def test_no_signature_before_the_pdf_exists(shared):
    from officers.demo.world import draft

    made = draft(shared, "ashfield", DSA)
    with shared.acting("amara") as by:
        agreements.issue(agreement=made, by=by)
    go(shared, made, "dev", upto=Step.CONFIRMED)
    with pytest.raises(Refused, match="still being made"):
        sign(shared, made)


@pytest.mark.parametrize("name", ["", "Dev Okafour", "Okafor", "D\u0435v Okafor"])  # the last with a Cyrillic letter
def test_another_name_is_refused(shared, agreement, name):
    go(shared, agreement, "dev", upto=Step.CONFIRMED)
    with pytest.raises(NameDiffers):
        sign(shared, agreement, typed_name=name)


def test_letter_case_and_spaces_do_not_matter(shared, agreement):
    go(shared, agreement, "dev", upto=Step.CONFIRMED)
    signature = sign(shared, agreement, typed_name=" dev   OKAFOR ")
    assert (signature.name, signature.typed_name) == ("Dev Okafor", "dev OKAFOR")


def test_without_a_second_factor_nothing_is_signed(shared, agreement):
    go(shared, agreement, "dev", upto=Step.CONFIRMED)
    with pytest.raises(Refused, match="security code"):
        sign(shared, agreement, factor=None)


def test_signing_twice_is_refused(shared, agreement):
    go(shared, agreement, "dev")
    with pytest.raises(WrongState):
        sign(shared, agreement)


def test_nobody_signs_for_both_sides(shared, agreement):
    """N3: somebody who is head teacher and signatory signs for the school, and is refused for the police."""
    dev = shared.users["dev"]
    with shared.acting(coordinator_of(shared, "ashfield")) as by:
        memberships.give(
            user=dev, role=Role.SIGNATORY, force=shared.forces["northshire"], starts_on=timezone.localdate(), by=by
        )
    go(shared, agreement, "dev")
    with acting(dev, side="police"), pytest.raises(BothSides):
        signing.open_document(agreement=agreement, party=Party.POLICE, by=dev, trace=TRACE)


def test_a_role_that_ended_yesterday_signs_nothing(shared, agreement):
    """F2: the steps were taken while the role ran; the signature is refused."""
    go(shared, agreement, "dev", upto=Step.CONFIRMED)
    from ssp.access.models import Membership

    with context.entered(context.system(agreement.force_id)):
        Membership.objects.filter(user=shared.users["dev"]).update(ends_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(NotPermitted):
        sign(shared, agreement)


@pytest.mark.parametrize("who", ["amara", "esi", "tom", "gwen", "idris", "maya", "ruth", "ivy"])
def test_only_the_head_teacher_of_the_school_signs_for_it(shared, agreement, who):
    go(shared, agreement, "dev", upto=Step.CONFIRMED)
    with pytest.raises(NotPermitted):
        sign(shared, agreement, who=who)


@pytest.mark.parametrize("who", ["amara", "tom", "dev", "gwen", "dan"])
def test_only_the_signatory_of_the_force_countersigns(shared, agreement, who):
    go(shared, agreement, "dev")
    with pytest.raises(NotPermitted):
        sign(shared, agreement, who=who, party=Party.POLICE)


def test_the_police_do_not_sign_first(shared, agreement):
    with shared.acting("esi") as by, pytest.raises(WrongState):
        signing.open_document(agreement=agreement, party=Party.POLICE, by=by, trace=TRACE)

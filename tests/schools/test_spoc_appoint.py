"""The head appoints a SPOC and a deputy from the leadership team: one of each on a day, with history; R2 holds."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from world import client_of, logged

from schools.models import SpocAppointment
from schools.services import spoc_appointments
from ssp import tasks
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts.models import Invitation, User
from ssp.accounts.services import invitations
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def appoint(world, who="maya", by="dev", school="ashfield", **more):
    facts = {"is_deputy": False, "job_title": "Deputy head", "is_slt_confirmed": True} | more
    with world.acting(by) as head:
        return spoc_appointments.appoint(school=world.schools[school], person=world.users[who], by=head, **facts)


def system(world):
    return context.entered(context.system(world.forces["northshire"].pk))


def in_post(world, *, on=None, is_deputy=False):
    with system(world):
        rows = SpocAppointment.objects.in_post(on=on or today()).filter(school=world.schools["ashfield"])
        return [each.person.name for each in rows.filter(is_deputy=is_deputy).select_related("person")]


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_new_spoc_takes_over_and_the_old_ones_last_day_is_the_day_before(shared):
    made = appoint(shared, starts_on=today() + DAY)
    assert in_post(shared) == ["Gwen Pritchard"]
    assert in_post(shared, on=today() + DAY) == ["Maya Lindqvist"]
    with system(shared):
        gwen = Membership.objects.get(user=shared.users["gwen"], role=Role.SPOC)
        assert gwen.ends_on == today()
        assert Membership.objects.get(pk=made.membership_id).starts_on == today() + DAY
        assert SpocAppointment.objects.filter(school=shared.schools["ashfield"]).count() == 3  # history stays
        told = set(
            Task.objects.filter(payload__template__in=["spoc_appointed", "spoc_ended"]).values_list(
                "payload__to", flat=True
            )
        )
    assert told == {shared.users["maya"].pk, shared.users["gwen"].pk}
    assert logged(shared, "spoc.appointed")[-1]["kind"] == "spoc" and logged(shared, "spoc.ended")


def test_the_deputy_who_becomes_spoc_is_deputy_no_longer(shared):
    appoint(shared, "idris")
    assert in_post(shared) == ["Idris Bello"] and in_post(shared, is_deputy=True) == []


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"is_slt_confirmed": False}, "senior leadership team"),
        ({"job_title": "  "}, "job in the senior leadership team"),
        ({"starts_on": -1}, "cannot be in the past"),
        ({"ends_on": -1}, "last day is before the first"),
        ({"who": "gwen"}, "is SPOC already"),
        ({"who": "sam"}, "holds no role at"),
        ({"who": "ben"}, "holds no role at"),
    ],
)
def test_an_unfit_appointment_is_refused_and_changes_nothing(shared, how, says):
    days = {key: today() + value * DAY for key, value in how.items() if key.endswith("_on")}
    with pytest.raises(Refused, match=says):
        appoint(shared, **how | days)
    assert in_post(shared) == ["Gwen Pritchard"]


@pytest.mark.parametrize(
    ("by", "school"), [("gwen", "ashfield"), ("amara", "ashfield"), ("ruth", "ashfield"), ("tom", "ashfield")]
)
def test_only_the_head_of_the_school_appoints(shared, by, school):
    with pytest.raises(NotPermitted):
        appoint(shared, by=by, school=school)


def test_nobody_is_replaced_on_the_day_they_began(shared):
    appoint(shared, "maya")
    with pytest.raises(Refused, match="Maya Lindqvist is SPOC since today"):
        appoint(shared, "idris")


def test_two_at_once_are_refused_by_the_database_itself(shared):
    with shared.acting("dev") as by, system(shared):
        first = SpocAppointment.objects.get(membership__user=shared.users["gwen"])
        for is_deputy, who, name in ((False, "maya", "spoc_one_at_a_time"), (True, "gwen", "spoc_is_not_the_deputy")):
            role = {"role": Role.SPOC, "force": first.force, "school": first.school}
            made = Membership.objects.create(user=shared.users[who], starts_on=today(), **role)
            with pytest.raises(IntegrityError, match=name if who == "maya" else "spoc_"), transaction.atomic():
                SpocAppointment.objects.create(
                    force=first.force, school=first.school, membership=made, person=shared.users[who], is_deputy=is_deputy,
                    is_slt_confirmed=True, starts_on=today(), appointed_by=by,
                )  # fmt: skip


def test_a_spoc_not_of_the_team_is_refused_by_the_database_itself(shared):
    with system(shared), pytest.raises(IntegrityError, match="leadership_team"), transaction.atomic():
        SpocAppointment.objects.filter(membership__user=shared.users["gwen"]).update(is_slt_confirmed=False)


def test_a_role_ended_on_the_page_of_people_leaves_the_post_free(shared):
    with shared.acting("dev") as by:
        memberships.end(
            membership=Membership.objects.get(user=shared.users["gwen"], role=Role.SPOC), on=today() - DAY, by=by
        )
    assert in_post(shared) == []
    appoint(shared)
    assert in_post(shared) == ["Maya Lindqvist"]
    with system(shared):
        assert SpocAppointment.objects.get(membership__user=shared.users["gwen"]).ends_on == today() - DAY


def test_an_appointment_ends_with_the_role(shared):
    with shared.acting("dev") as by:
        gwen = SpocAppointment.objects.select_related("membership", "school").get(membership__user=shared.users["gwen"])
        with pytest.raises(Refused, match="before the first day"):
            spoc_appointments.end(appointment=gwen, on=gwen.starts_on - DAY, by=by)
        spoc_appointments.end(appointment=gwen, on=today() - DAY, by=by)
        with pytest.raises(WrongState, match="already ended"):
            spoc_appointments.end(appointment=gwen, on=today(), by=by)
    assert in_post(shared) == [] and client_of(shared, "gwen").get("/agreements/").status_code == 403


def invited(world, **more):
    facts = {
        "is_deputy": False,
        "job_title": "Assistant head",
        "is_slt_confirmed": True,
        "email": "new@ashfield.example",
    } | more
    with world.acting("dev") as by:
        return spoc_appointments.invite(school=world.schools["ashfield"], by=by, **facts)


def accepts(world, made, email="new@ashfield.example"):
    with system(world):
        _, token = invitations.fresh_token(invitation_id=made.invitation_id)
    user = User.objects.create_user(email, name="Nell Ward")
    with context.entered(context.Context(user_id=user.pk)):
        invitations.accept(token=token, by=user)
    with system(world):
        task = Task.objects.get(name="spoc.take_up")
    tasks.run(str(task.pk), task.force_id)


def test_an_invited_spoc_takes_over_on_acceptance_and_not_before(shared):
    made = invited(shared)
    assert in_post(shared) == ["Gwen Pritchard"]
    accepts(shared, made)
    assert in_post(shared) == ["Nell Ward"] and in_post(shared, on=today() - DAY) == ["Gwen Pritchard"]
    assert logged(shared, "spoc.invited") and logged(shared, "spoc.taken_up")


def test_an_invited_spoc_begins_the_day_after_whoever_began_today(shared):
    made = invited(shared)
    with shared.acting("dev") as by:
        gwen = SpocAppointment.objects.get(membership__user=shared.users["gwen"])
        spoc_appointments.end(appointment=gwen, on=today() - DAY, by=by)
        direct = spoc_appointments.record(
            membership=memberships.give(
                user=shared.users["maya"], role=Role.SPOC, force=gwen.force, school=gwen.school, starts_on=today(), by=by
            ),
            is_deputy=False, job_title="Deputy head", is_slt_confirmed=True, by=by,
        )  # fmt: skip
    accepts(shared, made)
    assert in_post(shared) == ["Maya Lindqvist"] and in_post(shared, on=today() + DAY) == ["Nell Ward"]
    assert direct.pk


def test_an_appointment_withdraws_the_invitation_that_would_undo_it(shared):
    made = invited(shared)
    appoint(shared)
    with system(shared):
        assert Invitation.objects.get(pk=made.invitation_id).withdrawn_at is not None


def test_an_invitation_is_refused_without_the_confirmation_and_for_a_mailbox(shared):
    with pytest.raises(Refused, match="senior leadership team"):
        invited(shared, is_slt_confirmed=False)
    with pytest.raises(Refused, match="several people read"):
        invited(shared, email="office@ashfield.example")


# Pages ------------------------------------------------------------------------------------------------------------


def test_the_page_appoints_and_says_what_is_wrong_without_losing_anything(shared):
    head, page = client_of(shared, "dev"), f"/schools/{shared.schools['ashfield'].pk}/spoc/appoint/"
    filled = {"kind": "spoc", "person": str(shared.users["maya"].pk), "job_title": "Head of year", "starts_on-day": "x"}
    wrong = text(head.post(page, filled))
    assert "Confirm that this person is a member of the senior leadership team" in wrong
    assert 'value="Head of year"' in head.post(page, filled).content.decode()
    filled = {"kind": "spoc", "person": str(shared.users["maya"].pk), "job_title": "Head of year", "is_slt": "on"}
    assert head.post(page, filled)["Location"].endswith("/spoc/")
    shown = text(head.get(f"/schools/{shared.schools['ashfield'].pk}/spoc/"))
    assert "SPOC: Maya Lindqvist" in shown and "Before Gwen Pritchard" in shown


def test_the_page_invites_and_asks_for_the_address(shared):
    head, page = client_of(shared, "dev"), f"/schools/{shared.schools['ashfield'].pk}/spoc/appoint/"
    filled = {"kind": "deputy", "person": "invite", "job_title": "Head of year", "is_slt": "on"}
    assert "Enter the email address of the person to invite" in text(head.post(page, filled))
    assert head.post(page, filled | {"email": "new@ashfield.example"}).status_code == 302
    assert "new@ashfield.example , invited as Deputy SPOC" in text(head.get(page.removesuffix("appoint/")))


def test_the_form_of_invitations_offers_no_spoc(shared):
    assert 'value="spoc"' not in client_of(shared, "dev").get("/people/invite/").content.decode()

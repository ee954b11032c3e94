"""Are heads and the coordinator reminded of a list of people that was not confirmed in time, and does the link lead there?"""

from datetime import timedelta

import pytest
from django.utils import timezone
from world import client_of

from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.accounts import queries
from ssp.accounts.models import Answer
from ssp.accounts.services import confirmations
from ssp.accounts.services.confirmations import Said
from ssp.notifications import reminders
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DUE = timedelta(days=90)
DAY = timedelta(days=1)


def owed(world, after):
    (kind,) = [each for each in reminders.kinds() if each.name == "contacts.confirm"]
    force = world.forces["northshire"].pk
    with context.entered(context.system(force)):
        return list(kind.source(force, timezone.localdate() + after))


def test_nobody_before_and_everybody_after_the_day(shared):
    assert owed(shared, DUE) == []
    found = owed(shared, DUE + DAY)
    assert {each.since for each in found} == {timezone.localdate() + DUE}
    heads = {each.school_id for each in found if each.role == Role.HEAD_TEACHER}
    assert shared.schools["ashfield"].pk in heads and shared.schools["southmoor-high"].pk not in heads
    assert [each.object_id for each in found if each.role == Role.FORCE_ADMIN] == [shared.forces["northshire"].pk]


def test_it_stops_when_the_head_confirms(shared):
    school, soon = shared.schools["ashfield"], DUE - 5 * DAY
    with context.entered(context.system(school.force_id)):
        Membership.objects.filter(school=school).update(created_at=timezone.now() - 10 * DAY)
    assert school.pk in {each.school_id for each in owed(shared, soon)}
    with shared.acting("dev") as by:
        rows = queries.people_to_confirm(force_id=school.force_id, school_id=school.pk, on=timezone.localdate())
        answers = {row.pk: Said(Answer.HERE) for row in rows}
        confirmations.confirm(force=school.force, school=school, seen=0, answers=answers, by=by)
    assert school.pk not in {each.school_id for each in owed(shared, soon)}


def test_the_link_leads_the_head_to_the_list_and_the_coordinator_to_those_who_are_late(shared):
    (link,) = [each.link for each in owed(shared, DUE + DAY) if each.school_id == shared.schools["ashfield"].pk]
    page = client_of(shared, "dev").get(link)
    assert page.status_code == 200 and "Ashfield Academy" in page.content.decode()
    above = client_of(shared, "amara").get(link, follow=True)
    assert above.redirect_chain == [("/people/confirmations/", 302)] and above.status_code == 200

"""Is the head, and nobody else, reminded to remind the staff; and never a member of staff without the head's press?"""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from schools.addresses import Addressee
from schools.models import StaffNotice, StaffNoticeRecipient
from schools.services import staff_notices
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.models import Task
from ssp.notifications import reminders
from ssp.notifications.services import reminding
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def system(world):
    return context.entered(context.system(world.forces["northshire"].pk))


@pytest.fixture
def notice(shared, monkeypatch):
    monkeypatch.setattr(reminders, "_calendars", [])  # week days alone
    monkeypatch.setattr(reminders, "_kinds", {k.name: k for k in reminders.kinds() if k.name == "staff_notice.remind"})
    with shared.acting("dev") as by:
        return staff_notices.send(
            school=shared.schools["ashfield"], subject="S", text="T", confirm_by=today() + 2 * DAY, press=uuid.uuid4(), by=by,
            others=[Addressee("rosa@ashfield.example")],
        )  # fmt: skip


def owed(world, on):
    (kind,) = reminders.kinds()
    with system(world):
        return list(kind.source(world.forces["northshire"].pk, on))


def told(world, days=30):
    names, found = {user.pk: key for key, user in world.users.items()}, {}
    for number in range(days):
        on = today() + number * DAY
        with system(world):
            reminding.remind(force_id=world.forces["northshire"].pk, on=on)
            for row in Task.objects.filter(name="mail.send", key__startswith=f"mail:reminder:{on.isoformat()}:"):
                found.setdefault(names[row.payload["to"]], []).append(on)
    return found


def test_from_the_day_it_was_due_to_the_last_confirmation(shared, notice):
    due = notice.confirm_by
    assert owed(shared, due) == []
    (found,) = owed(shared, due + DAY)
    assert (found.role, found.since, found.object_id) == (Role.HEAD_TEACHER, due, notice.pk)
    with system(shared):
        StaffNotice.objects.filter(pk=notice.pk).update(reminded_at=timezone.now() + 9 * DAY)
    assert owed(shared, due + 9 * DAY)[0].since == today() + 9 * DAY  # each press begins a new round
    with system(shared):
        StaffNoticeRecipient.objects.filter(notice=notice).update(confirmed_at=timezone.now())
    assert owed(shared, due + DAY) == []


def test_not_when_its_links_ran_out(shared, notice):
    assert owed(shared, notice.expires_on) and not owed(shared, notice.expires_on + DAY)


def test_the_head_alone_is_told_however_often(shared, notice):
    assert {who: len(days) for who, days in told(shared).items()} == {"dev": 4}
    with system(shared):
        assert not Task.objects.filter(
            name="staff_notice.mail"
        ).exists()  # the staff are written to at the head's press


def test_nobody_above_stands_in_for_a_head_who_left(shared, notice):
    with system(shared):
        Membership.objects.filter(user=shared.users["dev"]).update(ends_on=today() - DAY)
    assert told(shared) == {}

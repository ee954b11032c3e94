"""The demo's desk can be told by the services, and shows its readers every state a school's record can be in."""

from collections.abc import Iterator

import pytest
from desk_world import at_the_desk
from django.db import InternalError, connections
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker
from world import client_of, work

from incidents.models import Concern, ConcernTask, Disclosure, Enquiry
from incidents.workflow import ConcernStatus, DisclosureStatus, EnquiryStatus
from officers.demo import desk_story
from officers.demo.world import World
from schools.models import Pupil

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture(scope="module")
def told(covered: World, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The story, told once for this file."""
    with django_db_blocker.unblock():
        desk_story.tell(covered)
        work(covered)
    yield covered


def test_every_state_is_there(told):
    with at_the_desk(told):
        assert set(Concern.objects.values_list("status", flat=True)) == set(ConcernStatus)
        shown = set(Disclosure.objects.values_list("status", flat=True))
        asked = set(Enquiry.objects.values_list("status", flat=True))
    with told.acting("gwen"):
        shown |= set(Disclosure.objects.values_list("status", flat=True))
        asked |= set(Enquiry.objects.values_list("status", flat=True))
        assert shown == set(DisclosureStatus)
        assert asked == set(EnquiryStatus)
        assert Pupil.objects.filter(merged_into__isnull=False).count() == 1
        assert ConcernTask.objects.open().filter(due_on__lt=timezone.localdate()).count() == 1


def test_numbers_follow_the_days_and_nothing_is_told_of_tomorrow(told):
    with told.acting("gwen"):
        for model, at in ((Concern, "reported_at"), (Enquiry, "opened_at"), (Disclosure, "decided_at")):
            told_at = list(model.objects.exclude(number=None).order_by("number").values_list(at, flat=True))
            assert told_at == sorted(told_at) and told_at[-1] <= timezone.now()


def test_what_was_set_back_is_kept_again(told):
    with told.acting("gwen"), pytest.raises(InternalError, match="corrected by an addendum"):
        Concern.objects.update(observed="Otherwise.")
    with connections["owner"].cursor() as cursor:
        cursor.execute("select relforcerowsecurity from pg_class where relname = 'incidents_concern'")
        assert cursor.fetchone() == (True,)


def test_the_desk_lists_what_waits(told):
    page = client_of(told, "gwen").get("/desk/").content.decode()
    for words in ("Waiting 40 minutes", "CCTV at the Mill Lane gate", "Maya Lindqvist was asked and has not replied yet.",
                  "Confirm that disclosure", "Give the reason of urgent disclosure", "task on C-"):  # fmt: skip
        assert words in page, words
    assert "Varga" not in page

"""The demo's officers' day can be told by the services, and shows every state."""

import pytest

from officers.demo import day_story
from officers.models import Activity, ActivityRequest, PlanItem, RoleRefusal
from officers.workflow import RequestStatus

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def test_every_state_of_a_request_is_there_and_a_plan_with_something_called_off(here):
    day_story.tell(here)
    with here.acting("tom"):
        assert set(ActivityRequest.objects.values_list("status", flat=True)) == set(RequestStatus)
        assert PlanItem.objects.exclude(cancelled_at=None).count() == 1 and PlanItem.objects.count() == 3
        assert Activity.objects.count() == len(day_story.DONE) + 2 and RoleRefusal.objects.count() == 3

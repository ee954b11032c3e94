"""Is the other side told of what one side did? Neither sees the other's people; the service tells them all the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sealing_place import COORDINATOR, HEAD, SIGNATORY, Place, opened, untold

from partnerships.models import Agreement, Party
from partnerships.services import agreements
from ssp.models import Task

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with opened(tmp_path) as place, untold():
        yield place


def told(place: Place, template: str) -> set[str]:
    """The keys of the people a mail waits for."""
    with place.system():
        ids = Task.objects.filter(payload__template=template).values_list("payload__to", flat=True)
        return {key for key, user in place.world.users.items() if user.pk in set(ids)}


def test_each_act_of_one_side_is_told_to_the_other(place):
    first, second = place.issue(2)
    for pk in (first, second):
        place.give_body(pk)
    assert told(place, "agreement_issued") == {HEAD}
    place.sign(first, Party.SCHOOL)
    assert told(place, "agreement_signed") == {SIGNATORY}
    with place.world.acting(HEAD) as by:
        agreement = Agreement.objects.get(pk=second)
        agreements.decline(agreement=agreement, fingerprint=agreement.fingerprint, clause="", reason="Too long.", by=by)
    assert told(place, "agreement_declined") == {HEAD, COORDINATOR}

"""Is a round sent, signed and sealed whole by real workers, whatever dies in the middle of it?"""

import os
import time
from collections import Counter

import crash
from rounds import fresh, items, ready, send
from sealing_place import Place, assert_whole

from officers.demo.world import PROTOCOL
from partnerships.models import Agreement, IssueRound, Party
from schools.models import School
from ssp.audit.models import AuditEvent

LONG = os.environ.get("SSP_TEST_LONG") == "1"
FEED = ("claimed", "enqueued", "committed", "fed", "handled", "settled")
ISSUE = ("claimed", "drafted", "enqueued", "settling", "committed", "handled", "settled")
BOUNDARIES = (*(f"{p}@issue_round.feed" for p in FEED), *(f"{p}@issue_round.issue" for p in ISSUE))


def begun(place: Place, number: int) -> IssueRound:
    """A round to so many new schools, ready to be sent."""
    with place.system():
        before = set(School.objects.values_list("pk", flat=True))
    place.add_schools(number)
    with place.system():
        ids = sorted(set(School.objects.values_list("pk", flat=True)) - before)
    return ready(place.world, ids, kinds=(PROTOCOL,))


def sent_and_sealed(place: Place, made: IssueRound, number: int) -> None:
    """Every school has one agreement, drafted, issued, told, signed and sealed once."""
    rows = list(items(made).values())
    assert Counter(each.state for each in rows) == {"sent": number}
    place.made = [each.agreement_id for each in rows]
    with place.system():
        found = Agreement.objects.filter(school_id__in=[each.school_id for each in rows])
        assert found.count() == number and set(found.values_list("issued_by", flat=True)) == {
            place.world.users["amara"].pk
        }
        for event in ("agreement.drafted", "agreement.issued"):
            logged = AuditEvent.objects.filter(event=event, object_id__in=place.made)
            assert logged.count() == number, event
    for pk in place.made:
        place.sign(pk, Party.SCHOOL)
        place.sign(pk, Party.POLICE)
    crash.run_until_done(place.site, place.all_done, limit=120 + number * 15)
    assert_whole(place)


def test_two_workers_send_and_seal_a_round(place, record_property):
    number = 60 if LONG else 4
    made = begun(place, number)
    place.start(workers=1)
    began = time.monotonic()
    send(place.world, made)
    crash.run_until_done(place.site, place.all_done, limit=120 + number * 15)
    record_property("sent_in_seconds", round(time.monotonic() - began))
    sent_and_sealed(place, made, number)


def test_workers_killed_at_every_boundary_of_a_round(place, tmp_path):
    """kill -9 at each step of feeding and of issuing: nothing lost, nothing doubled."""
    made = begun(place, number := 3)
    place.start(SSP_FAILPOINT=",".join(BOUNDARIES), SSP_FAILPOINT_ONCE=str(tmp_path))
    send(place.world, made)
    crash.run_until_done(place.site, place.all_done, limit=400)
    assert {each for each in BOUNDARIES if (tmp_path / each).exists()} == set(BOUNDARIES)
    assert fresh(made).status == "sent"
    sent_and_sealed(place, made, number)


def test_workers_killed_at_random_moments_of_a_round(place, record_property):
    number, kills = (60, 60) if LONG else (4, 3)
    made = begun(place, number)
    place.start()
    send(place.world, made)
    killed = crash.run_until_done(place.site, place.all_done, kill=crash.kill_either, kills=kills, limit=400)
    record_property("kills", killed)
    assert killed > 0
    sent_and_sealed(place, made, number)

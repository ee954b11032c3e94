"""What if an agreement cannot be sealed? It is never in force, both sides can read why, and it is sealed once the cause is gone."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import override_settings
from django.utils import timezone
from sealing_place import COORDINATOR, HEAD, Place, assert_whole, untold

from partnerships.models import Agreement
from partnerships.queries import SealProgress, seal_progress
from partnerships.services import sealing
from partnerships.workflow import AgreementStatus
from ssp import tasks
from ssp.documents import storage
from ssp.models import Task, TaskState
from ssp.refusals import NotPermitted, WrongState

NOWHERE = "http://127.0.0.1:1/"


@pytest.fixture(autouse=True)
def _one_process() -> Iterator[None]:
    """Work is run here, not by workers: what is looked at is what a failure leaves behind."""
    with untold():
        yield


def work(place: Place) -> None:
    """Run what waits, and what waits for its next try."""
    for _ in range(5):
        with place.system():
            Task.objects.filter(state=TaskState.QUEUED).update(run_after=timezone.now(), told_at=None)
        tasks.drain()


def task_of(place: Place, pk: int) -> Task:
    with place.system():
        return Task.objects.get(key=f"agreement:{pk}:seal")


def shown(place: Place, pk: int) -> tuple[str, SealProgress]:
    with place.system():
        agreement = Agreement.objects.get(pk=pk)
        assert agreement.sealed_id is None
        return agreement.status, seal_progress(agreement)


def retry(place: Place, pk: int, who: str = COORDINATOR) -> None:
    with place.world.acting(who) as by:
        sealing.retry(agreement=Agreement.objects.get(pk=pk), by=by)


@contextmanager
def changed_body(place: Place, pk: int, *, is_missing: bool = False) -> Iterator[None]:
    """The kept PDF of an agreement is damaged or gone for a while."""
    with place.system():
        path = place.media / storage.key(Agreement.objects.get(pk=pk).body_sha256)
    before = path.read_bytes()
    if is_missing:
        path.unlink()
    else:
        path.write_bytes(before.replace(b"/Title", b"/Totle", 1))
    try:
        yield
    finally:
        path.write_bytes(before)


def assert_waits_for_a_person(place: Place, pk: int, why: str) -> None:
    status, progress = shown(place, pk)
    assert (status, progress.is_failed) == (AgreementStatus.COUNTERSIGNED, True)
    assert why in task_of(place, pk).last_error
    with place.system():
        assert Task.objects.filter(key__startswith=f"mail:agreement_seal_failed:{pk}:").count() == 1


def assert_sealed_after_retry(place: Place, pk: int) -> None:
    retry(place, pk)
    work(place)
    assert_whole(place, [pk], failures=1)
    with pytest.raises(WrongState):
        retry(place, pk)


def test_a_damaged_body_is_parked_at_once_and_sealed_when_restored(place):
    (pk,) = place.countersign(1)
    with changed_body(place, pk):
        tasks.drain()
        assert_waits_for_a_person(place, pk, "not the one that was signed")
        assert task_of(place, pk).attempts == 1
    assert_sealed_after_retry(place, pk)


def test_a_missing_body_is_tried_again_before_a_person_is_asked(place):
    (pk,) = place.countersign(1)
    with changed_body(place, pk, is_missing=True):
        tasks.drain()
        status, progress = shown(place, pk)
        assert (status, progress.is_failed) == (AgreementStatus.COUNTERSIGNED, False)
        assert progress.tries_again_at > timezone.now()
        work(place)
        assert_waits_for_a_person(place, pk, "StoredFileMissing")
    assert_sealed_after_retry(place, pk)


def test_a_missing_sealing_key_is_parked_and_sealed_when_it_is_there(place):
    (pk,) = place.countersign(1)
    with override_settings(SEAL_KEY="", SEAL_FORCES={}):
        work(place)
        assert_waits_for_a_person(place, pk, "SealKeyMissing")
    assert_sealed_after_retry(place, pk)


def test_a_time_stamp_authority_that_is_away_is_waited_for_and_no_failure(place):
    (pk,) = place.countersign(1)
    with override_settings(TSA_URL=NOWHERE):
        work(place)
        status, progress = shown(place, pk)
        assert (status, progress.is_failed) == (AgreementStatus.COUNTERSIGNED, False)
        assert progress.tries_again_at > timezone.now()
        assert (task_of(place, pk).failures, task_of(place, pk).state) == (0, TaskState.QUEUED)
    work(place)
    assert_whole(place, [pk])


def test_a_failed_seal_is_taken_up_again_only_by_those_who_may(place):
    (pk,) = place.countersign(1)
    with changed_body(place, pk):
        tasks.drain()
    with pytest.raises(NotPermitted):
        retry(place, pk, "tom")
    assert task_of(place, pk).state == TaskState.PARKED
    retry(place, pk, HEAD)
    work(place)
    assert_whole(place, [pk], failures=1)

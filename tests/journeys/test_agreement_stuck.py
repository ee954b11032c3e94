"""Given no time-stamp authority, when both have signed, then the page says what happens next, and a person can try again."""

from datetime import timedelta

import crash
from acts import LIMIT, comes_in, fresh, reads_and_signs, sent
from django.utils import timezone
from playwright.sync_api import expect

from officers.demo.world import sign
from partnerships.models import Party
from partnerships.services.sealing import seal_key
from ssp.documents.demo import demo_seals
from ssp.models import Task, TaskState
from ssp.tenancy import context


def seal_task(agreement, **changes):
    """The task as it is; ``changes`` move its times, so that nobody waits for a minute or a day."""
    with context.entered(context.system(agreement.force_id)):
        if changes:
            Task.objects.filter(key=seal_key(agreement)).update(**changes)
        return Task.objects.get(key=seal_key(agreement))


def when_both_have_signed(page, world):
    agreement = sent(world, "ashfield")
    sign(world, agreement, Party.SCHOOL, "dev")
    comes_in(page, world.users["esi"])
    reads_and_signs(page, agreement, world.users["esi"], party=Party.POLICE)
    expect(page.get_by_text("it is tried again at")).to_be_visible(timeout=LIMIT)
    assert fresh(agreement).status == "countersigned"
    return agreement


def test_it_is_tried_again_by_itself(page, world, worker, seal_folder):
    agreement = when_both_have_signed(page, world)
    worker.site.start(workers=1, clock=True, **worker.site.environment)  # what sweeps up tasks that have become due
    with demo_seals(seal_folder):
        seal_task(agreement, run_after=timezone.now())
        expect(page.get_by_role("button", name="Download the sealed PDF")).to_be_visible(timeout=LIMIT)
    assert fresh(agreement).status == "in_force"


def test_parked_it_waits_for_a_person_who_tries_again(new_page, world, worker, seal_folder):
    page = new_page()
    agreement = when_both_have_signed(page, world)
    a_day_ago = timezone.now() - timedelta(days=1, minutes=1)
    task = seal_task(agreement, run_after=timezone.now(), created_at=a_day_ago)
    worker.tell(task)
    crash.wait_for(lambda: seal_task(agreement).state == TaskState.PARKED)
    expect(page.get_by_text("sealing failed")).to_be_visible(timeout=LIMIT)
    expect(page.get_by_text("Nobody needs to sign again")).to_be_visible()
    assert worker.letter("amara@northshire.police.example", "seal")
    coordinator = comes_in(new_page(), world.users["amara"])
    coordinator.goto("/")
    coordinator.get_by_role("link", name="Try again to seal the").click()
    with demo_seals(seal_folder):
        coordinator.get_by_role("button", name="Try again now").click()
        expect(coordinator.get_by_text("It is tried again now.")).to_be_visible()
        expect(coordinator.get_by_role("button", name="Download the sealed PDF")).to_be_visible(timeout=LIMIT)
    assert fresh(agreement).status == "in_force"

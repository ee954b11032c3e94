"""Given an officer on a phone and a nine-year-old who cannot be a suspect, when the incident is recorded and a restorative
conference held, then the agreement waits to be followed up; and the sergeant reviews a power used."""

import uuid
from datetime import timedelta
from typing import Any

from acts import comes_in, fills, look
from conftest import PHONE
from django.utils import timezone
from playwright.sync_api import Page, expect

from incidents.models import Answer, PowerKind, PowerUse
from incidents.models.powers import GATES
from incidents.services import powers
from incidents.services.people import Described
from incidents.services.powers import Said, Use
from officers.demo.world import World
from ssp.access.roles import Role
from ssp.access.services import memberships


def test_an_officer_records_an_incident_and_a_restorative_conference(
    new_page: Any, phone: Page, world: World, is_accessible: Any
) -> None:
    given_ben_is_posted(world)
    ben = comes_in(phone, world.users["ben"])
    ben.goto("/incidents/")
    look(ben, is_accessible, "incident_list_empty")
    ben.set_viewport_size(PHONE)  # type: ignore[arg-type]
    when_he_records_what_happened(ben, is_accessible)
    when_the_child_under_ten_is_a_child_of_concern(ben, is_accessible)
    when_both_sides_meet_and_agree(ben, is_accessible)
    ben.goto("/")
    expect(
        ben.get_by_role("link", name="Follow up the restorative conference on I-0001, Ashfield Academy")
    ).to_be_visible()
    look(ben, is_accessible, "home_officer")
    for page in ("incidents", "conferences", "referrals", "powers", "morning-notices"):
        ben.goto(f"/{page}/")
        look(ben, is_accessible, f"list_{page}")
    then_the_sergeant_reviews_a_power(comes_in(new_page(), world.users["tom"]), world, is_accessible)


def given_ben_is_posted(world: World) -> None:
    school = world.schools["ashfield"]
    with world.acting("tom") as by:
        memberships.give(
            user=world.users["ben"], role=Role.OFFICER, force=school.force, school=school,
            starts_on=timezone.localdate() - timedelta(30), ends_on=None, by=by,
        )  # fmt: skip


def when_he_records_what_happened(ben: Page, is_accessible: Any) -> None:
    ben.get_by_role("button", name="Record an incident").click()
    look(ben, is_accessible, "incident_new")
    ben.set_viewport_size(PHONE)  # type: ignore[arg-type]
    ben.get_by_label("Something else").check()
    ben.get_by_label("Say what it was, in a few words").fill("Damage to a bicycle")
    ben.get_by_label("What happened?").fill("Jamie let down the tyres of Ada’s bicycle. Both told me so.")
    ben.get_by_label("At what time?").fill("0005")
    ben.get_by_label("Where?", exact=True).select_option(label="Elsewhere in school")
    person(ben, 1, "Ada Quill", "Victim", "11")
    ben.get_by_role("button", name="Add another person").click()
    expect(ben.get_by_role("heading", name="Person 2")).to_be_visible()
    person(ben, 2, "Jamie Vale", "Suspect", "9")
    ben.get_by_role("button", name="Record the incident").click()
    expect(ben.get_by_text("A child under 10 cannot be a suspect (R11).").first).to_be_visible()
    look(ben, is_accessible, "incident_under_ten")
    ben.set_viewport_size(PHONE)  # type: ignore[arg-type]


def person(page: Page, number: int, name: str, role: str, age: str) -> None:
    card = page.locator(".ssp-card").nth(number - 1)
    card.get_by_label("Name", exact=True).fill(name)
    card.get_by_label("What are they in this incident?").select_option(label=role)
    card.get_by_label("Who are they to the school?").select_option(label="Pupil of this school")
    card.get_by_label("Age, where the date of birth is not known").fill(age)


def when_the_child_under_ten_is_a_child_of_concern(ben: Page, is_accessible: Any) -> None:
    card = ben.locator(".ssp-card").nth(1)
    expect(card.get_by_label("Name", exact=True)).to_have_value("Jamie Vale")
    card.get_by_label("What are they in this incident?").select_option(label="Child of concern")
    ben.get_by_role("button", name="Record the incident").click()
    expect(ben.get_by_text("Recorded as I-0001.")).to_be_visible()
    expect(ben.get_by_text("child of concern")).to_be_visible()
    look(ben, is_accessible, "incident_view")
    ben.set_viewport_size(PHONE)  # type: ignore[arg-type]


def when_both_sides_meet_and_agree(ben: Page, is_accessible: Any) -> None:
    ben.get_by_role("link", name="Plan a restorative conference").click()
    look(ben, is_accessible, "restorative_new")
    ben.get_by_label("It is a minor matter").check()
    ben.get_by_label("Who was harmed?").select_option(label="Ada Quill (victim)")
    ben.get_by_label("Who is responsible?").select_option(label="Jamie Vale (child of concern)")
    ben.get_by_role("button", name="Plan it").click()
    expect(ben.get_by_text("Nobody is talked into admitting it").first).to_be_visible()
    ben.get_by_label("Whoever is responsible admits it").check()
    ben.get_by_role("button", name="Plan it").click()
    ben.get_by_role("button", name="Record what was agreed").click()
    look(ben, is_accessible, "restorative_hold")
    ben.get_by_label("Whoever was harmed takes part").check()
    ben.get_by_label("Whoever is responsible takes part").check()
    ben.get_by_label("Who led it?").fill("Kim Loder")
    ben.get_by_label("I confirm that they are trained").check()
    ben.get_by_label("What was agreed?").fill("Jamie pumps up the tyres and says sorry.")
    fills(ben, "When is it followed up?", timezone.localdate() + timedelta(days=2))
    ben.get_by_role("button", name="Record it").click()
    expect(ben.get_by_text("Held, to be followed up")).to_be_visible()
    look(ben, is_accessible, "restorative_view")


def then_the_sergeant_reviews_a_power(tom: Page, world: World, is_accessible: Any) -> None:
    used(world)
    tom.goto("/")
    look(tom, is_accessible, "home_sergeant")
    tom.get_by_role("link", name="Review the use of a police power").click()
    look(tom, is_accessible, "power_list")
    tom.get_by_role("link", name="Arrest, Ashfield Academy").click()
    look(tom, is_accessible, "power_view")
    tom.get_by_role("button", name="Review it").click()
    tom.get_by_label("Something to learn from").check()
    tom.get_by_label("Why?").fill("Ask the head before, not after.")
    look(tom, is_accessible, "power_review")
    tom.get_by_role("button", name="Record the review").click()
    expect(tom.get_by_text("Nothing waits for review.")).to_be_visible()


def used(world: World) -> PowerUse:
    """Ben arrested somebody, and the head was told afterwards."""
    kind = PowerKind.ARREST
    gates = {gate: Said(Answer.YES, "As it should be.") for gate in GATES[kind]}
    gates[GATES[kind][0]] = Said(Answer.NO, "The head was away; told at noon.")
    now = timezone.localtime()
    use = Use(
        kind, now.date(), now.time(), "At the gate", "A knife was drawn.", "Taken to custody.",
        legal_power="Police and Criminal Evidence Act 1984, section 24", why_then="Somebody was about to be hurt.",
    )  # fmt: skip
    with world.acting("ben") as by:
        return powers.record(
            school=world.schools["ashfield"], use=use, who=Described(name="Sol Brook", age=15), gates=gates,
            incident=None, press=uuid.uuid4(), by=by,
        )  # fmt: skip

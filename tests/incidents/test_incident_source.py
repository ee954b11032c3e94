"""An incident names what the school disclosed and it was recorded from; the police alone see the link (N2)."""

import uuid

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from police_places import child, happening, posted, record, station
from test_incident_pages import typed
from world import client_of, logged

from incidents.extracts import Typed
from incidents.models import Disclosure, Incident, IncidentSource
from incidents.services import disclosures, incidents
from officers.demo.world import World
from ssp.refusals import Refused

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def here(shared: World) -> World:
    return posted(shared)


def gives(world: World, by: str = "gwen", to: str = "officer", school: str = "ashfield", **about: str) -> Disclosure:
    """One side gives the other something at once."""
    said = Typed(recipient_kind=to, facts="He waits at the gate.", **about)
    with world.acting(by) as user:
        return disclosures.send_urgently(school=world.schools[school], typed=said, press=uuid.uuid4(), by=user)


def from_what(world: World, source: Disclosure, by: str = "ben") -> Incident:
    with world.acting(by) as user:
        return incidents.record(
            school=world.schools["ashfield"], happening=happening(), people=[child()], press=uuid.uuid4(), by=user,
            source=source,
        )  # fmt: skip


def test_an_incident_is_recorded_from_a_disclosure_and_each_shows_the_other(here):
    given, ben = gives(here), client_of(here, "ben")
    about = reverse("disclosure-view", args=[given.pk])
    new = f"{reverse('incident-new', args=[given.school_id])}?disclosure={given.pk}"
    assert new in ben.get(about).content.decode()
    form = ben.get(new)
    assert "He waits at the gate." in form.content.decode()
    assert len(logged(here, "disclosure.viewed")) == 2
    made = ben.post(new, typed())
    shown = ben.get(made["Location"]).content.decode()
    assert about in shown and "D-0001" in shown
    assert "I-0001" in ben.get(about).content.decode()
    assert ben.get(f"{new}{given.pk}9").status_code == 404


def test_the_school_never_hears_that_an_incident_came_of_it(here):
    given = gives(here)
    from_what(here, given)
    page = client_of(here, "gwen").get(reverse("disclosure-view", args=[given.pk])).content.decode()
    assert "I-0001" not in page and "Recorded by the police" not in page
    with here.acting("gwen"):
        assert not IncidentSource.objects.exists()


def test_what_came_of_it_goes_back_to_the_school_and_stands_on_the_incident(here):
    incident, ben = record(here, child()), client_of(here, "ben")
    page = reverse("incident-view", args=[incident.pk])
    tell = f"{reverse('disclosure-new', args=[incident.school_id])}?incident={incident.pk}"
    assert tell in ben.get(page).content.decode()
    told = gives(here, "ben", "spoc", source=incident.pk)
    assert reverse("disclosure-view", args=[told.pk]) in ben.get(page).content.decode()


def test_only_what_its_own_school_gave_and_has_not_recalled_is_a_source(here):
    with pytest.raises(Refused, match="its own school"):
        from_what(here, gives(here, "ben", "spoc"))
    with pytest.raises(Refused, match="its own school"):
        from_what(here, gives(here, "sam", school="birchwood"))
    given = gives(here)
    with here.acting("gwen") as by:
        disclosures.recall(disclosure=given, reason="It was another boy.", by=by)
    with pytest.raises(Refused, match="recalled"):
        from_what(here, given)
    assert logged(here, "incident.recorded") == []


def test_the_database_refuses_what_the_police_gave_as_a_source(here):
    incident, own = record(here, child()), gives(here, "ben", "spoc")
    with station(here), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        IncidentSource.objects.create(
            force_id=incident.force_id, school_id=incident.school_id, incident=incident, disclosure=own,
            linked_by=here.users["ben"],
        )  # fmt: skip


def test_an_incident_is_not_offered_to_be_closed_before_its_referral_is_done_with(here):
    from test_conference_hold import prepared

    referral = prepared(here)
    page = client_of(here, "ben").get(reverse("incident-view", args=[referral.incident_id])).content.decode()
    assert reverse("incident-close", args=[referral.incident_id]) not in page

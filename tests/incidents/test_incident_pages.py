"""The pages of the police's records: what is typed is kept, what is wrong is said, what is read is logged (N7, N10)."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from police_places import child, gates, posted, record, record_power, station, today, two
from test_incident_decide import decide
from world import client_of, logged

from incidents.fields import clock_of
from incidents.models import Incident, Outcome, PowerKind, PowerUse
from ssp.accounts.models import Draft

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
HOSTILE = ["<script>alert(1)</script>", "' OR 1=1 --", "\u202egnp.exe", "{{ 7*7 }}", "=cmd|' /C calc'!A0", "𝕏" * 50]


@pytest.fixture
def here(shared):
    return posted(shared)


@pytest.fixture
def ben(here):
    return client_of(here, "ben")


def new(world):
    return reverse("incident-new", args=[world.schools["ashfield"].pk])


def dates(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def typed(**more):
    person = {"name": "Jamie Vale", "role": "alleged", "kind": "pupil", "age": "13"}
    return {
        "press": str(uuid.uuid4()), "kind": "drugs", "what_happened": "A bag was found.", "place": "site",
        **dates("happened_on", today()), "people-TOTAL_FORMS": "1", "people-INITIAL_FORMS": "0",
        **{f"people-0-{key}": value for key, value in person.items()},
    } | more  # fmt: skip


def test_an_incident_is_recorded_on_one_page_and_its_page_is_logged(here, ben):
    done = ben.post(new(here), typed())
    assert done.status_code == 302
    page = ben.get(done["Location"])
    shown = page.content.decode()
    assert "Jamie Vale" in shown and "13 on the day" in shown and "Hide this page now" in shown
    assert "Jamie" not in shown.split("<title>")[1].split("</title>")[0]
    assert len(logged(here, "incident.viewed")) == 1
    listed = ben.get(reverse("incident-list")).content.decode()
    assert "I-0001" in listed and "Jamie" not in listed
    export = ben.get(reverse("incident-export")).content.decode()
    assert "I-0001" in export and "Jamie" not in export and "bag" not in export
    assert len(logged(here, "incident.exported")) == 1


def test_a_nine_year_old_suspect_is_refused_and_everything_typed_is_kept(here, ben):
    page = ben.post(new(here), typed(**{"people-0-age": "9", "place_detail": "By the pond"}))
    shown = page.content.decode()
    assert page.status_code == 200 and "under 10 cannot be a suspect" in shown and "child of concern" in shown
    assert "By the pond" in shown and "Jamie Vale" in shown and "A bag was found." in shown
    assert ben.post(new(here), typed(**{"people-0-age": "9", "people-0-role": "concern"})).status_code == 302


def test_another_person_is_asked_for_without_a_script_and_nothing_is_lost(here, ben):
    page = ben.post(new(here), typed(more="1", what_happened="Half a sent"))
    shown = page.content.decode()
    assert "Person 2" in shown and "Jamie Vale" in shown and "Half a sent" in shown
    assert "There is a problem" not in shown
    with station(here):
        assert Incident.objects.count() == 0


def test_what_is_typed_is_kept_on_the_server_and_forgotten_once_sent(here, ben):
    draft = reverse("incident-draft", args=[here.schools["ashfield"].pk])
    assert ben.post(draft, typed(what_happened="Half a sentence")).status_code == 204
    shown = ben.get(new(here)).content.decode()
    assert "Half a sentence" in shown and "Jamie Vale" in shown and "There is a problem" not in shown
    assert ben.post(new(here), typed()).status_code == 302
    assert not Draft.objects.filter(user=here.users["ben"]).exists()
    assert "Half a sentence" not in ben.get(new(here)).content.decode()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_words(here, ben, hostile):
    fields = {
        "what_happened": hostile,
        "place_detail": hostile,
        "people-0-name": hostile,
        "force_reference": hostile[:40],
    }
    shown = ben.post(new(here), typed(kind="other", kind_words=hostile[:60], **fields), follow=True)
    assert shown.status_code == 200 and "<script>alert" not in shown.content.decode()
    assert ben.get(reverse("incident-export")).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"press": "no"}, {"kind": "own:999999999999999999999"}, {"kind": "own"}, {"happened_on-year": "20000"},
        {"what_happened": "x" * 6001}, {"what_happened": "nul\x00"}, {"happened_at_time": "25:99"}, {"place": "moon"},
        {"people-0-age": "-1"}, {"people-0-age": "9" * 30}, {"people-TOTAL_FORMS": "99999"}, {"people-TOTAL_FORMS": "x"},
        {"people-0-role": "guilty"}, {"kind": "indecent_images"}, {"kind": "other"},
        {"happened_on-day": "31", "happened_on-month": "2"},
    ],
)  # fmt: skip
def test_wrong_input_is_said_and_kept_and_nothing_is_recorded(here, ben, wrong):
    page = ben.post(new(here), typed(**wrong))
    assert page.status_code == 200 and "There is a problem" in page.content.decode()
    with station(here):
        assert Incident.objects.count() == 0


def test_an_incident_may_have_nobody_to_name(here, ben):
    nobody = {f"people-0-{name}": "" for name in ("name", "role", "kind", "age")}
    assert ben.post(new(here), typed(**nobody)).status_code == 302
    half = ben.post(new(here), typed(**nobody | {"people-0-role": "victim"}))
    assert half.status_code == 200 and "Enter name" in half.content.decode()


@pytest.mark.parametrize("more", ["99999999999999999999", "x", "-3", ""])
def test_asking_for_more_people_than_there_can_be_breaks_nothing(here, ben, more):
    assert ben.post(new(here), typed(more="1") | {"people-TOTAL_FORMS": more}).status_code == 200


def test_the_outcome_page_says_no_in_the_fields_words_and_keeps_what_was_typed(here, ben):
    incident = record(here, child())
    url = reverse("incident-decide", args=[incident.pk])
    form = {"press": str(uuid.uuid4()), "is_serious": "no", "school_deals": "yes", "victim_wish": "school",
            "outcome": "crime", "crime_reference": "NS/77", "why": "My reasons"}  # fmt: skip
    shown = ben.post(url, form).content.decode()
    assert "(R9)" in shown and "NS/77" in shown and "My reasons" in shown
    assert ben.post(url, form | {"outcome": "school_discipline"}).status_code == 302
    assert ben.get(reverse("incident-close", args=[incident.pk])).status_code == 200
    assert ben.post(reverse("incident-close", args=[incident.pk]), {"words": "Settled."}).status_code == 302
    assert ben.get(url).status_code == 409


def test_people_are_added_and_struck_and_words_added_on_pages_of_their_own(here, ben):
    incident = record(here, child())
    page = reverse("incident-person-new", args=[incident.pk])
    assert "under 10" in ben.post(page, {"name": "A", "role": "alleged", "kind": "pupil", "age": "9"}).content.decode()
    assert ben.post(page, {"name": "Zed", "role": "witness", "kind": "pupil"}).status_code == 302
    with station(here):
        person = incident.people.get(name="Zed")
    assert ben.post(reverse("incident-person-strike", args=[person.pk]), {"why": "Not there."}).status_code == 302
    more = {"press": str(uuid.uuid4()), "text": "It was chalk."}
    assert ben.post(reverse("incident-add", args=[incident.pk]), more).status_code == 302
    shown = ben.get(reverse("incident-view", args=[incident.pk])).content.decode()
    assert "It was chalk." in shown and "<s class" in shown and "Not there." in shown


def test_a_power_is_asked_for_by_its_kind_and_reviewed_by_the_sergeant(here, ben):
    incident, school = record(here, child()), here.schools["ashfield"]
    url = reverse("power-new", args=[school.pk]) + f"?incident={incident.pk}"
    assert "Which power was used?" in ben.get(url).content.decode()
    arrest = f"{url}&kind=arrest"
    shown = ben.get(arrest).content.decode()
    assert (
        "Did the head teacher agree?" in shown
        and "appropriate adult" in shown
        and "member of school staff" not in shown
    )
    form = {
        "press": str(uuid.uuid4()), **dates("used_on", today()), "used_at_time": "0001", "place_detail": "Gate",
        "grounds": "A knife was seen.", "legal_power": "PACE s.24", "why_then": "It was there.", "result": "Taken.",
        "name": "Sol Brook", "age": "15",
    }  # fmt: skip
    for gate in gates(PowerKind.ARREST):
        form |= {gate.value: "no", f"{gate.value}_words": ""}
    shown = ben.post(arrest, form).content.decode()
    assert "or say why not" in shown and "A knife was seen." in shown
    for gate in gates(PowerKind.ARREST):
        form |= {f"{gate.value}_words": "Nobody could be reached."}
    done = ben.post(arrest, form)
    assert done.status_code == 302
    tom = client_of(here, "tom")
    home = tom.get("/").content.decode()
    assert "Review the use of a police power" in home and "Sol" not in home
    assert "Something that should come first was missing" in tom.get(reverse("power-list")).content.decode()
    assert "Sol Brook" in tom.get(done["Location"]).content.decode()
    with station(here):
        power = PowerUse.objects.get()
    assert power.incident_id == incident.pk and power.has_exception
    review = reverse("power-review", args=[power.pk])
    assert ben.get(review).status_code == 403
    assert tom.post(review, {"finding": "taken_further", "words": "See me."}).status_code == 302
    assert "See me." in ben.get(done["Location"]).content.decode()
    assert "Review the use" not in tom.get("/").content.decode()


def test_a_sergeant_is_told_on_the_page_that_another_one_reviews_their_own(here):
    power = record_power(here, by="tom")
    tom = client_of(here, "tom")
    shown = tom.get(reverse("power-view", args=[power.pk])).content.decode()
    assert "another sergeant reviews it" in shown and "Review it" not in shown
    refused = tom.post(reverse("power-review", args=[power.pk]), {"finding": "in_order", "words": "Fine."})
    assert refused.status_code == 200 and "(N3)" in refused.content.decode()
    assert "Review the use" not in tom.get("/").content.decode()


@pytest.mark.parametrize("number", ["x", "-1", "9" * 40, "0"])
def test_an_incident_that_is_none_is_left_out(here, ben, number):
    assert ben.get(reverse("power-new", args=[here.schools["ashfield"].pk]), {"incident": number}).status_code == 200


def test_what_is_due_stands_on_the_officers_home_page_without_a_name(here, ben, monkeypatch):
    incident, harmed, responsible = two(here)
    plan = reverse("restorative-new", args=[incident.pk])
    form = {"press": str(uuid.uuid4()), "is_minor": "on", "is_admitted": "on", "harmed": harmed.pk,
            "responsible": responsible.pk, **dates("meets_on", today())}  # fmt: skip
    assert ben.post(plan, form).status_code == 302
    home = ben.get("/").content.decode()
    assert f"Record the restorative conference on {incident.reference}" in home and "Sol Brook" not in home
    later = timezone.now() + timedelta(days=4)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with here.acting("ben") as by:
        from incidents import police_worklist, waiting

        titles = [item.title for item in waiting.of(police_worklist.of_officers(by))]
    assert f"Decide the outcome of incident {incident.reference}, Ashfield Academy" in titles
    decide(here, incident, Outcome.RESTORATIVE)
    with here.acting("ben") as by:
        titles = [item.title for item in waiting.of(police_worklist.of_officers(by))]
    assert not any(title.startswith("Decide") for title in titles)


@pytest.mark.parametrize("wrong", [{"harmed": "9" * 40}, {"harmed": "x"}, {"harmed": ""}, {"is_minor": ""}])
def test_a_restorative_conference_with_wrong_input_is_refused_in_words(here, ben, wrong):
    incident, harmed, responsible = two(here)
    form = {"press": str(uuid.uuid4()), "is_minor": "on", "is_admitted": "on", "harmed": harmed.pk,
            "responsible": responsible.pk, **dates("meets_on", today())}  # fmt: skip
    form = {key: value for key, value in (form | wrong).items() if value != ""}
    page = ben.post(reverse("restorative-new", args=[incident.pk]), form)
    assert page.status_code == 200 and "There is a problem" in page.content.decode()


def test_the_coordinator_keeps_the_kinds_and_sees_no_incident(here):
    amara = client_of(here, "amara")
    kinds = reverse("incident-kind-list")
    assert amara.post(kinds, {"name": "Theft"}).status_code == 302
    assert "Theft" in amara.get(kinds).content.decode()
    assert "already" in amara.post(kinds, {"name": "theft"}).content.decode()
    assert client_of(here, "tom").post(kinds, {"name": "X"}).status_code == 403
    assert amara.get(reverse("incident-list")).status_code == 403
    assert "Theft" in client_of(here, "ben").get(new(here)).content.decode()


@pytest.mark.parametrize(
    ("typed_", "hour", "minute"),
    [("8.15am", 8, 15), ("8am", 8, 0), ("12am", 0, 0), ("12.30pm", 12, 30), ("1515", 15, 15), ("15:15", 15, 15), ("0830", 8, 30)],
)  # fmt: skip
def test_a_time_is_read_as_people_type_it(typed_, hour, minute):
    assert (clock_of(typed_).hour, clock_of(typed_).minute) == (hour, minute)

"""Need (R14): a score with its parts, weights that have versions, who agrees, and the offer under the line."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from world import client_of

from partnerships import need as arithmetic
from partnerships.models import Partnership
from partnerships.models.need import (
    ConsultedParty,
    EngagementOffer,
    Indicator,
    NeedAssessment,
    NeedConsultation,
    NeedPart,
    NeedWeights,
    Says,
    Tier,
)
from partnerships.queries import need as queries
from partnerships.services import need
from partnerships.services.need import Known
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.audit.models import AuditEvent
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
FULL = {each: Known(Decimal(1000), "A register, 2026") for each in Indicator}
NOTHING = {each: Known(Decimal(0), "A register, 2026") for each in Indicator}


def weigh(world, who="amara", replaces=0, **other):
    values = {"weights": list(arithmetic.FIRST), "line": 25, "priority_from": 60, "note": "To begin with."} | other
    with world.acting(who) as by:
        return need.weigh(force=world.forces["northshire"], replaces=replaces, by=by, **values)


def assess(world, known, who="amara", school="ashfield", press=None):
    with world.acting(who) as by:
        return need.assess(school=world.schools[school], known=known, note="", press=press or uuid.uuid4(), by=by)


def consult(world, assessment, party=ConsultedParty.POLICE, says=Says.AGREES, who="tom", **other):
    values = {"who": "Somebody", "words": "", "said_on": timezone.localdate()} | other
    with world.acting(who) as by:
        return need.consult(assessment=assessment, party=party, says=says, by=by, **values)


def agree(world, assessment, says=Says.AGREES, words="", who="dev"):
    with world.acting(who) as by:
        return need.agree(assessment=assessment, says=says, words=words, by=by)


def is_agreed(assessment):
    with context.entered(context.system(assessment.force_id)):
        return queries.need_of(assessment).is_agreed


# --- the arithmetic


def test_points_are_in_proportion_between_the_ends_and_stop_there():
    weight = arithmetic.Weight(Indicator.ABSENCE, 10, Decimal(4), Decimal(14))
    found = [arithmetic.points(Decimal(value), weight) for value in ("0", "4", "9", "14", "90")]
    assert found == [Decimal("0.0"), Decimal("0.0"), Decimal("50.0"), Decimal("100.0"), Decimal("100.0")]


def test_the_score_is_the_weighted_mean_of_what_is_known():
    # 25 x 20 points (30 of 150 crimes) and 25 x 50 (20 of 40 incidents), 15 x 100 (20 exclusions): 3,250 / 65 = 50
    values = {Indicator.CRIME: Decimal(30), Indicator.INCIDENTS: Decimal(20), Indicator.EXCLUSIONS: Decimal(20)}
    found = arithmetic.scored(values, arithmetic.FIRST, line=25, priority_from=60)
    assert (found.score, found.known_percent, found.tier) == (Decimal("50.0"), 65, Tier.STANDARD)
    assert [part.points for part in found.parts][3:] == [None, None, None]


def test_what_is_not_known_is_not_zero_and_too_little_gives_no_tier():
    found = arithmetic.scored({Indicator.CRIME: Decimal(150)}, arithmetic.FIRST, line=25, priority_from=60)
    assert (found.score, found.known_percent, found.tier) == (None, 25, Tier.UNKNOWN)


@pytest.mark.parametrize(
    ("score", "tier"), [("24.9", Tier.OFFER), ("25.0", Tier.STANDARD), ("59.9", Tier.STANDARD), ("60.0", Tier.PRIORITY)]
)
def test_the_lines_lie_where_they_say(score, tier):
    assert arithmetic.tier_of(Decimal(score), line=25, priority_from=60) == tier


# --- weights


def test_weights_have_versions_and_an_assessment_keeps_its_own(shared, db):
    weigh(shared)
    first = assess(shared, FULL)
    second = weigh(shared, replaces=1, note="Absence counts double.")
    assert (second.version, first.weights.version, first.tier) == (2, 1, Tier.PRIORITY)
    assert assess(shared, FULL).weights_id == second.pk
    with context.entered(context.system(second.force_id)):
        assert AuditEvent.objects.filter(event="need.weighed", object_id=second.pk).count() == 1
        with pytest.raises(DatabaseError, match=r"Cannot update|permission denied"), transaction.atomic():
            NeedWeights.objects.filter(pk=second.pk).update(line=0)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"note": " "}, "Say why these weights"),
        ({"line": 70}, "The line lies between"),
        ({"weights": list(arithmetic.FIRST)[:5]}, "Give each indicator its weight"),
        ({"weights": [arithmetic.Weight(i, 0, Decimal(0), Decimal(1)) for i in Indicator]}, "At least one indicator"),
        ({"weights": [arithmetic.Weight(i, 1, Decimal(1), Decimal(1)) for i in Indicator]}, "must be above"),
        ({"weights": [arithmetic.Weight(i, 101, Decimal(0), Decimal(1)) for i in Indicator]}, "from 0 to 100"),
    ],
)
def test_weights_that_make_no_sense_are_refused(shared, db, values, words):
    with pytest.raises(Refused, match=words):
        weigh(shared, **values)


def test_two_coordinators_do_not_overwrite_each_other(shared, db):
    weigh(shared)
    with pytest.raises(Stale):
        weigh(shared, replaces=0)


@pytest.mark.parametrize("who", ["tom", "esi", "dev", "gwen"])
def test_only_the_coordinator_weighs(shared, db, who):
    with pytest.raises(NotPermitted):
        weigh(shared, who=who)


# --- assessing


def test_an_assessment_shows_its_parts_is_logged_and_the_head_is_asked(shared, db):
    weigh(shared)
    made = assess(shared, FULL | {Indicator.SURVEY: Known()}, who="tom")
    assert (made.score, made.known_percent, made.tier) == (Decimal("100.0"), 90, Tier.PRIORITY)
    with context.entered(context.system(made.force_id)):
        parts = {part.indicator: part.points for part in NeedPart.objects.filter(assessment=made)}
        assert len(parts) == 6 and parts["survey"] is None and parts["crime"] == 100
        assert (
            AuditEvent.objects.filter(event="need.assessed", object_id=made.pk, school_id=made.school_id).count() == 1
        )
        told = Task.objects.filter(payload__template="need_assessed").values_list("payload__to", flat=True)
        assert set(told) == {shared.users["dev"].pk}


def test_the_same_press_assesses_once(shared, db):
    weigh(shared)
    press = uuid.uuid4()
    assert assess(shared, FULL, press=press) == assess(shared, NOTHING, press=press)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({Indicator.CRIME: Known(Decimal(3), " ")}, "say where the value is from"),
        ({Indicator.CRIME: Known(Decimal(-1), "Here")}, "not below zero"),
    ],
)
def test_a_value_needs_its_source(shared, db, known, words):
    weigh(shared)
    with pytest.raises(Refused, match=words):
        assess(shared, known)


def test_without_weights_nothing_is_assessed(shared, db):
    with pytest.raises(Refused, match="has to set how the indicators are weighed"):
        assess(shared, FULL)


@pytest.mark.parametrize("who", ["esi", "gwen", "dev", "clara"])
def test_others_do_not_assess(shared, db, who):
    weigh(shared)
    with pytest.raises(NotPermitted):
        assess(shared, FULL, who=who)


# --- agreement of all parties


def test_everybody_agrees_when_school_and_police_said_yes_and_nobody_says_no(shared, db):
    weigh(shared)
    made = assess(shared, FULL)
    assert not is_agreed(made)
    agree(shared, made)
    assert not is_agreed(made)
    consult(shared, made)
    assert is_agreed(made)
    consult(shared, made, party=ConsultedParty.GOVERNORS, says=Says.DISAGREES, words="Too far away.")
    assert not is_agreed(made)
    consult(shared, made, party=ConsultedParty.GOVERNORS)
    assert is_agreed(made)
    with context.entered(context.system(made.force_id)):
        assert NeedConsultation.objects.filter(assessment=made).count() == 4
        assert AuditEvent.objects.filter(event="need.consulted").count() == 4


def test_nobody_says_for_both_sides_or_approves_their_own(shared, db):
    weigh(shared)
    made = assess(shared, FULL, who="amara")
    with pytest.raises(Refused, match="The head says for the school"):
        consult(shared, made, party=ConsultedParty.SCHOOL)
    with pytest.raises(Refused, match="Somebody other than the person who assessed it"):
        consult(shared, made, who="amara")
    with pytest.raises(NotPermitted):
        agree(shared, made, who="gwen")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"says": Says.DISAGREES}, "what they do not agree with"),
        ({"who_spoke": " "}, "who spoke"),
        ({"said_on": timezone.localdate() + timedelta(2)}, "has not come yet"),
    ],
)
def test_what_is_recorded_says_who_when_and_why(shared, db, values, words):
    weigh(shared)
    made = assess(shared, FULL)
    spoke = {"who": values.pop("who_spoke")} if "who_spoke" in values else {}
    with pytest.raises(Refused, match=words), shared.acting("tom") as by:
        need.consult(
            assessment=made, party=ConsultedParty.POLICE, by=by,
            **({"says": Says.AGREES, "who": "Somebody", "words": "", "said_on": timezone.localdate()} | values | spoke),
        )  # fmt: skip


def test_nothing_is_said_on_an_assessment_that_was_replaced(shared, db):
    weigh(shared)
    old = assess(shared, FULL)
    assess(shared, NOTHING)
    for act in (agree, consult, offer):
        with pytest.raises(Stale, match="assessed again meanwhile") as refused:
            act(shared, old)
        assert refused.value.rule == "R14"


def test_nobody_says_for_the_other_side_in_another_standing(shared, db):
    weigh(shared)
    school = shared.schools["ashfield"]
    with shared.acting("amara") as by:
        for key, role, place in (("dev", Role.SERGEANT, None), ("tom", Role.HEAD_TEACHER, school)):
            memberships.give(
                user=shared.users[key],
                role=role,
                force=school.its_force,
                school=place,
                starts_on=timezone.localdate(),
                by=by,
            )

    def says(key, side, act, **given):
        with acting(shared.users[key], side=side):
            return act(assessment=made, says=Says.AGREES, words="", by=shared.users[key], **given)

    police = {"party": ConsultedParty.POLICE, "who": "Somebody", "said_on": timezone.localdate()}
    made = assess(shared, FULL, who="tom")
    with pytest.raises(Refused, match="You assessed this yourself") as refused:
        says("tom", "school", need.agree)
    assert refused.value.rule == "N3"
    says("dev", "school", need.agree)
    with pytest.raises(Refused, match="for the other side already") as refused:
        says("dev", "police", need.consult, **police)
    assert refused.value.rule == "N3"
    made = assess(shared, FULL, who="amara")
    says("dev", "police", need.consult, **police)
    with pytest.raises(Refused, match="for the other side already"):
        says("dev", "school", need.agree)
    with pytest.raises(NotPermitted):
        says("dev", "school", need.consult, **police)
    with context.entered(context.system(made.force_id)):
        rows = NeedConsultation.objects.order_by("id").values_list("party", "recorded_by")
        assert list(rows) == [("school", shared.users["dev"].pk), ("police", shared.users["dev"].pk)]


# --- the offer under the line


def offer(world, assessment, who="amara", **other):
    values = {"sessions": 4, "assemblies": 1, "words": "", "until": timezone.localdate() + timedelta(90)} | other
    with world.acting(who) as by:
        return need.offer(assessment=assessment, by=by, **values)


def test_a_school_under_the_line_is_offered_sessions_once(shared, db):
    weigh(shared)
    made = assess(shared, NOTHING)
    assert made.tier == Tier.OFFER
    found = offer(shared, made)
    with pytest.raises(WrongState, match="made already"):
        offer(shared, made)
    with context.entered(context.system(made.force_id)):
        assert AuditEvent.objects.filter(event="need.offered", object_id=found.pk).count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"sessions": 0, "assemblies": 0}, "at least one"),
        ({"until": timezone.localdate() - timedelta(1)}, "last day of the offer is past"),
    ],
)
def test_an_offer_of_nothing_is_refused(shared, db, values, words):
    weigh(shared)
    made = assess(shared, NOTHING)
    with pytest.raises(Refused, match=words):
        offer(shared, made, **values)


def test_a_school_above_the_line_gets_no_offer(shared, db):
    weigh(shared)
    with pytest.raises(Refused, match="not under the line") as refused:
        offer(shared, assess(shared, FULL))
    assert refused.value.rule == "R14"


# --- the walls


def test_no_other_force_and_no_other_school_reads_it_and_no_school_writes_it(shared, db):
    weigh(shared)
    made = assess(shared, FULL)
    for who in ("clara", "ruth", "ivy"):
        with shared.acting(who):
            assert not NeedAssessment.objects.filter(pk=made.pk).exists(), who
    with shared.acting("dev"), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        connection.cursor().execute(
            "insert into partnerships_needassessment (force_id, school_id, weights_id, score, known_percent, tier, note,"
            " assessed_by_id, press) select force_id, school_id, weights_id, 0, 100, 'offer', '', assessed_by_id,"
            " gen_random_uuid() from partnerships_needassessment where id = %s",
            [made.pk],
        )


# --- the pages


def test_the_pages_from_weights_to_the_heads_answer(shared, db):
    client = client_of(shared, "amara")
    page = client.get("/need/weights/")
    form = page.context["form"]
    data = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields} | {
        "note": "To begin with."
    }
    assert client.post("/need/weights/", data).status_code == 302
    url = f"/schools/{shared.schools['ashfield'].pk}/need/"
    page = client.get(f"{url}assess/")
    assert page.status_code == 200
    press = {"press": str(uuid.uuid4())}
    typed = press | {"crime": "30", "crime_source": "", "note": "Typed and kept"}
    again = client.post(f"{url}assess/", typed)
    assert again.status_code == 200 and "Say where this value is from" in again.content.decode()
    assert "Typed and kept" in again.content.decode()
    values = {i.value: "0" for i in Indicator} | {f"{i.value}_source": "A register" for i in Indicator}
    assert client.post(f"{url}assess/", press | values).status_code == 302
    shown = client.get(url).content.decode()
    assert "Score 0 of 100." in shown and "Youth engagement" in shown and "Make the offer" in shown
    head = client_of(shared, "dev")
    read = {"assessment": head.get(f"{url}agree/").context["form"]["assessment"].value()}
    assert head.post(f"{url}agree/", read | {"says": "disagrees", "words": ""}).status_code == 200
    assert head.post(f"{url}agree/", read | {"says": "disagrees", "words": "We know of more."}).status_code == 302
    assert "Not agreed: the school." in head.get(url).content.decode()
    with context.entered(context.system(shared.forces["northshire"].pk)):
        of = {"force": shared.forces["northshire"], "school": shared.schools["birchwood"]}
        Partnership.objects.get_or_create(**of)
    listed = client.get("/need/").content.decode()
    assert (
        "Ashfield" in listed and "1 of 2 assessed." in listed and listed.index("Ashfield") < listed.index("Birchwood")
    )
    assert f"/schools/{shared.schools['birchwood'].pk}/need/assess/" in listed
    assert (
        'aria-current="true"' in client.get(url).content.decode()
        and 'href="/need/"' in client.get(url).content.decode()
    )
    assert "Your coordinator assesses need." in head.get("/need/").content.decode()


def test_the_head_is_asked_nothing_where_too_little_is_known_for_a_score(shared, db):
    client = client_of(shared, "amara")
    form = client.get("/need/weights/").context["form"]
    data = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}
    client.post("/need/weights/", data | {"note": "To begin with."})
    url = f"/schools/{shared.schools['ashfield'].pk}/need/"
    assert "If enough is known for a score" in client.get(f"{url}assess/").content.decode()
    typed = {"press": str(uuid.uuid4()), "crime": "32", "crime_source": "data.police.uk"}
    said = client.post(f"{url}assess/", typed, follow=True).content.decode()
    assert "the head has not been asked anything" in said and "32.00" not in said
    assert "Say whether the school agrees" not in client_of(shared, "dev").get(url).content.decode()
    with context.entered(context.system(shared.forces["northshire"].pk)):
        assert not Task.objects.filter(payload__template="need_assessed").exists()


UNTIL = timezone.localdate() + timedelta(30)
ANSWERS = {
    "agree": ("dev", {"says": "agrees", "words": "Typed by the head"}),
    "consult": (
        "tom",
        {
            "party": "police", "who": "Typed by the sergeant", "says": "agrees", "said_on-day": "1", "said_on-month": "11",
            "said_on-year": "2026", "words": "",
        },
    ),
    "offer": (
        "amara",
        {
            "sessions": "3", "assemblies": "1", "words": "Typed by Amara", "until-day": UNTIL.day, "until-month": UNTIL.month,
            "until-year": UNTIL.year,
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("act", list(ANSWERS))
def test_what_was_read_is_what_is_answered_and_a_newer_one_is_shown_first(shared, db, act):
    who, typed = ANSWERS[act]
    weigh(shared)
    old = assess(shared, NOTHING, who="amara")
    client, url = client_of(shared, who), f"/schools/{shared.schools['ashfield'].pk}/need/{act}/"
    opened = client.get(url)
    assert opened.context["form"]["assessment"].value() == old.pk
    assert f'value="{old.pk}"' in opened.content.decode() and "Score 0 of 100." in opened.content.decode()
    low = NOTHING | {Indicator.ABSENCE: Known(Decimal(9), "A register, 2026")}
    new = assess(shared, low, who="amara")
    for given in ({"assessment": old.pk}, {}, {"assessment": "x"}):
        answer = client.post(url, typed | given)
        page = answer.content.decode()
        assert answer.status_code == 200 and page.count("It was assessed again meanwhile.") >= 1, given
        assert "Score 0 of 100." not in page and f"Score {new.score.normalize():f} of 100." in page
        assert "Typed by" in page
        assert answer.context["form"]["assessment"].value() == str(new.pk)
    with context.entered(context.system(new.force_id)):
        assert not NeedConsultation.objects.exists() and not EngagementOffer.objects.exists()
    assert client.post(url, typed | {"assessment": str(new.pk)}).status_code == 302
    with context.entered(context.system(new.force_id)):
        rows = EngagementOffer.objects if act == "offer" else NeedConsultation.objects
        assert rows.get().assessment_id == new.pk

"""Can a coordinator prepare, send and follow a round with the pages alone, and is nothing typed ever lost?"""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rounds import ALL, begun, common_values, differing_values, fresh, items, ready, send, states, work
from world import client_of

from officers.demo.world import DSA, PROTOCOL
from partnerships.models import IssueRound
from partnerships.workflow import RoundStatus
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def amara(shared):
    return client_of(shared, "amara")


def at(made, name):
    return f"/agreements/rounds/{made.pk}/{name}"


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def dated(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def posted(values, prefix=""):
    found = {}
    for name, value in values.items():
        found |= dated(f"{prefix}{name}", value) if hasattr(value, "isoformat") else {f"{prefix}{name}": value}
    return found


def newest(world):
    with world.acting("amara"):
        return IssueRound.objects.order_by("-pk").first()


def test_from_the_first_page_to_the_last(shared, amara, body):
    """Documents, schools, details, a look at one, send, progress, export."""
    documents = {"protocol": shared.templates["northshire", PROTOCOL].pk, "data_sharing_agreement": ""}
    answer = amara.post("/agreements/rounds/new/", documents | dated("sign_by", timezone.localdate() + timedelta(14)))
    made = newest(shared)
    assert answer["Location"] == at(made, "schools/")
    page = text(amara.get(at(made, "schools/")))
    assert "0 chosen." in page and "Cedar Grove" in page and "4 schools in your force" in page
    answer = amara.post(at(made, "schools/"), {"go": "all"})
    assert "4 chosen." in text(amara.get(answer["Location"]))
    steps = text(amara.get(at(made, "")))
    assert "4 chosen" in steps and "4 of 4 schools lack details" in steps and "Cannot start yet" in steps
    lacking = amara.post(at(made, "common/"), posted(common_values(made) | {"costs": ""}))
    assert lacking.status_code == 200 and "There is a problem" in text(lacking)
    assert amara.post(at(made, "common/"), posted(common_values(made)))["Location"] == at(made, "")
    gaps = text(amara.get(at(made, "details/")))
    assert "4 schools lack details" in gaps and "Head teacher" not in gaps  # known from who is recorded here
    typed = {}
    for key in ALL:
        typed |= posted(differing_values(made), f"s{shared.schools[key].pk}-")
    answer = amara.post(at(made, "details/"), typed | {"shown": [shared.schools[k].pk for k in ALL], "go": "save"})
    assert answer.status_code == 302, text(answer)
    read = text(amara.get(at(made, "preview/"), {"school": shared.schools["birchwood"].pk}))
    assert "As Birchwood School will read it" in read and "Ruth Calloway" in read
    check = amara.get(at(made, "send/"))
    assert "Check, then send to 4 schools" in text(check)
    version = re.search(r'name="version" value="(\d+)"', check.content.decode())[1]
    assert amara.post(at(made, "send/"), {"version": version})["Location"] == at(made, "")
    assert "0% done." in text(amara.get(at(made, "")))
    work(shared, body)
    done = amara.get(at(made, "progress/"))
    assert "Done. Every head teacher has been told." in text(done) and b"data-done" in done.content
    assert amara.get(at(made, "round.csv")).content.decode().count("Sent") == 4
    assert "A round of 4 agreements" in text(amara.get(at(made, "")))


@pytest.fixture
def made(shared):
    return begun(shared)


def chosen(made):
    with context.entered(context.system(made.force_id)):
        return set(made.chosen.values_list("school__name", flat=True))


def test_ticks_survive_paging_searching_and_another_filter(shared, amara, made):
    pks = {key: shared.schools[key].pk for key in ALL}
    ticked = {"shown": list(pks.values()), "school": [pks["cedar"]], "go": "show", "q": "ash", "was_q": ""}
    answer = amara.post(at(made, "schools/"), ticked)
    assert answer["Location"] == at(made, "schools/") + "?q=ash"
    page = text(amara.get(answer["Location"]))
    assert "1 chosen." in page and "1 school fit this search" in page and "Ashfield" in page and "Cedar" not in page
    amara.post(
        at(made, "schools/"), {"shown": [pks["ashfield"]], "school": [pks["ashfield"]], "go": "page-2", "was_q": "ash"}
    )
    assert chosen(made) == {"Ashfield Academy", "Cedar Grove Primary School"}
    amara.post(at(made, "schools/"), {"shown": [pks["ashfield"]], "go": "done"})
    assert chosen(made) == {"Cedar Grove Primary School"}


def test_all_of_a_search_is_chosen_and_taken_out_again(shared, amara, made):
    amara.post(at(made, "schools/"), {"go": "all", "was_phase": "secondary"})
    assert chosen(made) == {"Ashfield Academy", "Birchwood School", "Dunmore High School"}
    amara.post(at(made, "schools/"), {"go": "none", "was_q": "birch"})
    assert chosen(made) == {"Ashfield Academy", "Dunmore High School"}
    amara.post(at(made, "schools/"), {"go": "all", "was_having": "no_such_thing", "was_area": "Nowhere"})
    assert len(chosen(made)) == 2


@pytest.mark.parametrize("hostile", ["9" * 30, "-1", "1 or 1=1", "\x00", "٣"])
def test_ids_that_are_none_choose_nothing(amara, made, hostile):
    answer = amara.post(at(made, "schools/"), {"shown": [hostile], "school": [hostile], "go": "done"})
    assert answer.status_code == 302 and chosen(made) == set()


def test_the_list_is_narrowed_by_what_is_in_force(shared, amara, made):
    for having, number in (("partner", 0), ("no_protocol", 4), ("protocol_ends", 0), ("head", 4), ("no_head", 0)):
        assert f"{number} school" in text(amara.get(at(made, "schools/"), {"having": having})), having


def test_gaps_that_fit_are_kept_beside_one_that_does_not(shared, amara, made):
    pk = shared.schools["cedar"].pk
    amara.post(at(made, "schools/"), {"shown": [pk], "school": [pk], "go": "done"})
    typed = {f"s{pk}-spoc_name": "Una Bell", f"s{pk}-spoc_contact": "x" * 301, "shown": [pk], "go": "save"}
    answer = amara.post(at(made, "details/"), typed)
    assert answer.status_code == 200 and "There is a problem" in text(answer) and "x" * 301 in answer.content.decode()
    again = amara.get(at(made, "details/")).content.decode()
    assert f"s{pk}-spoc_name" not in again and f"s{pk}-spoc_contact" in again
    one = amara.get(at(made, f"details/{pk}/"))
    assert "Una Bell" in one.content.decode() and "It is what was typed for this school." in text(one)
    amara.post(at(made, f"details/{pk}/"), {"spoc_name": "Una Bell, deputy head"})
    assert "Una Bell, deputy head" in amara.get(at(made, f"details/{pk}/")).content.decode()
    assert amara.get(at(made, f"details/{shared.schools['dunmore'].pk}/")).status_code == 404
    amara.post(at(made, "details/"), {"go": "remove"})
    assert chosen(made) == set()


def test_a_table_is_taken_whole_or_not_at_all(shared, amara, made):
    amara.post(at(made, "schools/"), {"go": "all"})
    table = amara.get(at(made, "details.csv"))
    assert table["Content-Type"].startswith("text/csv") and b"Ruth Calloway" in table.content

    def upload(text_):
        return amara.post(at(made, "upload/"), {"table": SimpleUploadedFile("t.csv", text_.encode())})

    wrong = upload("URN,spoc_name\n990001,New Spoc\n123456,Nobody\n")
    assert wrong.status_code == 200 and "Line 3: no school of this round has URN 123456." in text(wrong)
    assert "New Spoc" not in amara.get(at(made, "details.csv")).content.decode()
    assert "no CSV file" in text(upload("PK\x03\x04"))
    assert "Choose the CSV file." in text(amara.post(at(made, "upload/"), {}))
    right = upload("URN,spoc_name\n990001,New Spoc\n")
    assert right.status_code == 302 and "New Spoc" in amara.get(at(made, "details.csv")).content.decode()


def test_a_double_click_and_a_second_tab_send_once(shared, amara, body):
    ready_one = ready(shared)
    version = {"version": fresh(ready_one).version}
    for _ in range(3):
        assert amara.post(at(ready_one, "send/"), version)["Location"] == at(ready_one, "")
    work(shared, body)
    assert len(items(ready_one)) == 4 and set(states(ready_one).values()) == {"sent"}
    assert amara.get(at(ready_one, "schools/")).status_code == 409


def test_a_tab_that_is_behind_is_told_so(shared, amara):
    ready_one = ready(shared)
    amara.post(at(ready_one, "common/"), posted(common_values(ready_one) | {"costs": "The school pays for the radio."}))
    answer = amara.post(at(ready_one, "send/"), {"version": ready_one.version})
    assert answer.status_code == 200 and "has changed since you looked at it" in text(answer)
    assert items(ready_one) == {}


def test_stopping_and_trying_again_by_the_buttons(shared, amara, body):
    ready_one = ready(shared, kinds=(PROTOCOL, DSA))
    send(shared, ready_one)
    amara.post(at(ready_one, "stop/"))
    assert "Stopped." in text(amara.get(at(ready_one, ""))) and amara.post(at(ready_one, "stop/")).status_code == 409
    amara.post(at(ready_one, "retry/"))
    work(shared, body)
    assert set(states(ready_one).values()) == {"sent"}
    assert "Nothing of this round failed" in text(amara.post(at(ready_one, "retry/"), follow=True))


def test_thrown_away_it_is_in_no_list(amara, made):
    assert at(made, "") in amara.get("/agreements/rounds/").content.decode()
    amara.post(at(made, "discard/"))
    assert at(made, "") not in amara.get("/agreements/rounds/").content.decode()
    assert fresh(made).status == RoundStatus.DISCARDED


def test_which_details_differ_is_the_coordinators_choice(amara, made):
    amara.post(at(made, "differing/"), {"differing": ["spoc_name", "ends_on", "no_such_detail"]})
    assert "ends_on" not in fresh(made).per_school
    amara.post(at(made, "differing/"), {"differing": ["spoc_name", "costs"]})
    assert fresh(made).per_school == ["spoc_name", "costs"]
    assert 'name="head_teacher_name"' in amara.get(at(made, "common/")).content.decode()


@pytest.mark.parametrize("who", ["esi", "dev", "tom", "noor"])
def test_the_pages_are_the_coordinators(shared, made, who):
    assert client_of(shared, who).get(at(made, "")).status_code == 403


def test_a_round_of_another_force_is_not_there(shared, made):
    assert client_of(shared, "clara").get(at(made, "")).status_code == 404

"""Can a coordinator prepare, send and follow a round with the pages alone, and is nothing typed ever lost?"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from rounds import ALL, common_values, differing_values, work
from world import client_of

from officers.demo.world import PROTOCOL
from partnerships.models import IssueRound

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

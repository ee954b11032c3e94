"""Writing a template: clause by clause, nothing lost, frozen once it is published."""

import copy
import re

import pytest
from world import client_of

from partnerships import wording
from partnerships.models import AgreementKind, TemplateVersion
from partnerships.services import templates
from partnerships.wording import editing
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PROTOCOL = AgreementKind.PROTOCOL


@pytest.fixture
def version(shared):
    with shared.acting("amara") as by:
        return templates.draft(force=shared.forces["northshire"], kind=PROTOCOL, by=by)


@pytest.fixture
def amara(shared):
    return client_of(shared, "amara")


def now(version):
    with context.entered(context.system(version.force_id)):
        return TemplateVersion.objects.get(pk=version.pk)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def shown(client, address):
    found = re.search(r'name="shown" value="([0-9a-f]*)"', client.get(address).content.decode())
    return found[1] if found else ""


def part(version, name, *rest):
    return "/".join([f"/templates/{version.pk}/edit", name, *rest, ""])


@pytest.mark.parametrize("kind", list(AgreementKind))
def test_every_clause_of_the_product_comes_back_from_its_box_unchanged(kind):
    data = wording.load(kind).to_data()
    for clause in data["clauses"] + data["annexes"]:
        assert editing.paragraphs(editing.typed(clause["paragraphs"]).replace("\n", "\r\n")) == clause["paragraphs"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("- only a list", "needs words of its own"),
        ("Head | Two", "caption"),
        ("Words.\nCaption\nA | B", "at least one row"),
        ("Words.\nCaption\nA | B\n1 | 2 | 3", "row 1: 2 cells are needed"),
    ],
)
def test_what_makes_no_paragraph_is_said(typed, said):
    with pytest.raises(editing.NotWritten, match=said):
        editing.paragraphs(typed)


def test_a_list_goes_on_over_lines_and_keeps_its_key():
    (made,) = editing.paragraphs("[cited] These:\n- one\n  more\n- two")
    assert made == {"key": "cited", "text": "These:", "items": ["one more", "two"], "table": None}


def test_the_next_draft_starts_as_the_last_published_version(version):
    assert (version.number, version.status) == (2, "draft")
    assert version.wording["clauses"] == wording.load(PROTOCOL).to_data()["clauses"]


def test_a_second_draft_of_a_kind_is_refused(shared, version):
    with shared.acting("amara") as by, pytest.raises(Refused, match="open already"):
        templates.draft(force=shared.forces["northshire"], kind=PROTOCOL, by=by)


@pytest.mark.parametrize("who", ["esi", "tom", "dev", "clara"])
def test_only_the_coordinator_of_the_force_writes(shared, version, who):
    with shared.acting(who) as by:
        for act in (
            lambda: templates.edit(version=version, change=dict, by=by),
            lambda: templates.publish(version=version, by=by),
            lambda: templates.draft(force=version.force, kind=PROTOCOL, by=by),
        ):
            with pytest.raises(NotPermitted):
                act()


def test_a_published_version_is_neither_changed_nor_published_again(shared):
    published = shared.templates["northshire", PROTOCOL]
    with shared.acting("amara") as by:
        with pytest.raises(WrongState):
            templates.edit(version=published, change=dict, by=by)
        with pytest.raises(WrongState):
            templates.publish(version=published, by=by)


def test_a_clause_is_changed_on_its_page(version, amara):
    key = version.wording["clauses"][0]["key"]
    address = part(version, "clauses", key)
    before = copy.deepcopy(version.wording)
    sent = {"heading": "A new heading", "paragraphs": "One.\n\nTwo:\n- a\n- b", "shown": shown(amara, address)}
    assert amara.post(address, sent).status_code == 302
    after = now(version).wording
    assert after["clauses"][0]["heading"] == "A new heading" and after["clauses"][0]["key"] == key
    assert after["clauses"][1:] == before["clauses"][1:]
    assert "A new heading" in words(amara.get(f"/templates/{version.pk}/"))
    assert "What changed since version 1" in words(amara.get(f"/templates/{version.pk}/publish/"))


def test_nothing_typed_is_lost_on_an_error(version, amara):
    address = part(version, "clauses", version.wording["clauses"][0]["key"])
    sent = {"heading": "Kept heading", "paragraphs": "- a list without words", "shown": shown(amara, address)}
    answer = amara.post(address, sent)
    assert answer.status_code == 200
    assert "Kept heading" in answer.content.decode() and "- a list without words" in answer.content.decode()
    assert "needs words of its own" in words(answer)


def test_somebody_elses_change_is_not_written_over(shared, version, amara):
    address = part(version, "clauses", version.wording["clauses"][0]["key"])
    seen = shown(amara, address)
    amara.post(address, {"heading": "First", "paragraphs": "First.", "shown": seen})
    answer = amara.post(address, {"heading": "Second", "paragraphs": "Second.", "shown": seen})
    assert answer.status_code == 200 and "Somebody changed this meanwhile" in words(answer)
    assert "Second." in answer.content.decode()
    assert now(version).wording["clauses"][0]["heading"] == "First"


def test_clauses_are_added_moved_and_removed(version, amara):
    added = {"heading": "Drones", "paragraphs": "No drones."}
    assert amara.post(part(version, "clauses", "new"), added).status_code == 302
    assert now(version).wording["clauses"][-1]["key"] == "drones"
    amara.post(part(version, "clauses", "drones", "move"), {"to": "up"})
    assert now(version).wording["clauses"][-2]["key"] == "drones"
    address = part(version, "clauses", "drones", "remove")
    assert "No drones." in words(amara.get(address))
    assert amara.post(address, {"shown": shown(amara, address)}).status_code == 302
    assert "drones" not in {each["key"] for each in now(version).wording["clauses"]}


def test_a_blank_used_nowhere_keeps_a_draft_from_being_published(version, amara):
    sent = {
        "name": "drone_days", "label": "Days of drones", "type": "text", "hint": "Which days.", "example": "None", "required": "on",
    }  # fmt: skip
    assert amara.post(part(version, "variables", "new"), sent).status_code == 302
    assert "declared but never used: drone_days" in words(amara.get(f"/templates/{version.pk}/edit/"))
    answer = amara.post(f"/templates/{version.pk}/publish/", {"shown": wording.fingerprint(now(version).wording)})
    assert answer.status_code == 200 and now(version).status == "draft"
    amara.post(part(version, "clauses", "new"), {"heading": "Drones", "paragraphs": "On {drone_days}."})
    assert not templates.gap(now(version))


def test_publishing_freezes(shared, version, amara):
    address = f"/templates/{version.pk}/publish/"
    assert amara.post(address, {"shown": "0" * 64}).status_code == 200  # another text than the one shown
    assert amara.post(address, {"shown": shown(amara, address)}).status_code == 302
    assert now(version).status == "published"
    assert amara.get(part(version, "clauses", version.wording["clauses"][0]["key"])).status_code == 409
    assert "Version 2" in words(amara.get("/templates/"))


def test_the_signatory_reads_and_writes_nothing(shared, version):
    esi = client_of(shared, "esi")
    assert esi.get("/templates/").status_code == 200 and esi.get(f"/templates/{version.pk}/").status_code == 200
    for name in ("edit/", "publish/", "edit/clauses/new/"):
        assert esi.get(f"/templates/{version.pk}/{name}").status_code == 403, name
    assert esi.get("/templates/new/").status_code == 403


def test_another_force_finds_no_such_version(shared, version):
    clara = client_of(shared, "clara")
    assert clara.get(f"/templates/{version.pk}/").status_code == 404
    assert clara.get(f"/templates/{version.pk}/edit/").status_code == 404

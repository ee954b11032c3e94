"""Does a comparison show all that differs, in words and marks, to whoever may see both?"""

import copy
import re

import pytest
from world import client_of, issued

from officers.demo.world import PROTOCOL, draft
from partnerships import wording
from partnerships.models import AgreementKind
from partnerships.services import agreements, templates
from tests.partnerships.wording_samples import document

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def changed(data):
    """A next version in which everything that can happen has happened."""
    data = copy.deepcopy(data)
    data["title"] += ", revised"
    gone = data["clauses"].pop(3)
    moved = data["clauses"].pop(8)
    data["clauses"].insert(1, moved)
    data["clauses"][5]["paragraphs"][0]["text"] += " It is reviewed every term."
    data["clauses"].append(
        {"key": "dogs", "heading": "Search dogs", "paragraphs": [{"text": "No dog comes without notice."}]}
    )
    variable = next(each for each in data["variables"] if each["name"] == "officer_hours")
    variable["label"] = "Hours in school"
    return data, gone, moved


@pytest.fixture
def versions(shared):
    first = shared.templates["northshire", PROTOCOL]
    data, gone, moved = changed(first.wording)
    with shared.acting("amara") as by:
        second = templates.draft(force=first.force, kind=AgreementKind.PROTOCOL, by=by)
        templates.edit(
            version=second, change=lambda now: now | {k: data[k] for k in ("title", "clauses", "variables")}, by=by
        )
    return first, second, gone, moved


def test_two_versions_are_compared_whole(shared, versions):
    _, second, gone, moved = versions
    page = client_of(shared, "amara").get(f"/templates/{second.pk}/compare/")
    shown, html = text(page), page.content.decode()
    assert "version 1 and version 2" in shown
    assert re.search(r'<ins class="ssp-in">[^<]*revised', html)
    assert f"{gone['heading']} Removed" in shown and "Search dogs New" in shown
    assert '<ins class="ssp-in">No dog comes without notice.</ins>' in html
    assert '<ins class="ssp-in">It is reviewed every term.</ins>' in html
    assert re.search(rf"Moved, in the same words {re.escape(moved['heading'])}: was number \d+, now 2", shown)
    assert "Under another number, in the same words" in shown
    assert "What is asked of each school" in shown and "“Hours in school”" in shown
    assert (
        f"/templates/{second.pk}/compare/"
        in client_of(shared, "amara").get(f"/templates/{second.pk}/").content.decode()
    )


def test_a_first_version_has_none_to_be_compared_with(shared):
    page = client_of(shared, "amara").get(f"/templates/{shared.templates['northshire', PROTOCOL].pk}/compare/")
    assert "no other version to compare with" in text(page)


@pytest.mark.parametrize(("who", "status"), [("esi", 200), ("tom", 403), ("dev", 403), ("clara", 404)])
def test_templates_are_compared_by_those_who_may_read_them(shared, versions, who, status):
    assert client_of(shared, who).get(f"/templates/{versions[1].pk}/compare/").status_code == status


def test_an_agreement_is_compared_with_the_one_before(shared, body):
    first = issued(shared, body)
    with shared.acting("amara") as by:
        agreements.withdraw(agreement=first, reason="A new one comes.", by=by)
    second = issued(shared, body, officer_days="Mondays only")
    head = client_of(shared, "dev")
    assert f"/agreements/{second.pk}/compare/" in head.get(f"/agreements/{second.pk}/").content.decode()
    page = head.get(f"/agreements/{second.pk}/compare/")
    shown = text(page)
    assert f"{first.reference} and {second.reference}" in shown and "Details that differ" in shown
    assert re.search(r"Days the officer works with the school .* Mondays only", shown)
    assert any("Mondays" in each for each in re.findall(r"<ins class=\"ssp-in\">([^<]*)</ins>", page.content.decode()))
    assert "no earlier one" in text(head.get(f"/agreements/{first.pk}/compare/"))
    assert client_of(shared, "ruth").get(f"/agreements/{second.pk}/compare/").status_code == 404


def test_a_draft_has_no_text_to_compare(shared):
    made = draft(shared, "cedar", PROTOCOL)
    assert client_of(shared, "amara").get(f"/agreements/{made.pk}/compare/").status_code == 404


def test_only_what_stands_elsewhere_among_the_others_has_moved():
    whole = document()
    other = copy.deepcopy(whole)
    other["clauses"].insert(2, other["clauses"].pop(6))
    for number, clause in enumerate(other["clauses"], start=1):
        clause["number"] = str(number)
    moved = [each.key for each in wording.compare(whole, other) if each.is_out_of_order]
    assert moved == [whole["clauses"][6]["key"]]
    assert [each for each in wording.compare(whole, whole) if each.is_out_of_order] == []

"""School families: made, renamed, schools in and out."""

import re

import pytest
from list_places import OF_ANOTHER, OF_NO_FORCE

from partnerships import list_queries
from partnerships.models import SchoolFamily
from partnerships.services import families
from schools.models import School
from ssp.refusals import NotPermitted, Refused

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def family(met):
    with met.acting() as by:
        return families.make(force=met.force, name="  North   Camden ", by=by)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_family_is_made_and_renamed(met, family):
    assert family.name == "North Camden" and family.created_by == met.users["kit"]
    with met.acting("bea") as by:
        assert families.rename(family=family, name="Camden North", by=by).name == "Camden North"
    assert [len(met.logged(event)) for event in ("family.made", "family.renamed")] == [1, 1]


@pytest.mark.parametrize(
    ("name", "said"), [("  ", "Give the family a name"), ("north camden", "already"), ("x" * 101, "100 characters")]
)
def test_names_that_will_not_do(met, family, name, said):
    with met.acting() as by, pytest.raises(Refused, match=said):
        families.make(force=met.force, name=name, by=by)


def test_a_school_belongs_to_one_family_at_a_time(met, family):
    school = met.school(100049)
    with met.acting() as by:
        other = families.make(force=met.force, name="South Camden", by=by)
        families.add(family=family, school=school, by=by)
        families.add(family=family, school=school, by=by)
        assert list_queries.family_of(school) == family
        with pytest.raises(Refused, match="belongs to North Camden already"):
            families.add(family=other, school=school, by=by)
        families.remove(family=family, school=school, by=by)
        families.remove(family=family, school=school, by=by)
        families.add(family=other, school=school, by=by)
        assert list_queries.family_of(school) == other
    assert [len(met.logged(f"family.school_{verb}")) for verb in ("added", "removed")] == [2, 1]


@pytest.mark.parametrize("urn", [OF_NO_FORCE, OF_ANOTHER])
def test_another_forces_school_is_refused(met, family, urn):
    school = School.objects.using("owner").get(urn=urn)
    with met.acting() as by, pytest.raises(Refused, match="does not belong to Metropolitan Police"):
        families.add(family=family, school=school, by=by)


def test_a_sergeant_sees_families_and_edits_none(met, family):
    with met.acting("sol") as by:
        assert list(SchoolFamily.objects.visible_to(by)) == [family]
        for act in (
            lambda: families.make(force=met.force, name="Another", by=by),
            lambda: families.rename(family=family, name="Another", by=by),
            lambda: families.add(family=family, school=met.school(100049), by=by),
            lambda: families.remove(family=family, school=met.school(100049), by=by),
        ):
            with pytest.raises(NotPermitted):
                act()


def test_the_pages_from_making_to_taking_out(met):
    kit = met.client()
    assert "There is no family yet" in words(kit.get("/families/"))
    assert "Enter name of the family" in words(kit.post("/families/new/", {"name": ""}))
    address = kit.post("/families/new/", {"name": "North Camden"})["Location"]
    again = kit.post("/families/new/", {"name": "NORTH camden"})
    assert "There is a family called NORTH camden already" in words(again) and b'value="NORTH camden"' in again.content
    school = met.school(100049)
    assert "Haverstock School" in words(kit.get(f"{address}?q=haverstock"))
    kit.post(f"{address}add/", {"school": school.pk})
    assert "Haverstock School" in words(kit.get(address))
    assert "1" in words(kit.get("/families/"))
    kit.post(f"{address}rename/", {"name": "Camden North"})
    assert "Camden North" in words(kit.get(address))
    kit.post(f"{address}remove/", {"school": school.pk})
    assert "No school belongs to it yet" in words(kit.get(address))
    assert "Choose a school of your force" in words(kit.post(f"{address}add/", {"school": 2**40}))
    assert "Choose a school of your force" in words(kit.post(f"{address}remove/", {}))
    sol = met.client("sol")
    assert "Rename" not in words(sol.get(address))
    assert sol.post(f"{address}add/", {"school": school.pk}).status_code == 403

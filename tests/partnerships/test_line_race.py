"""Two people decide one line at once, take in one list at once, give one school to two families at once: who wins?"""

import pytest
from list_places import APPENDIX, build
from test_agreement_race import at_once

from partnerships import list_file
from partnerships.models import ListedMatch, ListedSchool, Partnership, PartnershipList, SchoolFamilyMember
from partnerships.services import families, lists, proposals
from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.refusals import Refused, Stale

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def city(tmp_path):
    return build(tmp_path)


def somebody(city, number):
    return User.objects.get(pk=city.users["kit" if number % 2 else "bea"].pk)


def test_one_of_many_decisions_stands_and_the_others_are_told(city):
    city.taken()
    listed, schools = city.listed("Walworth"), [city.school(urn) for urn in (135315, 100049, 100053)]
    seen = proposals.state_of(listed)

    def act(number):
        by = somebody(city, number)
        with acting(by):
            if number % 4 == 3:
                proposals.set_aside(listed=listed, reason="None.", seen=seen, by=by)
            else:
                proposals.choose(listed=listed, schools=[schools[number % 4]], seen=seen, by=by)
        return "decided"

    outcomes = at_once(8, act)
    assert (outcomes.count("decided"), outcomes.count(Stale)) == (1, 7)
    means = city.means("Walworth")
    assert len(means) == (0 if city.listed("Walworth").status == "set_aside" else 1)


def test_a_list_read_and_taken_in_by_many_at_once_is_one_list(city):
    file = list_file.read(APPENDIX, name="list.csv")

    def act(number):
        by = somebody(city, number)
        with acting(by):
            made = lists.read(force=city.force, file=file, by=by)
            lists.take(partner_list=made, by=by)
        return made.pk

    assert len(set(at_once(6, act))) == 1
    with city.seen():
        assert PartnershipList.objects.count() == 1 and ListedSchool.objects.count() == 78
        assert Partnership.objects.count() == 39 == ListedMatch.objects.filter(has_proposed=True).count()
    assert len(city.logged("list.taken")) == 1


def test_a_school_is_in_one_family_whoever_is_first(city):
    school = city.school(100049)
    with city.acting() as by:
        made = [families.make(force=city.force, name=f"Family {n}", by=by) for n in range(4)]

    def act(number):
        by = somebody(city, number)
        with acting(by):
            families.add(family=made[number], school=school, by=by)
        return "added"

    outcomes = at_once(4, act)
    assert (outcomes.count("added"), outcomes.count(Refused)) == (1, 3)
    with city.seen():
        assert SchoolFamilyMember.objects.count() == 1

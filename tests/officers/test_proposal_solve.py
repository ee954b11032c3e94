"""The solver on the shape of Appendix 1 of the MPA report of 13 March 2003: 60 officers, 78 schools in 15 boroughs, 39 of them
marked as schools with an officer of their own. Names and places are invented."""

import random

import pytest

from officers.patterns import Pattern, Place, recognise
from officers.solving import PER_CHANGE, OfficerToPost, SchoolToFill, bundles, measure, propose

NEAR = 2000
BOROUGHS, SCHOOLS, OFFICERS, MARKED = 15, 78, 60, 39


def appendix():
    """Boroughs over a city of 30 km; within each the schools lie around a middle, about a kilometre and a half from it."""
    chance = random.Random(2003)
    schools = []
    for number in range(SCHOOLS):
        if number < BOROUGHS * 5 and number % 5 == 0 or number == BOROUGHS * 5:
            middle = (51.40 + chance.random() * 0.27, -0.35 + chance.random() * 0.43)
        point = (middle[0] + chance.gauss(0, 0.012), middle[1] + chance.gauss(0, 0.019))
        place = Place(number + 1, f"Invented School {number + 1}", number % 2 == 0, point)
        schools.append(SchoolToFill(place, 1000 if place.is_priority else 300))
    ids = [each.place.id for each in schools]
    chance.shuffle(ids)
    # The list says who, not which officer where: eighteen have two schools and the others one, wherever that is.
    had = [frozenset({ids[n], ids[OFFICERS + n]} if n < SCHOOLS - OFFICERS else {ids[n]}) for n in range(OFFICERS)]
    return schools, [OfficerToPost(number + 1, ids) for number, ids in enumerate(had)]


def test_sixty_officers_and_seventy_eight_schools_within_the_patterns_and_near_the_bound():
    schools, officers = appendix()
    assert (len(schools), len(officers), sum(each.place.is_priority for each in schools)) == (SCHOOLS, OFFICERS, MARKED)
    found = propose(schools, officers, near=NEAR)
    print(f"\n{found.seconds:.1f} s, {found.candidates} candidates, gap {found.gap:.4f}, bound {found.bound:.1f}")
    print(f"proposed {found.figures}\nreplaced {found.replaced}")
    places = {each.place.id: each.place for each in schools}
    taken = [school for each in found.bundles.values() for school in each.schools if school != each.shared]
    assert len(taken) == len(set(taken))
    for bundle in found.bundles.values():
        theirs = [
            Place(p.id, p.name, p.is_priority, p.point, p.id == bundle.shared)
            for p in (places[each] for each in bundle.schools)
        ]
        assert recognise(theirs, near=NEAR).pattern == bundle.pattern
    assert found.figures.in_no_pattern == 0 and found.figures.unfilled_priority == 0
    assert found.gap <= 0.005 and found.bound <= found.figures.cost + 0.01
    assert found.figures.km < found.replaced.km


def school(number, *, priority=False, east=0.0):
    return SchoolToFill(Place(number, f"School {number}", priority, (52.0, east / 68_700)), 1000 if priority else 300)


def test_an_officer_keeps_the_school_they_have_rather_than_any_other():
    schools = [school(1, priority=True), school(2, priority=True, east=9000)]
    officers = [OfficerToPost(1, frozenset({2})), OfficerToPost(2, frozenset({1}))]
    found = propose(schools, officers, near=1000)
    assert {key: each.schools for key, each in found.bundles.items()} == {1: {2}, 2: {1}}
    assert found.figures.cost == 0 and found.gap == 0 and found.is_proven


def test_the_neediest_schools_come_first_and_what_no_pattern_reaches_stays_without():
    schools = [school(1), school(2, priority=True, east=9000), school(3, east=30_000)]
    found = propose(schools, [OfficerToPost(1)], near=1000)
    assert found.bundles[1].schools == {2} and found.unfilled == (1, 3)
    assert found.figures.cost == 600


def test_what_it_says_of_an_assignment_is_what_it_makes_small():
    schools, officers = appendix()
    found = propose(schools, officers, near=NEAR)
    again = measure(schools, officers, {key: each.schools for key, each in found.bundles.items()}, near=NEAR)
    assert again == found.figures
    assert (
        measure(schools, officers, {}, near=NEAR).cost
        == MARKED * 1000 + (SCHOOLS - MARKED) * 300 + PER_CHANGE * SCHOOLS
    )


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([school(1, priority=True)], Pattern.ONE_PRIORITY),
        ([school(1, priority=True), school(2, east=900)], Pattern.PRIORITY_AND_NEAR),
        ([school(1, priority=True), school(2, east=1100)], None),
        ([school(1, priority=True), *(school(n, east=100) for n in (2, 3, 4))], None),
        ([school(1), school(2, east=900), school(3, east=-900)], Pattern.SEVERAL_NEAR),
        ([school(1)], None),
        ([school(1, priority=True), school(2, priority=True, east=9000)], Pattern.TWO_BY_NEED),
        ([school(1, priority=True), school(2, priority=True), school(3)], None),
    ],
)
def test_patterns_are_recognised_or_it_is_said_why_not(places, expected):
    seen = recognise([each.place for each in places], near=1000)
    assert seen.pattern == expected and seen.why and len(seen.distances) == len(places)


def test_a_shared_priority_school_goes_with_several_others():
    shared = Place(1, "One", True, (52.0, 0.0), is_shared=True)
    others = [school(n, east=n * 100).place for n in (2, 3)]
    assert recognise([shared, *others], near=1000).pattern == Pattern.SHARED_PRIORITY
    assert recognise([shared, others[0]], near=1000).pattern is None


def test_without_a_place_in_the_register_nothing_is_near():
    nowhere = Place(9, "Nowhere", False, None)
    seen = recognise([school(1, priority=True).place, nowhere], near=1000)
    assert seen.pattern is None and "register does not say where Nowhere is" in seen.why
    assert all(
        9 not in each.schools for each in bundles([school(1, priority=True), SchoolToFill(nowhere, 300)], near=1000)
    )

"""Deciding what a line means: recorded, changeable until agreements hang on it, and never over somebody else's decision."""

import pytest
from list_places import OF_ANOTHER, OF_NO_FORCE, written

from partnerships.models import Agreement, AgreementKind, Partnership, TemplateVersion
from partnerships.services import proposals, templates
from partnerships.workflow import ListedStatus
from schools.models import School
from ssp.refusals import NotPermitted, Refused, Stale, WrongState

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

WALWORTH, ARK_WALWORTH, HORNSEY, ALEXANDRA = 100843, 135315, 102153, 137531


@pytest.fixture
def taken(met):
    return met.taken()


def choose(met, name, *urns, key="kit", seen=None):
    listed = met.listed(name)
    with met.acting(key) as by:
        schools = [met.school(urn) for urn in urns]
        return proposals.choose(listed=listed, schools=schools, seen=seen or proposals.state_of(listed), by=by)


def set_aside(met, name, reason="Closed in 2004; nothing followed it.", key="kit"):
    listed = met.listed(name)
    with met.acting(key) as by:
        return proposals.set_aside(listed=listed, reason=reason, seen=proposals.state_of(listed), by=by)


def agreement_with(met, urn):
    """A draft, as the first step of an agreement makes it."""
    school = met.school(urn)
    with met.acting() as by:
        version = templates.draft(force=met.force, kind=AgreementKind.PROTOCOL, by=by)
        partnership = Partnership.objects.get(school=school)
        Agreement.objects.create(
            force=met.force,
            school=school,
            partnership=partnership,
            kind=version.kind,
            number=1,
            reference=f"{urn}-P-01",
            template=TemplateVersion.objects.get(pk=version.pk),
            ends_on="2027-07-31",
        )


def test_a_choice_is_recorded_and_proposes_a_partnership(met, taken):
    choose(met, "Walworth", ARK_WALWORTH)
    listed = met.listed("Walworth")
    assert (listed.status, listed.decided_by, met.means("Walworth")) == (
        ListedStatus.CHOSEN,
        met.users["kit"],
        [ARK_WALWORTH],
    )
    assert listed.decided_at is not None and met.partners()[ARK_WALWORTH] is True
    (line,) = met.logged("listed_school.chosen")
    assert (line.actor_id, line.details) == (met.users["kit"].pk, {"line": listed.line, "schools": 1})


def test_one_line_may_name_two_schools(met, taken):
    choose(met, "Alexandra Park and Hornsey Girls", ALEXANDRA, HORNSEY)
    assert met.means("Alexandra Park and Hornsey Girls") == [HORNSEY, ALEXANDRA]
    assert {HORNSEY, ALEXANDRA} <= met.partners().keys()


def test_several_lines_may_mean_one_school(met, taken):
    for part in ("Upper", "Middle", "Lower"):
        choose(met, f"North Westminster {part}", 131262)
    assert len(met.logged("partnership.proposed")) == 40
    set_aside(met, "North Westminster Upper", "No longer a site.")
    set_aside(met, "North Westminster Lower", "No longer a site.")
    assert 131262 in met.partners()
    set_aside(met, "North Westminster Middle", "No longer a site.")
    assert 131262 not in met.partners()


def test_a_line_that_means_no_school_says_why(met, taken):
    set_aside(met, "Kingsland", "  Closed in 2004; nothing followed it. ")
    listed = met.listed("Kingsland")
    assert (listed.status, listed.reason) == (ListedStatus.SET_ASIDE, "Closed in 2004; nothing followed it.")
    assert met.logged("listed_school.set_aside")[0].reason == listed.reason
    with pytest.raises(Refused, match="Say why"):
        set_aside(met, "Crofton", "   ")
    assert met.listed("Crofton").status == ListedStatus.WAITING


def test_a_decision_can_be_changed_and_the_partnership_follows(met, taken):
    choose(met, "Kingsland Community", 132058)
    choose(met, "Kingsland Community", 140373, key="bea")
    assert met.means("Kingsland Community") == [140373] and 132058 not in met.partners()
    assert met.listed("Kingsland Community").decided_by == met.users["bea"]
    assert len(met.logged("partnership.dropped")) == 1


def test_a_match_made_by_itself_can_be_changed_too(met, taken):
    choose(met, "Haverstock", 100053)
    assert met.means("Haverstock") == [100053] and 100049 not in met.partners()
    assert 100053 in met.partners()  # another line proposed it before
    choose(met, "Haverstock", 100049)
    assert 100053 in met.partners()


def test_a_partnership_that_no_list_proposed_stays(met):
    school = met.school(100049)
    with met.seen():
        Partnership.objects.create(school=school, force=met.force)
    met.taken()
    assert met.partners()[100049] is True  # the mark is taken over
    set_aside(met, "Haverstock", "Not one of ours.")
    assert 100049 in met.partners()


def test_once_an_agreement_hangs_on_it_the_decision_stays(met, taken):
    agreement_with(met, 100049)
    for change in (lambda: set_aside(met, "Haverstock"), lambda: choose(met, "Haverstock", 100053)):
        with pytest.raises(Refused, match="An agreement with Haverstock School was prepared"):
            change()
    assert met.means("Haverstock") == [100049] and met.listed("Haverstock").status == ListedStatus.MATCHED
    choose(met, "Haverstock", 100049, 100053)  # adding one takes nothing away
    assert met.means("Haverstock") == [100049, 100053]


def test_nobody_decides_over_somebody_else(met, taken):
    before = proposals.state_of(met.listed("Walworth"))
    choose(met, "Walworth", ARK_WALWORTH, key="bea")
    with pytest.raises(Stale, match="Bea Example decided this line"):
        choose(met, "Walworth", HORNSEY, seen=before)
    assert met.means("Walworth") == [ARK_WALWORTH]


@pytest.mark.parametrize(
    ("urn", "said"),
    [
        (OF_NO_FORCE, "Nowhere School is in no force's area"),
        (OF_ANOTHER, "Fenland School belongs to another force"),
        (WALWORTH, "Walworth School is closed|Walworth School closed on 31 August 2007"),
    ],
)
def test_schools_that_cannot_be_partners_are_refused_by_name(met, taken, urn, said):
    listed, school = met.listed("Walworth"), School.objects.using("owner").get(urn=urn)
    with met.acting() as by, pytest.raises(Refused, match=said):
        proposals.choose(listed=listed, schools=[school], seen=proposals.state_of(listed), by=by)
    assert met.means("Walworth") == []


def test_at_least_one_school_and_not_too_many(met, taken):
    with pytest.raises(Refused, match="Choose the school"):
        choose(met, "Walworth")
    with met.seen():
        urns = list(School.objects.filter(status="open").values_list("urn", flat=True)[:11])
    with pytest.raises(Refused, match="Choose the school"):
        choose(met, "Walworth", *urns)


def test_only_the_coordinator_decides(met, taken):
    with pytest.raises(NotPermitted):
        choose(met, "Walworth", ARK_WALWORTH, key="sol")
    with pytest.raises(NotPermitted):
        set_aside(met, "Walworth", key="sol")


def test_a_refused_line_and_one_of_a_list_not_taken_in_cannot_be_decided(met, tmp_path):
    path = written(tmp_path, "Borough,School\nNorfolk,Taverham High\nSouthwark,Walworth\n")
    met.read(path)
    with pytest.raises(WrongState, match="Take the list in first"):
        choose(met, "Walworth", ARK_WALWORTH)
    met.taken(path)
    with pytest.raises(WrongState, match="is refused"):
        choose(met, "Taverham High", ARK_WALWORTH)

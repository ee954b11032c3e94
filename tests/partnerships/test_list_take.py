"""A real list against real register rows: what matches by itself is right, and everything else is asked."""

import io

import pytest
from django.core.management import CommandError, call_command
from list_places import APPENDIX, DATA, OF_ANOTHER, OF_NO_FORCE, by_hand, counts, written

from partnerships.models import ListedMatch, ListedSchool, Partnership, PartnershipList
from partnerships.services import lists
from partnerships.workflow import ListedStatus
from schools.models import School
from ssp.refusals import NotPermitted, WrongState

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def run(path, force="metropolitan", **options):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_partnerships", str(path), of=force, stdout=out, stderr=err, **options)
        code = 0
    except SystemExit as stopped:
        code = stopped.code
    return code, out.getvalue(), err.getvalue()


def refusals(folder):
    return (folder / "list-refused.csv").read_text(encoding="utf-8") if (folder / "list-refused.csv").exists() else ""


def test_no_wrong_school_is_taken_without_asking(met):
    """The 78 rows of Appendix 1, compared with the matches made by hand."""
    met.taken()
    meant = by_hand()
    with met.seen():
        matched = list(ListedMatch.objects.select_related("listed", "school"))
        statuses = list(ListedSchool.objects.values_list("status", flat=True))
    wrong = [(m.listed.name, m.school.urn) for m in matched if m.school.urn not in meant[m.listed.line - 1]]
    assert wrong == []
    assert (len(matched), statuses.count("matched"), statuses.count("waiting")) == (39, 39, 39)


def test_a_school_matches_by_itself_only_where_it_teaches_today(met):
    met.taken()
    with met.seen():
        found = set(School.objects.filter(pk__in=ListedMatch.objects.values("school")).values_list("status", flat=True))
    assert found == {"open"}


def test_the_right_school_or_its_successor_stands_among_those_asked_about(met):
    """For the lines that are asked, what was found by hand is on the page unless the register has it under another name."""
    from partnerships import list_queries

    met.taken()
    meant, shown, unknown = by_hand(), 0, []
    with met.seen():
        for listed in ListedSchool.objects.filter(status="waiting").order_by("line"):
            likely, _ = list_queries.choices_for(listed)
            urns = {each.school.urn for each in likely}
            if urns & meant[listed.line - 1]:
                shown += 1
            else:
                unknown.append(listed.name)
    assert unknown == [
        "Cardinal Hinsley RC High",
        "South Camden Community",
        "Northolt High",
        "Hackney Free and Parochial",
        "White Hart Lane",
        "Crofton",
        "Tower Hamlets College",
    ]
    assert shown == 32


def test_matched_lines_become_proposed_partnerships_with_their_mark(met):
    met.taken()
    partners = met.partners()
    assert len(partners) == 39
    assert (
        partners[100049] is True and partners[138609] is False
    )  # Haverstock has an officer of its own, Queens Park none


def test_reading_alone_proposes_nothing(met):
    made = met.read(APPENDIX)
    assert made.taken_at is None and met.partners() == {}
    assert met.listed("Haverstock").status == ListedStatus.MATCHED


def test_the_same_file_is_the_same_list_whatever_its_name(met, tmp_path):
    first = met.taken()
    again = met.read(written(tmp_path, APPENDIX.read_bytes(), "renamed.csv"), key="bea")
    assert again.pk == first.pk
    with met.acting("bea") as by:
        lists.take(partner_list=again, by=by)
    with met.seen():
        assert PartnershipList.objects.count() == 1
        assert ListedSchool.objects.count() == 78 and Partnership.objects.count() == 39


def test_what_is_done_is_logged(met):
    met.taken()
    (read,), (taken,) = met.logged("list.read"), met.logged("list.taken")
    assert read.details == {"found": 78, "matched": 39, "waiting": 39, "refused": 0}
    assert taken.actor_id == met.users["kit"].pk
    assert len(met.logged("partnership.proposed")) == 39


def test_only_the_coordinator_brings_lists_in(met):
    with pytest.raises(NotPermitted):
        met.read(APPENDIX, key="sol")


def test_a_list_read_can_be_left_and_one_taken_in_cannot(met):
    made = met.read(APPENDIX)
    with met.acting() as by:
        lists.discard(partner_list=made, by=by)
        assert ListedSchool.objects.count() == 0
    with met.acting("bea") as by, pytest.raises(WrongState, match="there no more"):
        lists.take(partner_list=made, by=by)
    taken = met.taken()
    with met.acting() as by, pytest.raises(WrongState, match="taken in already"):
        lists.discard(partner_list=taken, by=by)


# The command ------------------------------------------------------------------------------------------------------


def test_the_command_takes_a_list_in_once(met, tmp_path):
    code, out, _ = run(APPENDIX, report_to=tmp_path)
    assert code == 0 and counts(out) == "imported=78 updated=0 unchanged=0 refused=0"
    assert "39 wait for the coordinator, 39 matched by themselves" in out
    before = met.partners()
    code, out, _ = run(APPENDIX, report_to=tmp_path)
    assert code == 0 and counts(out) == "imported=0 updated=0 unchanged=78 refused=0"
    assert met.partners() == before
    assert len(met.logged("list.taken")) == 1


def test_a_dry_run_keeps_nothing(met, tmp_path):
    code, out, _ = run(APPENDIX, report_to=tmp_path, dry_run=True)
    assert code == 0 and "dry run, nothing was kept" in out
    assert counts(out) == "imported=78 updated=0 unchanged=0 refused=0"
    with met.seen():
        assert not PartnershipList.objects.exists() and not Partnership.objects.exists()
    assert met.logged("list.read") == []


@pytest.mark.parametrize("said", ["metropolitan", "metropolitan-police"])
def test_the_force_is_found_by_either_name(met, tmp_path, said):
    assert run(APPENDIX, force=said, report_to=tmp_path, dry_run=True)[0] == 0
    assert run(APPENDIX, force=str(met.force.pk), report_to=tmp_path, dry_run=True)[0] == 0


def test_an_unknown_force_is_named_with_those_there_are(met, tmp_path):
    with pytest.raises(CommandError, match=r"No force 'narnia'.*metropolitan-police"):
        run(APPENDIX, force="narnia", report_to=tmp_path)


def test_refused_lines_are_written_with_their_reasons(met, tmp_path):
    content = "Borough,School,URN,Single officer\nBrent,Wembley High,,perhaps\nBrent,,,yes\nNorfolk,Taverham High,,\n"
    content += "Brent,Somewhere,999999,\nBrent,Queens Park Community,,\nbrent,queens park community,,\nBrent,X,12,\n"
    content += "Brent,a,b,c,d,e\n"
    code, out, _ = run(written(tmp_path, content), report_to=tmp_path)
    assert code == 0 and counts(out) == "imported=1 updated=0 unchanged=0 refused=7"
    report = refusals(tmp_path)
    for reason in (
        "“perhaps” is no single-officer mark",
        "It names no school",
        "Norfolk lies in the area of Norfolk Constabulary, not of Metropolitan Police",
        "999999 is not one of the schools of Metropolitan Police",
        "Line 6 says the same school already",
        "“12” is no register number",
        "6 fields under a header of 4",
    ):
        assert reason in report
    code, out, _ = run(tmp_path / "list.csv", report_to=tmp_path)
    assert counts(out) == "imported=0 updated=0 unchanged=1 refused=7" and refusals(tmp_path) == report


@pytest.mark.parametrize("urn", [OF_NO_FORCE, OF_ANOTHER])
def test_a_school_of_no_force_or_of_another_is_refused_by_name(met, tmp_path, urn):
    code, out, _ = run(written(tmp_path, f"School,URN\nNowhere School,{urn}\n"), report_to=tmp_path)
    assert code == 1 and counts(out) == "imported=0 updated=0 unchanged=0 refused=1"
    assert f"{urn} is not one of the schools of Metropolitan Police" in refusals(tmp_path)


def test_a_file_that_is_no_list_changes_nothing_and_says_what_to_do(met, tmp_path):
    code, out, err = run(written(tmp_path, "a,b\n1,2\n"), report_to=tmp_path)
    assert code == 1 and "no column for the school" in err
    assert counts(out) == "imported=0 updated=0 unchanged=0 refused=0"


def test_a_list_begun_on_the_page_is_finished_by_the_command(met, tmp_path):
    met.read(APPENDIX)
    assert counts(run(APPENDIX, report_to=tmp_path)[1]) == "imported=78 updated=0 unchanged=0 refused=0"


# What a line says -------------------------------------------------------------------------------------------------


def means(met, tmp_path, line, head="Borough,School,URN"):
    met.taken(written(tmp_path, f"{head}\n{line}\n"))
    with met.seen():
        row = ListedSchool.objects.get()
        return row, list(ListedMatch.objects.values_list("school__urn", flat=True))


@pytest.mark.parametrize(
    ("line", "urn"),
    [
        ("Camden,Haverstock School,", 100049),
        ("LONDON BOROUGH OF CAMDEN,haverstock,", 100049),
        ("Tower Hamlets,George Greens,", 100974),
        ("Lewisham,Forest Hill School for Boys,", 100745),
        ("Newham,Saint Bonaventures R.C. School,", 102787),
        ("Ealing,Twyford C of E High,", 137546),
        (",Haverstock School,100049", 100049),
    ],
)
def test_ways_of_writing_a_name(met, tmp_path, line, urn):
    assert means(met, tmp_path, line)[1] == [urn]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Islington,Haverstock,", "No school of that name was found in Islington"),
        (",Haverstock,", "The list gives no place"),
        ("Narnia,Haverstock,", "No local authority or town “Narnia” is in the register"),
        ("Lewisham,Forest Hill Girls,", "Girls, boys or both"),
        ("Camden,Haverstok,", "The spelling differs"),
        ("Camden,Haverstock Primary,", "Another phase of education"),
        ("Camden,Haverstock College,", "The list says college"),
        ("Southwark,Walworth,", "Walworth School has closed. Ark Walworth Academy came after it"),
        ("Camden,Something else,100049", "The register has 100049 as Haverstock School"),
        ("Southwark,Walworth School,100843", "Walworth School does not teach today"),
        ("Camden,School,", "No school of that name"),
    ],
)
def test_what_is_not_certain_is_asked(met, tmp_path, line, why):
    row, matched = means(met, tmp_path, line)
    assert row.status == ListedStatus.WAITING and matched == [] and why in row.why
    assert met.partners() == {}


def test_one_school_is_not_given_to_two_lines(met, tmp_path):
    made = met.taken(written(tmp_path, "Borough,School\nCamden,Haverstock\nCamden,Haverstock School\n"))
    with met.seen():
        first, second = ListedSchool.objects.filter(partner_list=made).order_by("line")
    assert first.status == ListedStatus.MATCHED
    assert second.status == ListedStatus.WAITING and second.why == "Line 2 means Haverstock School already."


def test_the_excerpt_holds_nobodys_name():
    assert "Head" not in (DATA / "register.csv").read_text(encoding="cp1252").splitlines()[0]

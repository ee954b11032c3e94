"""Street-level crime: what a file becomes, what is counted and reported, and that a second run changes nothing."""

import zipfile
from contextlib import closing
from datetime import date

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, connections, transaction

from partnerships.crime.rows import NAMES
from partnerships.models.crimes import CrimeMonth, SchoolCrime, StreetCrime, cell_of
from partnerships.services import street_crime
from partnerships.services.street_crime import ImportUnderWay, OnlyPart
from schools.register.reading import Unreadable
from schools.register.report import Counts, Report
from tests.partnerships.crime_files import DATA, crime, place, refusals, taken, text

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
HERE = (623090, 308526)  # of crime_files.HERE, to a few metres


def versions():
    """The transaction that last wrote each row: unchanged means that nothing wrote it, not even the same values."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT 'c', id, xmin::text, xmax::text FROM partnerships_streetcrime UNION ALL "
            "SELECT 's', id, xmin::text, xmax::text FROM partnerships_schoolcrime UNION ALL "
            "SELECT 'm', id, xmin::text, xmax::text FROM partnerships_crimemonth ORDER BY 1, 2"
        )
        return cursor.fetchall()


def test_a_row_becomes_a_crime_at_its_published_point(tmp_path):
    assert taken(tmp_path, text(crime("a1"))).counts == Counts(imported=1)
    found = StreetCrime.objects.get()
    assert (found.month, found.kind, found.location) == (date(2025, 5, 1), "drugs", "On or near Mill Lane")
    assert (found.easting, found.northing) == (pytest.approx(HERE[0], abs=120), pytest.approx(HERE[1], abs=120))
    assert found.cell == cell_of(found.easting, found.northing)
    month = CrimeMonth.objects.get()
    assert (month.force_code, month.crimes, month.is_counted) == ("norfolk", 1, True)


def test_the_second_run_of_a_file_writes_no_row(tmp_path):
    place(*HERE)
    content = text(*(crime(f"n{n}" if n % 3 else "", north=n) for n in range(400)), *(crime() for _ in range(5)))
    first = taken(tmp_path, content)
    assert first.counts == Counts(imported=405)
    before = versions()
    again = taken(tmp_path, content)
    assert again.counts == Counts(unchanged=405)
    assert (again.without_id, again.repeated_without_id) == (first.without_id, first.repeated_without_id)
    assert versions() == before


def test_duplicates_missing_numbers_and_missing_places_are_counted(tmp_path):
    rows = [
        crime("a1"),
        crime("a1"),  # the same crime a second time
        crime("a1", crime_type="Robbery"),  # one number, two offences: both stay
        crime(""), crime(""),  # two reports that read alike: both stay
        crime("b1", longitude="", latitude="", lsoa_name=""),
        crime("b2", lsoa_name="Babergh 007G"),
        crime("b3", lsoa_name="Nowhere known 001A"),
    ]  # fmt: skip
    found = taken(tmp_path, text(*rows))
    assert found.counts == Counts(imported=7, unchanged=1)
    assert (found.duplicates, found.same_id, found.without_id, found.repeated_without_id) == (1, 1, 2, 1)
    assert (found.without_place, found.outside_force) == (1, 1)
    month = CrimeMonth.objects.get()
    assert (month.crimes, month.without_id, month.without_place, month.outside_force) == (7, 2, 1, 1)
    assert StreetCrime.objects.filter(cell=None).count() == 1


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"month": "May 2025"}, "is no month as 2025-05"),
        ({"month": "2025-13"}, "is no month as 2025-05"),
        ({"falls_within": "Atlantis Police"}, "is no police force SSP knows"),
        ({"longitude": ""}, "are not both degrees"),
        ({"latitude": "north"}, "are not both degrees"),
        ({"latitude": "91.0"}, "lie on no globe"),
        ({"crime_type": ""}, "Crime type is blank"),
        ({"crime_id": "<script>"}, "is no number of data.police.uk"),
        ({"location": "On or near \u0000"}, "control character"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_reason(tmp_path, values, reason):
    found = taken(tmp_path, text(crime("a1"), crime("a2") | crime("a2", **values)), name="crimes.csv")
    assert found.counts == Counts(imported=1, refused=1)
    assert reason in refusals(tmp_path)[0]


def test_a_force_it_does_not_know_by_name_is_told_by_the_files_name(tmp_path):
    assert taken(tmp_path, text(crime("a1", falls_within="Norfolk Police & Fire"))).counts == Counts(imported=1)
    assert CrimeMonth.objects.get().force_code == "norfolk"


def test_a_kind_it_does_not_know_and_a_point_off_the_grid_are_kept_with_a_remark(tmp_path):
    found = taken(
        tmp_path, text(crime("a1", crime_type="Time travel"), crime("a2", latitude="10.0", longitude="100.0"))
    )
    assert (found.counts, found.without_place) == (Counts(imported=2), 1)
    assert StreetCrime.objects.filter(kind="other").count() == 1
    assert (tmp_path / "remarks.csv").read_text().count("\n") == 3


def test_what_a_force_publishes_anew_replaces_what_it_published_before(tmp_path):
    school = place(*HERE)
    taken(tmp_path, text(*(crime(f"n{n}") for n in range(10))))
    found = taken(tmp_path, text(*(crime(f"n{n}") for n in range(2, 12))))
    assert (found.counts, found.gone) == (Counts(imported=2, unchanged=8), 2)
    assert SchoolCrime.objects.get(school=school).within_1000 == 10


def test_another_month_and_another_force_stay_as_they_are(tmp_path):
    taken(tmp_path, text(crime("a1")))
    taken(tmp_path, text(crime("a2", month="2025-06")), name="2025-06-norfolk-street.csv")
    taken(tmp_path, text(crime("a3", falls_within="Suffolk Constabulary")), name="2025-05-suffolk-street.csv")
    assert StreetCrime.objects.count() == 3


def test_a_part_of_a_file_does_not_take_the_rest_away_unasked(tmp_path):
    taken(tmp_path, text(*(crime(f"n{n}") for n in range(10))))
    with pytest.raises(OnlyPart, match="4 crimes of norfolk in May 2025, where 10 are held"):
        taken(tmp_path, text(*(crime(f"n{n}") for n in range(4))))
    assert StreetCrime.objects.count() == 10
    assert taken(tmp_path, text(*(crime(f"n{n}") for n in range(4))), takes_less=True).gone == 6


def test_a_dry_run_keeps_nothing(tmp_path):
    assert taken(tmp_path, text(crime("a1")), dry_run=True).counts == Counts(imported=1)
    assert not StreetCrime.objects.exists() and not CrimeMonth.objects.exists()


def test_a_file_of_something_else_is_not_read(tmp_path):
    with pytest.raises(Unreadable, match="no street-level file of"):
        taken(tmp_path, text(header=["URN", "EstablishmentName"]))


def test_only_one_import_at_a_time(tmp_path):
    settings = connections["owner"].get_connection_params()
    with closing(psycopg2.connect(**settings)) as other, other.cursor() as held:
        held.execute("SELECT pg_advisory_lock(%s)", [street_crime._LOCK])
        with pytest.raises(ImportUnderWay):
            taken(tmp_path, text(crime("a1")))
        assert not StreetCrime.objects.exists()


def test_schools_are_counted_in_two_rings_and_by_kind(tmp_path):
    school = place(*HERE)
    place(HERE[0] + 40_000, HERE[1], urn=900002)
    taken(tmp_path, text(crime("a1")))
    exact = StreetCrime.objects.get()
    type(school).objects.using("owner").filter(pk=school.pk).update(easting=exact.easting, northing=exact.northing)
    rows = [
        crime("a1"),
        crime("a2", north=480),
        crime("a3", north=520),
        crime("a4", north=980),
        crime("a5", north=1020),
    ]
    taken(tmp_path, text(*rows, crime("a6", north=990, crime_type="Robbery")))
    found = {c.kind: (c.within_500, c.within_1000) for c in SchoolCrime.objects.filter(school=school)}
    assert found == {"drugs": (2, 4), "robbery": (0, 1)}
    assert SchoolCrime.objects.exclude(school=school).count() == 0


def test_a_school_that_came_since_is_counted_when_asked_for(tmp_path):
    taken(tmp_path, text(crime("a1")))
    school = place(*HERE)
    assert street_crime.count() == 0
    assert street_crime.count(everything=True) == 1
    assert SchoolCrime.objects.get().school_id == school.pk


def test_a_closed_school_is_not_counted(tmp_path):
    school = place(*HERE)
    type(school).objects.using("owner").filter(pk=school.pk).update(status="closed")
    taken(tmp_path, text(crime("a1")))
    assert not SchoolCrime.objects.exists()


def test_nobody_but_the_import_writes_them(tmp_path):
    taken(tmp_path, text(crime("a1")))
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM partnerships_streetcrime")


def command(*paths, folder, **options):
    import io

    out, err = io.StringIO(), io.StringIO()
    call_command("import_street_crime", *map(str, paths), report_to=folder, stdout=out, stderr=err, **options)
    return out.getvalue().splitlines(), err.getvalue()


def test_the_command_takes_a_zip_and_a_folder_as_downloaded(tmp_path):
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("2025-05/2025-05-norfolk-street.csv", text(crime("a1"), crime("a1")))
        archive.writestr("2025-05/2025-05-norfolk-outcomes.csv", "Crime ID,Month\n")
        archive.writestr("2025-06/2025-06-norfolk-street.csv", text(crime("a2", month="2025-06")))
    lines, _ = command(packed, folder=tmp_path)
    assert lines[-1] == "imported=2 updated=0 unchanged=1 refused=0"
    assert "duplicates=1" in lines[-2]
    folder = tmp_path / "download" / "2025-05"
    folder.mkdir(parents=True)
    (folder / "2025-05-norfolk-street.csv").write_text(text(crime("a1"), crime("a1")))
    lines, _ = command(tmp_path / "download", folder=tmp_path)
    assert lines[-1] == "imported=0 updated=0 unchanged=2 refused=0"


def test_the_command_says_what_it_could_not_read(tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SystemExit):
        command(empty, tmp_path / "missing.csv", folder=tmp_path)
    with pytest.raises(CommandError, match="Name a file"):
        command(folder=tmp_path)


@pytest.mark.parametrize("name", ["2021-08-norfolk-street.csv", "2025-10-city-of-london-street.csv"])
def test_a_real_file_is_taken_whole_and_a_second_time_without_change(tmp_path, name):
    found = taken(tmp_path, DATA / name)
    rows = (DATA / name).read_text(encoding="utf-8").count("\n") - 1
    assert found.counts == Counts(imported=rows)
    assert taken(tmp_path, DATA / name).counts == Counts(unchanged=rows)


def test_the_figures_of_two_real_schools_are_those_counted_by_hand(tmp_path):
    """The places are the register's; the numbers were counted in the file with another transformation."""
    cromer, diss = place(622211, 341274, urn=137431), place(612113, 280334, urn=137092)
    taken(tmp_path, DATA / "2021-08-norfolk-street.csv")
    for school, expected in ((cromer, CROMER), (diss, DISS)):
        rows = SchoolCrime.objects.filter(school=school)
        assert (sum(r.within_500 for r in rows), sum(r.within_1000 for r in rows)) == expected


CROMER, DISS = (16, 37), (13, 39)


def test_reports_name_the_month_and_the_place(tmp_path):
    with Report(tmp_path / "refused.csv", tmp_path / "remarks.csv", NAMES) as report:
        report.refuse(3, "2025-05", "=cmd", "Because")
    assert (tmp_path / "refused.csv").read_text().splitlines() == [
        "line,month,location,reason",
        "3,2025-05,'=cmd,Because",
    ]

import datetime
import gzip
import signal
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.db import connection, connections

from schools.models import School, SchoolLink
from schools.register import forces
from schools.register.reading import Unreadable
from schools.register.report import Counts
from schools.services import register
from ssp.tenancy import context
from ssp.tenancy.models import Force
from tests.schools.registers import DATA, HEADER, imported, row, text

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def school(urn=900001):
    return School.objects.using("owner").get(urn=urn)


def versions(table="schools_school"):
    """The transaction that last wrote each row: unchanged means that nothing wrote it, not even the same values."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SELECT id, xmin::text, xmax::text FROM {table} ORDER BY id")  # noqa: S608
        return cursor.fetchall()


def norfolk():
    return Force.objects.using("owner").create(name="Norfolk", slug="norfolk", police_uk_id="norfolk")


def test_a_row_becomes_a_school_with_its_place_and_force(tmp_path):
    force = norfolk()
    counts, refused, remarks = imported(tmp_path, text(row()))
    assert (counts, refused, remarks) == (Counts(imported=1), [], [])
    found = school()
    assert (found.name, found.status, found.la_name, found.pupils) == ("Ashfield School", "open", "Norfolk", 812)
    assert (found.opened_on, found.closed_on) == (datetime.date(1999, 9, 1), None)
    assert (found.police_force_code, found.force_id) == ("norfolk", force.pk)
    assert (found.latitude, found.longitude) == pytest.approx((52.6277, 1.2951), abs=0.01)


def test_a_school_outside_every_force_of_the_platform_has_none_until_its_force_joins(tmp_path):
    imported(tmp_path, text(row()))
    assert (school().police_force_code, school().force_id) == ("norfolk", None)
    force = norfolk()
    assert imported(tmp_path, text(row()))[0] == Counts(updated=1)
    assert school().force_id == force.pk


def test_a_school_that_serves_a_force_keeps_it_whatever_a_file_says(tmp_path):
    force = norfolk()
    Force.objects.using("owner").create(name="Suffolk", slug="suffolk", police_uk_id="suffolk")
    imported(tmp_path, text(row()))
    imported(tmp_path, text(row(LA="")))
    assert (school().force_id, school().police_force_code) == (force.pk, "")
    _, _, remarks = imported(tmp_path, text(row(LA="935")))
    assert (school().force_id, school().police_force_code) == (force.pk, "suffolk")
    assert remarks == ["the register now places it with 'suffolk'; it stays with its force"]


def test_the_second_run_of_a_file_writes_no_row(tmp_path):
    content = text(
        *(
            row(900000 + n, name=f"École {n}", Easting="" if n % 2 else "1000", Northing="" if n % 2 else "2000")
            for n in range(500)
        )
    )
    assert imported(tmp_path, content)[0] == Counts(imported=500)
    before = versions()
    assert imported(tmp_path, content)[0] == Counts(unchanged=500)
    assert versions() == before


def test_only_what_differs_is_written(tmp_path):
    imported(tmp_path, text(row(900001), row(900002, name="Birchwood")))
    before, same, other = set(versions()), school(900001).pk, school(900002).pk
    counts, _, _ = imported(tmp_path, text(row(900001), row(900002, name="Birchwood Academy"), row(900003)))
    assert counts == Counts(imported=1, updated=1, unchanged=1)
    assert {pk for pk, *_ in before & set(versions())} == {same}
    assert school(900002).pk == other


def test_schools_and_columns_a_file_lacks_stay_as_they_are(tmp_path):
    imported(tmp_path, text(row(900001), row(900002)))
    narrow = ["EstablishmentName", "urn", "Establishment Status (NAME)", "LA(code)"]
    content = ",".join(narrow) + "\nNew name,900001,Closed,926\nFresh,900009,,\n"
    assert imported(tmp_path, content)[0] == Counts(imported=1, updated=1)
    kept, fresh = school(900001), school(900009)
    assert (kept.name, kept.status, kept.pupils, kept.postcode) == ("New name", "closed", 812, "NR1 1AA")
    assert kept.latitude is not None
    assert (fresh.status, fresh.phase, fresh.postcode, fresh.pupils, fresh.force_id) == (
        "unknown",
        "unknown",
        "",
        None,
        None,
    )


def test_a_urn_that_comes_twice_is_taken_once(tmp_path):
    counts, refused, _ = imported(tmp_path, text(row(), row(900002), row(), row(name="Another")))
    assert counts == Counts(imported=2, unchanged=1, refused=1)
    assert refused == ["the file has this row twice with different values; the first was taken"]
    assert school().name == "Ashfield School"


def test_half_a_place_is_refused_and_nought_is_none(tmp_path):
    counts, refused, _ = imported(tmp_path, text(row(Northing=""), row(900002, Easting="0", Northing="0")))
    assert counts == Counts(imported=1, refused=1)
    assert refused == ["Easting and Northing: one is given without the other"]
    assert (school(900002).easting, school(900002).latitude) == (None, None)


def test_a_dry_run_says_the_same_and_keeps_nothing(tmp_path):
    imported(tmp_path, text(row()))
    before = versions()
    assert imported(tmp_path, text(row(name="New"), row(900002)), dry_run=True)[0] == Counts(imported=1, updated=1)
    assert [v[:2] for v in versions()] == [v[:2] for v in before]


@pytest.mark.parametrize("damage", ["missing column", "cut short"])
def test_what_cannot_be_read_changes_nothing(tmp_path, damage):
    content = gzip.compress(text(*(row(900000 + n) for n in range(300))).encode())[:-9]
    with pytest.raises(Unreadable):
        imported(tmp_path, b"URN,Name\n1,2\n" if damage == "missing column" else content)
    assert versions() == []


def test_a_failure_halfway_leaves_nothing(tmp_path, monkeypatch):
    def fails(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(register.loading, "insert", fails)
    imported_before = versions()
    with pytest.raises(KeyboardInterrupt):
        imported(tmp_path, text(row()))
    assert versions() == imported_before == []


def test_an_interruption_while_reading_is_not_taken_for_a_database_error(tmp_path, monkeypatch):
    def fails(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(register.geo, "wgs84_many", fails)
    with pytest.raises(KeyboardInterrupt):
        imported(tmp_path, text(row()))
    assert versions() == []


def test_a_second_import_at_the_same_time_is_refused_clearly(tmp_path):
    other = connections.create_connection("owner")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [register._LOCK])
        with pytest.raises(register.ImportUnderWay, match="Another import of the school register is running"):
            imported(tmp_path, text(row()))
        other.rollback()
        assert imported(tmp_path, text(row()))[0] == Counts(imported=1)
    finally:
        other.close()


YEARS = {
    "2019-133-columns-ragged.csv": Counts(imported=3, refused=1),
    "2021-139-columns.csv": Counts(imported=6),
    "2024-140-columns-spreadsheet.csv": Counts(imported=5),
    "2025-135-columns.csv": Counts(imported=2),
    "2025-links.csv": Counts(imported=25),
}


@pytest.mark.parametrize(("name", "counts"), YEARS.items())
def test_files_of_every_year_as_published(tmp_path, name, counts):
    assert imported(tmp_path, DATA / name)[0] == counts
    before = versions(), versions("schools_schoollink")
    assert imported(tmp_path, DATA / name)[0] == Counts(unchanged=counts.imported, refused=counts.refused)
    assert (versions(), versions("schools_schoollink")) == before


def test_letters_of_published_files_arrive_whole(tmp_path):
    for name in YEARS:
        imported(tmp_path, DATA / name)
    assert school(126416).name == "St Thomas à Becket Church of England Aided Primary School"
    assert school(100371).name == "Ecole Française de Londres Jacques Prévert"
    assert {s.status for s in School.objects.using("owner").all()} >= {"open", "closed"}


def test_a_row_of_another_years_columns_is_refused_by_its_width(tmp_path):
    _, refused, _ = imported(tmp_path, DATA / "2019-133-columns-ragged.csv")
    assert refused == ["139 fields under a header of 133: which value belongs to which column is not known"]


def test_no_name_of_a_head_teacher_is_taken(tmp_path):
    header = [*HEADER, "HeadTitle (name)", "HeadFirstName", "HeadLastName"]
    people = {"HeadTitle (name)": "Ms", "HeadFirstName": "Quillon", "HeadLastName": "Zephyrine"}
    imported(tmp_path, text(row() | people, row(900002, name="") | people, header=header))
    stored = str(School.objects.using("owner").values().get()) + (tmp_path / "refused.csv").read_text()
    assert "Quillon" not in stored
    assert "Zephyrine" not in stored


def test_links_lead_to_successors_even_of_schools_not_in_the_register(tmp_path):
    links = 'URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n900001,900002,"B",Successor,01-09-2020\n'
    links += "900002,900001,A,Predecessor,\n900001,900003,C,Sixth Form Centre Link,\n900001,12,D,Other,\n"
    counts, refused, _ = imported(tmp_path, links)
    assert counts == Counts(imported=3, refused=1)
    assert "LinkURN: '12'" in refused[0]
    (link,) = SchoolLink.objects.using("owner").successors_of(900001)
    assert (link.to_urn, link.established_on) == (900002, datetime.date(2020, 9, 1))
    assert imported(tmp_path, links)[0] == Counts(unchanged=3, refused=1)
    assert imported(tmp_path, links.replace("01-09-2020", "02-09-2020"))[0] == Counts(updated=1, unchanged=2, refused=1)


def test_open_schools_and_schools_of_an_area(tmp_path):
    force = norfolk()
    statuses = ["Open", "Closed", "", "Open, but proposed to close", "Proposed to open"]
    imported(
        tmp_path, text(*(row(900000 + n, EstablishmentStatus=s) for n, s in enumerate(statuses)), row(900009, LA="935"))
    )
    schools = School.objects.using("owner")
    assert [s.urn for s in schools.open().in_force_area(force).order_by("urn")] == [900000, 900003]
    assert not schools.in_force_area(Force(name="Invented", slug="invented")).exists()


def test_the_application_reads_its_forces_schools_and_changes_no_link(tmp_path):
    force = norfolk()
    imported(tmp_path, text(row(), row(900002, LA="935")))
    with context.entered(context.system(force.pk)):
        assert [s.urn for s in School.objects.all()] == [900001]
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege('schools_schoollink', 'INSERT')")
            assert cursor.fetchone() == (False,)


def test_a_force_is_found_by_authority_then_by_district():
    assert forces.covering("926") == "norfolk"
    assert forces.covering("", "W06000015") == "south-wales"
    assert forces.covering("201", "E07000148") == "city-of-london"
    assert forces.covering("999", "X") == ""
    assert {*forces._by_authority().values(), *forces._by_district().values()} <= set(forces.names())


def command(capsys, *args):
    code = 0
    try:
        call_command("import_schools", *map(str, args))
    except SystemExit as left:
        code = left.code
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_the_command_prints_its_counts_last_and_where_the_reasons_are(tmp_path, capsys):
    code, out, err = command(
        capsys, DATA / "2019-133-columns-ragged.csv", "--links", DATA / "2025-links.csv", "--report-to", tmp_path
    )
    assert (code, err) == (0, "")
    assert out[-1] == "imported=28 updated=0 unchanged=0 refused=1"
    assert str(tmp_path / "2019-133-columns-ragged-refused.csv") in out[0]
    assert "139 fields" in (tmp_path / "2019-133-columns-ragged-refused.csv").read_text()


def test_the_command_names_authorities_it_does_not_know(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(text(row(LA="702")))
    _, out, _ = command(capsys, tmp_path / "a.csv", "--report-to", tmp_path, "--dry-run")
    assert out[0].endswith("dry run, nothing was kept")
    assert out[1].endswith("local authorities in no known force's area: 702 (1 schools)")
    assert versions() == []


def test_the_command_shows_progress_where_asked(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(text(row()))
    _, _, err = command(capsys, tmp_path / "a.csv", "--report-to", tmp_path, "--progress")
    assert "1 rows" in err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"borough,school\nBrent,Wembley High\n",
        b"URN,EstablishmentName,LA (code),EstablishmentStatus (name)\nx,y,,\n",
    ],
)
def test_the_command_fails_where_nothing_could_be_read(tmp_path, capsys, content):
    (tmp_path / "a.csv").write_bytes(content)
    code, out, _ = command(capsys, tmp_path / "a.csv", "--report-to", tmp_path)
    assert code == 1
    assert out[-1].startswith("imported=0 updated=0 unchanged=0 refused=")


def test_the_reasons_of_an_earlier_run_do_not_stay(tmp_path):
    imported(tmp_path, text(row(urn=5)))
    assert (tmp_path / "refused.csv").exists()
    imported(tmp_path, text(row()))
    assert not (tmp_path / "refused.csv").exists()


def test_a_killed_import_leaves_nothing(tmp_path):
    """The file never ends, so the process is certainly in the middle of it when it dies."""
    script = (
        "import django, os, sys; django.setup()\n"
        "from django.db import connections; connections['owner'].settings_dict['NAME'] = sys.argv[1]\n"
        "from schools.register.report import Report; from schools.services import register; from pathlib import Path\n"
        "def stop(rows): print(rows, flush=True); sys.stdin.read()\n"
        "folder = Path(sys.argv[2])\n"
        "with Report(folder / 'r', folder / 's') as report:\n"
        "    register.import_file(path=folder / 'a.csv', report=report, progress=stop)\n"
    )
    (tmp_path / "a.csv").write_text(text(*(row(900000 + n) for n in range(2000))))
    name = connections["owner"].settings_dict["NAME"]
    process = subprocess.Popen(
        [sys.executable, "-c", script, name, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline().strip() == "200"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert versions() == []
    assert imported(tmp_path, tmp_path / "a.csv")[0] == Counts(imported=2000)

"""The pages of lists: uploaded, looked through, taken in, decided line by line; nothing typed is lost."""

import csv as csv_format
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from list_places import APPENDIX, OF_ANOTHER
from test_list_read import workbook

from partnerships.list_worklist import lists_waiting
from partnerships.models import PartnershipList
from schools.models import School

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

WALWORTH, ARK_WALWORTH = 100843, 135315


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def upload(client, content, name="partners.csv"):
    return client.post("/lists/new/", {"file": SimpleUploadedFile(name, content)})


def seen(client, address):
    return re.search(r'name="seen" value="([^"]*)"', client.get(address).content.decode())[1]


def line_of(met, name):
    return f"/lists/lines/{met.listed(name).pk}/"


def waiting(met):
    with met.acting() as by:
        return [item.title for item in lists_waiting(by)]


@pytest.fixture
def kit(met):
    return met.client()


def test_from_the_upload_to_the_last_line(met, kit):
    made = upload(
        kit, b"Borough,School,Single officer\nCamden,Haverstock,yes\nSouthwark,Walworth,yes\nNorfolk,Taverham,\n"
    )
    address = made["Location"]
    summary = words(kit.get(address))
    assert "Nothing is taken in yet" in summary
    assert "1 line matched a school by itself" in summary and "1 line waits for you" in summary
    assert "1 line is refused" in summary and met.partners() == {}
    assert waiting(met) == ["Take in the list partners.csv, or leave it"]

    taken = kit.post(f"{address}take/", follow=True)
    assert "1 line waits for you" in words(taken) and met.partners() == {100049: True}
    assert waiting(met) == ["1 school of the list partners.csv waits for you"]

    line = line_of(met, "Walworth")
    page = words(kit.get(line))
    assert "Walworth School has closed. Ark Walworth Academy came after it." in page
    school = met.school(ARK_WALWORTH)
    done = kit.post(f"{line}choose/", {"school": school.pk, "seen": seen(kit, line)}, follow=True)
    assert "Walworth is Ark Walworth Academy. A partnership is proposed." in words(done)
    assert "No line waits for you" in words(done) and waiting(met) == []
    assert met.partners() == {100049: True, ARK_WALWORTH: True}
    assert "Decided by Kit Example" in words(kit.get(line))


def test_the_next_line_follows_the_one_decided(met, kit):
    made = met.taken()
    line = line_of(met, "Kingsland")
    answer = kit.post(f"{line}set-aside/", {"reason": "Closed in 2004.", "seen": seen(kit, line)})
    assert answer["Location"] == line_of(met, "Homerton")
    assert "Closed in 2004." in words(kit.get(f"/lists/{made.pk}/?show=set_aside"))


def test_a_refusal_keeps_what_was_typed(met, kit):
    met.taken()
    line = line_of(met, "Walworth")
    nothing = kit.post(f"{line}choose/", {"seen": seen(kit, line)})
    assert "Choose the school the line means" in words(nothing)
    closed = kit.post(f"{line}choose/", {"school": met.school(WALWORTH).pk, "seen": seen(kit, line)})
    assert "Walworth School" in words(closed) and "Choose the school that came after it" in words(closed)
    kept = kit.post(f"{line}choose/", {"school": met.school(ARK_WALWORTH).pk, "seen": "old"})
    assert "decided this line while you looked at it" in words(kept)
    assert f'value="{met.school(ARK_WALWORTH).pk}" checked' in kept.content.decode()
    reason = kit.post(f"{line}set-aside/", {"reason": "Not ours <b>", "seen": "old"})
    assert "Not ours &lt;b&gt;" in reason.content.decode() and "decided this line" in words(reason)
    assert met.means("Walworth") == []


def test_a_search_finds_what_the_name_does_not(met, kit):
    met.taken()
    line = line_of(met, "Northolt High")
    assert "Islip Manor High School" in words(kit.get(f"{line}?q=islip"))
    assert "Islip Manor High School" in words(kit.get(f"{line}?q=101943"))
    assert "Nothing more was found" in words(kit.get(f"{line}?q={OF_ANOTHER}"))
    foreign = School.objects.using("owner").get(urn=OF_ANOTHER)
    answer = kit.post(f"{line}choose/", {"school": foreign.pk, "seen": seen(kit, line)})
    assert "Choose from the schools shown" in words(answer) and "Fenland" not in words(answer)


def test_the_same_file_leads_to_the_same_list(met, kit):
    first = upload(kit, APPENDIX.read_bytes())["Location"]
    kit.post(f"{first}take/")
    again = upload(met.client("bea"), APPENDIX.read_bytes(), "other.csv")
    assert again["Location"] == first
    assert "brought in before" in words(met.client("bea").get(first)) or again.status_code == 302


def test_a_workbook_does_as_well(met, kit):
    data = workbook(["Borough", "School"], ["Camden", "Haverstock"])
    assert "1 line matched a school" in words(kit.get(upload(kit, data, "partners.xlsx")["Location"]))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"a,b\n1,2\n", "no column for the school"),
        (b"%PDF-1.7", "it is a PDF"),
        (b"School\n" + b"x\n" * (1 << 20), "smaller than 2 MB"),
    ],
)
def test_what_is_no_list_is_said_at_the_field(met, kit, content, said):
    answer = upload(kit, content)
    assert answer.status_code == 200 and said in words(answer)
    assert b"govuk-error-summary" in answer.content
    with met.seen():
        assert not PartnershipList.objects.exists()


def test_without_a_file_the_page_says_so(met, kit):
    assert "Select the list you want to bring in" in words(kit.post("/lists/new/", {}))


def test_a_hostile_name_of_a_file_is_only_a_name(met, kit):
    made = upload(kit, b"School\nA\n", "<script>alert(1)</script>\x1b[31m.csv")["Location"]
    page = kit.get(made).content.decode()
    assert "<script>alert" not in page and "\x1b" not in page


def test_the_download_runs_no_formula(met, kit):
    made = upload(kit, b"Borough,School\nBrent,=1+1\nNorfolk,@SUM(1)\n")["Location"]
    every = kit.get(f"{made}lines.csv")
    rows = list(csv_format.reader(io.StringIO(every.content.decode("utf-8-sig"))))
    assert [row[2] for row in rows[1:]] == ["'=1+1", "'@SUM(1)"]
    refused = kit.get(f"{made}lines.csv?show=refused").content.decode("utf-8-sig")
    assert refused.count("\r\n") == 2 and "Norfolk lies in the area of Norfolk Constabulary" in refused


def test_a_list_that_is_not_taken_in_leaves_nothing(met, kit):
    made = upload(kit, APPENDIX.read_bytes())["Location"]
    assert kit.post(f"{made}discard/")["Location"] == "/lists/"
    assert kit.get(made).status_code == 404
    assert "No list was brought in yet" in words(kit.get("/lists/"))


def test_long_lists_are_shown_in_parts(met, kit):
    rows = "".join(f"Brent,Nonesuch {n}\n" for n in range(120))
    made = upload(kit, f"Borough,School\n{rows}".encode())["Location"]
    first = kit.get(f"{made}?show=waiting").content.decode()
    further = re.search(r'href="(\?show=waiting&amp;from=\d+)"', first)[1].replace("&amp;", "&")
    assert "Nonesuch 49" in first and "Nonesuch 50<" not in first
    assert "Nonesuch 50" in kit.get(made + further).content.decode()
    assert kit.get(f"{made}?show=nonsense&from=x").status_code == 200


def test_others_find_no_list(met, kit):
    made = upload(kit, b"School\nA\n")["Location"]
    assert met.client("sol").get(made).status_code == 403
    assert met.client("sol").get("/lists/").status_code == 403

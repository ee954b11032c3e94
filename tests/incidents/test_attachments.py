"""A file is put to a concern: which are taken, what of them is kept, who checks them, who opens them; nothing unchecked leaves."""

import hashlib
import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import samples
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone
from PIL import Image
from samples import SECRET, clamd
from telling import posted, told
from world import client_of, logged

from incidents.models import ConcernAttachment
from incidents.services import concerns
from ssp import schedule, tasks
from ssp.documents import file_types, scanner
from ssp.documents.attachments import FileKind, Scan
from ssp.documents.scanner import ScannerAway, Verdict
from ssp.documents.services import attachments
from ssp.models import Task
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }


def desk(world):
    place = world.schools["ashfield"]
    return context.entered(context.desk(place.force_id, place.pk))


def put(world, concern, data=None, by="maya", name="photo.jpg", **more):
    given = {"is_confirmed": True, "press": uuid.uuid4()} | more
    with world.acting(by) as user:
        return concerns.attach(
            concern=concern, name=name, data=samples.jpeg() if data is None else data, by=user, **given
        )


def checked(world):
    """What the worker does with every file that waits."""
    force = world.forces["northshire"].pk
    with context.entered(context.system(force)):
        Task.objects.filter(name="attachment.scan", state="queued").update(run_after=timezone.now())
        waiting = list(Task.objects.filter(name="attachment.scan", state="queued").values_list("pk", flat=True))
    for pk in waiting:
        tasks.run(str(pk), force)
    return len(waiting)


def state(world, attachment):
    with desk(world):
        return ConcernAttachment.objects.get(pk=attachment.pk).scan


# What is taken, and what of it is kept -----------------------------------------------------------------------------

GOOD = {
    FileKind.JPEG: samples.jpeg, FileKind.PNG: samples.png, FileKind.WEBP: samples.webp, FileKind.PDF: samples.pdf,
    FileKind.DOCX: samples.docx, FileKind.MP4: samples.film, FileKind.MOV: lambda: samples.film(b"qt  "),
    FileKind.M4A: lambda: samples.film(b"M4A "),
}  # fmt: skip


@pytest.mark.parametrize("kind", FileKind)
def test_each_kind_is_known_by_its_bytes_and_loses_its_metadata(kind):
    given = GOOD[kind]()
    found, kept = file_types.cleaned(given)
    assert found == kind
    if kind == FileKind.DOCX:
        import zipfile

        kept = b"".join(
            zipfile.ZipFile(io.BytesIO(kept)).read(name) for name in zipfile.ZipFile(io.BytesIO(kept)).namelist()
        )
        assert b"words" in kept
    assert SECRET not in kept
    if kind in (FileKind.MP4, FileKind.MOV, FileKind.M4A):
        assert len(kept) == len(given) and b"frames" in kept and b"mvhd" in kept


def test_a_photo_keeps_its_picture_and_nothing_else():
    _, kept = file_types.cleaned(samples.jpeg((5000, 100)) + b"PK\x03\x04 a zip behind the picture")
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (4096, 82) and not picture.getexif() and b"PK" not in kept[-40:]


BAD = {
    "nothing": b"",
    "words": b"hello",
    "a page": b"<html><script>alert(1)</script>",
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a program": b"MZ\x90\0" + b"\0" * 100,
    "a gif": b"GIF89a" + b"\0" * 30,
    "half a photo": samples.jpeg((400, 300))[:600],
    "a head alone": b"\xff\xd8\xff",
    "a PDF that is none": b"%PDF-1.7 nothing",
    "a page named PDF": b" %PDF-",
    "a PDF that acts": samples.pdf(act="/JavaScript"),
    "a PDF that starts": samples.pdf(act="/Launch"),
    "a locked PDF": samples.pdf(protect="secret"),
    "a zip": samples.docx()[:30] + b"\0" * 300,
    "a macro": samples.docx(("word/vbaProject.bin", b"\0")),
    "a macro by type": samples.docx(("word/x.rels", b"<a attachedTemplate='http://evil'/>")),
    "an embedded file": samples.docx(("word/embeddings/oleObject1.bin", b"\0")),
    "entities": samples.docx(("word/styles.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]>")),
    "a zip behind a PDF": b"%PDF-1.4\n" + samples.docx(),
    "an iPhone photo": samples.film(b"heic"),
    "another film": samples.film(b"3gp5"),
    "a film with a page behind it": samples.film(tail=b"<html><script>"),
    "a film that lies": b"\0\0\0\x18ftypisom" + b"\xff" * 30,
    "a film without pictures": samples.box(b"ftyp", b"isom"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_none_of_them_is_refused_in_words(what):
    with pytest.raises(Refused) as refused:
        file_types.cleaned(BAD[what])
    assert str(refused.value)[0].isupper() and "Error" not in str(refused.value)


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = samples.docx(("word/big.xml", b"\0" * (file_types.UNPACKED + 1)))
    assert len(bomb) < file_types.MB
    with pytest.raises(Refused, match="too large when unpacked"):
        file_types.cleaned(bomb)
    flood = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(flood, "PNG")
    with pytest.raises(Refused):
        file_types.cleaned(flood.getvalue())


def test_too_large_is_said_with_the_limit(monkeypatch):
    monkeypatch.setitem(file_types.LIMITS, FileKind.JPEG, 100)
    with pytest.raises(Refused, match="smaller than"):
        file_types.cleaned(samples.jpeg())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\maya\\My photo.JPEG", "My photo.jpg"),
        ("invoice.pdf.exe", "invoice.pdf.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ('a"\r\nSet-Cookie: x=1.jpg', "a Set-Cookie x=1.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("x" * 500, "x" * 80 + ".jpg"),
        ("Ysgol Llŷn 照片.jpg", "Ysgol Llŷn 照片.jpg"),
    ],
)
def test_a_name_is_made_safe(given, kept):
    assert attachments.safe_name(given, "jpg") == kept


# Putting it there --------------------------------------------------------------------------------------------------


def test_it_is_kept_under_a_name_of_its_own_and_waits_for_its_check(shared):
    kept = put(shared, told(shared), name="Ellis Varga.jpg")
    assert kept.scan == Scan.WAITING and "Ellis" not in kept.storage_key
    with default_storage.open(kept.storage_key) as file:
        assert hashlib.sha256(file.read()).hexdigest() == kept.sha256
    assert logged(shared, "attachment.added") == [{"kind": "image/jpeg", "reference": str(kept.concern_id)}]


def test_pressed_twice_it_is_kept_once(shared):
    concern, press = told(shared), uuid.uuid4()
    assert put(shared, concern, press=press).pk == put(shared, concern, press=press).pk


def test_without_the_confirmation_it_is_refused_with_what_to_do_instead(shared):
    with pytest.raises(Refused, match=r"do not view, copy or forward it.*101 or 999.*designated safeguarding lead"):
        put(shared, told(shared), is_confirmed=False)


def test_there_is_a_most_of_files(shared, monkeypatch):
    concern = told(shared)
    monkeypatch.setattr(attachments, "MOST_A_RECORD", 1)
    put(shared, concern)
    with pytest.raises(Refused, match="1 files here already"):
        put(shared, concern, samples.png())
    monkeypatch.setattr(attachments, "MOST_A_DAY", 1)
    with pytest.raises(Refused, match="1 files today"):
        put(shared, told(shared))


@pytest.mark.parametrize("by", ["ruth", "ben", "amara", "pia"])
def test_nobody_else_puts_a_file_to_it(shared, by):
    posted(shared)
    with pytest.raises(NotPermitted):
        put(shared, told(shared), by=by)


def test_only_the_desk_and_who_gave_it_see_it_where_the_database_alone_stands_guard(shared):
    posted(shared)
    put(shared, told(shared, by="gwen"), by="gwen")
    mine = put(shared, told(shared))
    for who in ("ben", "tom", "amara", "noor", "ruth", "ivy"):
        with shared.acting(who):
            assert ConcernAttachment.objects.count() == 0, who
    with shared.acting("maya"):
        assert [each.pk for each in ConcernAttachment.objects.all()] == [mine.pk]
    with desk(shared), pytest.raises(DatabaseError, match="kept as it was given"), transaction.atomic():
        ConcernAttachment.objects.filter(pk=mine.pk).update(sha256="0" * 64)


# The check ---------------------------------------------------------------------------------------------------------


def test_the_scanner_is_asked_with_all_the_bytes(settings):
    data = b"x" * (scanner.CHUNK * 2 + 7)
    with clamd(settings=settings) as seen:
        assert scanner.scan(data) == Verdict.CLEAN
        assert scanner.scan(b"a" + samples.EICAR) == Verdict.FOUND
    assert seen[0] == data


@pytest.mark.parametrize(
    "answer",
    [b"", b"stream: OK", b"stream: OK \0", b"OK\0", b"stream: Maybe\0", b"\xff\0", b"x" * 5000, b"stream: OK FOUND? ERROR\0",
     b"stream: Can't allocate memory ERROR\0"],
)  # fmt: skip
def test_any_other_answer_says_nothing(settings, answer):
    with clamd(answer, settings=settings), pytest.raises(ScannerAway):
        scanner.scan(b"words")


def test_over_the_scanners_own_limit_it_says_nothing(settings):
    with clamd(limit=1000, settings=settings), pytest.raises(ScannerAway):
        scanner.scan(b"x" * 5_000_000)


def test_a_scanner_that_does_not_answer_says_nothing(settings, monkeypatch):
    import socket

    monkeypatch.setattr(scanner, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings.SCANNER = f"tcp://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(ScannerAway):
            scanner.scan(b"words")
    with pytest.raises(ScannerAway):  # now nobody listens there
        scanner.scan(b"words")
    settings.SCANNER = "unix:/nowhere/clamd.ctl"
    with pytest.raises(ScannerAway):
        scanner.scan(b"words")


def test_clean_is_handed_out_as_a_file_to_save_and_logged(shared, settings):
    kept = put(shared, told(shared), name="Lip.jpeg")
    url = f"/concerns/files/{kept.pk}/"
    assert client_of(shared, "gwen").get(url).status_code == 409  # not before it is checked
    with clamd(settings=settings):
        assert checked(shared) == 1
    assert state(shared, kept) == Scan.CLEAN and logged(shared, "attachment.scanned")[0]["state"] == "clean"
    for who in ("gwen", "maya"):
        answer = client_of(shared, who).get(url)
        assert answer.status_code == 200 and hashlib.sha256(answer.content).hexdigest() == kept.sha256
        assert (
            answer["Content-Disposition"] == 'attachment; filename="Lip.jpg"'
            and answer["X-Content-Type-Options"] == "nosniff"
        )
        assert "no-store" in answer["Cache-Control"]
    assert len(logged(shared, "attachment.opened")) == 2
    for who, status in (("ruth", 404), ("pia", 404), ("ivy", 404), ("amara", 403), ("tom", 403)):
        assert client_of(shared, who).get(url).status_code == status, who


def test_malware_is_refused_and_its_bytes_are_gone(shared, settings):
    kept = put(shared, told(shared), samples.film() + samples.box(b"free", samples.EICAR), name="film.mp4")
    with clamd(settings=settings), TestCommits():
        checked(shared)
    assert state(shared, kept) == Scan.REFUSED and not default_storage.exists(kept.storage_key)
    assert client_of(shared, "gwen").get(f"/concerns/files/{kept.pk}/").status_code == 409
    for page in (f"/concerns/{kept.concern_id}/", f"/concerns/{kept.concern_id}/triage/"):
        shown = client_of(shared, "gwen").get(page).content.decode()
        assert "Refused and deleted" in shown and f"/concerns/files/{kept.pk}/" not in shown


@pytest.mark.parametrize("answer", ["no scanner", b"", b"nonsense\0"])
def test_without_a_verdict_it_is_held_and_says_so_and_is_tried_again(shared, settings, answer):
    kept = put(shared, told(shared))
    if answer == "no scanner":
        assert checked(shared) == 1
    else:
        with clamd(answer, settings=settings):
            checked(shared)
    assert state(shared, kept) == Scan.HELD
    client = client_of(shared, "gwen")
    assert client.get(f"/concerns/files/{kept.pk}/").status_code == 409
    assert "cannot be opened" in client.get(f"/concerns/{kept.concern_id}/").content.decode()
    with clamd(settings=settings):
        assert checked(shared) == 1  # the same task: it waits for the scanner to come back
    assert state(shared, kept) == Scan.CLEAN


def test_a_person_may_ask_again(shared, settings):
    kept = put(shared, told(shared))
    checked(shared)
    url = f"/concerns/files/{kept.pk}/check/"
    assert client_of(shared, "maya").post(url)["Location"] == f"/concerns/{kept.concern_id}/mine/"
    assert client_of(shared, "gwen").post(url)["Location"] == f"/concerns/{kept.concern_id}/triage/"
    with clamd(settings=settings):
        checked(shared)
    assert len(logged(shared, "attachment.scanned")) == 1  # whoever asked how often: it is settled once
    assert client_of(shared, "gwen").post(url).status_code == 409
    assert client_of(shared, "ruth").post(url).status_code == 404


def test_bytes_that_were_changed_are_not_handed_out(shared, settings):
    kept = put(shared, told(shared))
    with clamd(settings=settings):
        checked(shared)
    Path(default_storage.path(kept.storage_key)).write_bytes(b"other")
    with shared.acting("gwen") as gwen, pytest.raises(WrongState, match="not as it was kept"):
        concerns.open_file(attachment=kept, by=gwen)
    with shared.acting("ruth") as ruth, pytest.raises(Http404):
        concerns.open_file(attachment=kept, by=ruth)


# The page ----------------------------------------------------------------------------------------------------------


def test_the_page_warns_first_and_takes_the_file(shared):
    concern, maya = told(shared), client_of(shared, "maya")
    url = f"/concerns/{concern.pk}/files/new/"
    shown = maya.get(url).content.decode()
    assert shown.index("Never add a nude") < shown.index("This is not a nude") < shown.index('type="file"')
    press = str(uuid.uuid4())
    file = SimpleUploadedFile("lip.html", samples.jpeg(), content_type="text/html")
    refused = maya.post(url, {"press": press, "file": file})
    assert "Confirm that this is no such picture" in refused.content.decode()
    file.seek(0)
    assert (
        maya.post(url, {"press": press, "file": file, "is_confirmed": "on"})["Location"]
        == f"/concerns/{concern.pk}/mine/"
    )
    assert "lip.jpg" in maya.get(f"/concerns/{concern.pk}/mine/").content.decode()
    for wrong in (b"MZ", b"", samples.pdf(act="/Launch")):
        bad = {"press": press, "file": SimpleUploadedFile("a.jpg", wrong), "is_confirmed": "on"}
        answer = maya.post(url, bad)
        assert answer.status_code == 200 and "There is a problem" in answer.content.decode()
    assert maya.post(url, {"press": press, "is_confirmed": "on"}).status_code == 200
    assert django_settings.SCANNER == ""


class TestCommits:
    """What is to be done on commit is done, though the test rolls back."""

    __test__ = False

    def __enter__(self):
        from django.test import TestCase

        self.caught = TestCase.captureOnCommitCallbacks(execute=True)
        return self.caught.__enter__()

    def __exit__(self, *problem):
        return self.caught.__exit__(*problem)


def test_bytes_that_no_row_names_are_swept_after_a_day(shared, settings):
    concern, now = told(shared), timezone.now()
    kept, refused = put(shared, concern), put(shared, concern, samples.film() + samples.box(b"free", samples.EICAR))
    with clamd(settings=settings):
        checked(shared)  # nothing commits here: the refused bytes stay, as where the process dies
    with pytest.raises(RuntimeError), shared.acting("maya") as maya:
        concerns.attach(
            concern=concern, name="a.jpg", data=samples.jpeg(), is_confirmed=True, press=uuid.uuid4(), by=maya
        )
        raise RuntimeError  # the bytes are there, the row is not
    folder, _, name = kept.storage_key.rpartition("/")
    assert len(default_storage.listdir(folder)[1]) == 3 and state(shared, refused) == Scan.REFUSED
    with context.entered(context.system(kept.force_id)):
        assert attachments.sweep(force_id=kept.force_id, before=now - timedelta(days=1)) == 0
        assert attachments.sweep(force_id=kept.force_id, before=now + timedelta(hours=1)) == 2
        assert attachments.sweep(force_id=kept.force_id, before=now + timedelta(hours=1)) == 0
    assert default_storage.listdir(folder)[1] == [name] and "attachment.sweep" in schedule.DAILY

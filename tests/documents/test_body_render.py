"""Is the body a PDF/A-3a and PDF/UA-1 file in which every name shows and can be copied (F12, F13)?"""

import io
import re
import subprocess

import page
import pikepdf
import pytest

from ssp.documents import render as rendering
from ssp.documents.render import Attachment, MissingGlyphs, render
from tests.documents.samples import CSS, NAMES


def text_of(data: bytes) -> str:
    """The text as poppler reads it, without the marks it adds around right-to-left words."""
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return re.sub("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", "", run.stdout.decode())


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_the_body_conforms(body: bytes, profile: str) -> None:
    report = page.validate_pdf_bytes(body, profile=profile)
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_a_name_in_any_script_is_extracted_as_it_was_given(body: bytes) -> None:
    text = text_of(body)
    assert [name for name in NAMES if name not in text] == []


def test_no_glyph_is_missing(body: bytes) -> None:
    used = 0
    with pikepdf.open(io.BytesIO(body)) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/ToUnicode" in item:
                used += 1
                assert not re.search(rb"<0000> <(?!ffff>)", item.ToUnicode.read_bytes())  # glyph 0 is .notdef
    assert used >= 10


def test_a_character_no_font_has_is_refused_and_named() -> None:
    with pytest.raises(MissingGlyphs) as refused:
        render("<html lang=en><title>x</title><p>\u0378</p>", title="x")
    assert refused.value.characters == ("U+0378",)


def test_title_language_and_attachment_are_in_the_file(body: bytes) -> None:
    with pikepdf.open(io.BytesIO(body)) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.docinfo.Title) == "Protocol"
        attached = pdf.Root.AF[0]
        assert str(attached.AFRelationship) == "/Source"
        assert str(attached.EF.F.Subtype) == "/application/json"
        assert attached.EF.F.read_bytes() == b'{"kind":"protocol"}'


def test_the_body_holds_nothing_active(body: bytes) -> None:
    forbidden = {
        "/JavaScript",
        "/JS",
        "/Launch",
        "/OpenAction",
        "/AA",
        "/AcroForm",
        "/OCProperties",
        "/SubmitForm",
        "/RichMedia",
    }
    with pikepdf.open(io.BytesIO(body)) as pdf:
        found = {
            key for item in pdf.objects if isinstance(item, pikepdf.Dictionary) for key in item if key in forbidden
        }
    assert found == set()


def test_an_image_of_the_page_comes_from_memory() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    html = '<html lang="en"><title>x</title><img alt="Crest" src="ssp:/crest.svg">'
    assert render(html, title="x", files={"ssp:/crest.svg": ("image/svg+xml", svg)}).startswith(b"%PDF")


def test_each_document_is_rendered_by_a_process_of_its_own() -> None:
    first = render("<html lang=en><title>x</title><p>one", title="x", attachments=[Attachment("a.json", b"{}")])
    assert rendering.walls()
    second = render("<html lang=en><title>x</title><p>two", title="x", css=[CSS])
    with pikepdf.open(io.BytesIO(first)) as one, pikepdf.open(io.BytesIO(second)) as two:
        assert "/AF" in one.Root
        assert "/AF" not in two.Root

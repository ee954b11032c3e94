"""Do the page and the PDF show the document's words, all of them, in order, and no others (N4)?"""

import copy
import functools
import gc
import io
import re
import warnings
from html.parser import HTMLParser
from pathlib import Path

import page
import pypdf
import pytest
import weasyprint
from django.conf import settings
from django.template.loader import render_to_string

from partnerships import wording
from tests.partnerships.wording_samples import KINDS, document

HOSTILE = "<script>alert(1)</script> & {{ settings.SECRET_KEY }}"
VOID = {"meta", "img", "br", "link", "input"}


class Words(HTMLParser):
    """The text of one element."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag, self.depth, self.parts = tag, 0, []

    def handle_starttag(self, tag, attrs):
        if tag == self.tag or (self.depth and tag not in VOID):
            self.depth += 1
        self.parts.append(" ")

    def handle_endtag(self, tag):
        self.depth -= bool(self.depth and tag not in VOID)
        self.parts.append(" ")

    def handle_data(self, data):
        if self.depth:
            self.parts.append(data)


def words(html: str, tag: str) -> list[str]:
    reader = Words(tag)
    reader.feed(html)
    return "".join(reader.parts).split()


def read_page(filled, **context) -> str:
    return render_to_string("partnerships/_agreement_document.html", {"reading": wording.reading(filled), **context})


def pdf_html(filled, **context) -> str:
    return render_to_string(
        "partnerships/agreement_pdf.html",
        {
            "reading": wording.reading(filled),
            "fingerprint": wording.fingerprint(filled),
            "verify_url": "https://ssp.example/verify/",
            "qr_data_uri": "",
            "signatures": {},
            **context,
        },
    )


@functools.cache
def pdf_bytes(html: str) -> bytes:
    css = (Path(settings.BASE_DIR) / "static/ssp/agreement_pdf.css").read_text(encoding="utf-8")
    # WeasyPrint leaves its colour profile for the collector to close.
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        # Uncompressed, since PDF/A wants readable metadata and the finished file is the renderer's to make.
        data = weasyprint.HTML(string=html).write_pdf(
            stylesheets=[weasyprint.CSS(string=css)], pdf_variant="pdf/a-3a", uncompressed_pdf=True
        )
        gc.collect()
    return data


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_shows_exactly_the_document(kind):
    filled = document(kind)
    title, *rest = wording.document_texts(filled)
    header = filled["header"]
    facts = (
        f"{wording.reading(filled).kind_name} {header['reference']}, version {header['version']}, "
        f"issued {header['issued_on_words']}."
    )
    assert words(read_page(filled), "article") == " ".join([title, facts, *rest]).split()


@pytest.mark.parametrize("kind", KINDS)
def test_the_pdf_source_shows_exactly_the_document(kind):
    filled = document(kind)
    body = list(wording.document_texts(filled))[1 + len(filled["summary"]) :]
    assert words(pdf_html(filled), "main") == " ".join(body).split()
    assert words(pdf_html(filled), "h1") == filled["title"].split()


@pytest.mark.parametrize("kind", KINDS)
def test_the_pdf_shows_the_document_in_order(kind):
    """Read back from the finished file: between two texts of the document stands at most a table's repeated header."""
    filled = document(kind)
    reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(pdf_html(filled))))
    running = (
        f"{wording.reading(filled).kind_name} {filled['header']['reference']}, version {filled['header']['version']}"
    )
    text = "".join(squeezed(page_text, running) for page_text in (p.extract_text() for p in reader.pages))
    sections = filled["clauses"] + filled["annexes"]
    tables = [p["table"] for section in sections for p in section["paragraphs"] if p["table"]]
    repeated = {"", *("".join("".join(table["columns"]).split()) for table in tables)}
    body = list(wording.document_texts(filled))[1 + len(filled["summary"]) :]
    first = "".join(body[0].split())
    position = text.rindex(first)
    for unit in body:
        sought = "".join(unit.split())
        found = text.index(sought, position)
        assert text[position:found] in repeated, unit
        position = found + len(sought)


def squeezed(text: str, running: str) -> str:
    """The words of a page without its running header and footer and without spaces."""
    text = "".join(text.split())
    for line in ("Safer School Partnerships", running, "Emergency: call 999"):
        text = text.replace("".join(line.split()), "", 1)
    return re.sub(r"Page\d+of\d+", "", text, count=1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_pdf_is_archivable(kind):
    report = page.validate_pdf_bytes(pdf_bytes(pdf_html(document(kind))), profile="3a")
    assert report.is_compliant, [failure.message for failure in report.failures]


def test_what_is_typed_is_never_markup():
    filled = document(head_teacher_name=HOSTILE)
    for html in (read_page(filled), pdf_html(filled)):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html
        assert "{{ settings.SECRET_KEY }}" in html


def test_the_contents_list_and_the_anchors_agree():
    html = read_page(document())
    targets = re.findall(r'href="#([^"]+)"', html)
    assert targets == [entry.anchor for entry in wording.outline(document())]
    for target in [*targets, "clause-7-3", "annex-a-1"]:
        assert html.count(f'id="{target}"') == 1


def test_a_change_stands_beside_its_clause():
    old, new = document(officer_days="Mondays in term time"), document()
    old["clauses"] = [clause for clause in old["clauses"] if clause["key"] != "equality"]
    new["clauses"] = [clause for clause in copy.deepcopy(new["clauses"]) if clause["key"] != "costs"]
    changes = wording.compare(old, new)
    reading = wording.reading(new, changes=changes, compared_version=2)
    html = render_to_string("partnerships/_agreement_document.html", {"reading": reading})
    assert html.count("What version 2 said") == 1
    assert "<del>Mondays</del>" in html
    assert html.count(">New</strong>") == 1
    assert html.count(">Removed</strong>") == 1
    listed = render_to_string(
        "partnerships/_agreement_changes.html", {"changes": wording.changed_only(changes), "compared_version": 2}
    )
    assert 'href="#clause-5">Clause 5: The officer, days and cover</a> (changed)' in listed
    assert "(removed; it was Clause 28 in version 2)" in listed


def test_the_signature_places_are_empty_and_named_until_signed():
    html = pdf_html(document())
    for place in ("signature-school", "signature-police"):
        assert f'<div class="signature-place" id="{place}" data-place="{place}"></div>' in html
    signed = {"name": "Dev Okafor", "role": "Head teacher", "organisation": "Ashfield Academy",
              "signed_at": "Tuesday 24 November 2026, 8.15am", "method": "Typed name, second factor"}  # fmt: skip
    html = pdf_html(document(), signatures={"school": signed})
    assert 'data-place="signature-school"' not in html
    assert all(value in html for value in signed.values())


@pytest.mark.parametrize("kind", KINDS)
def test_the_reading_time_leaves_numbers_out_and_rounds_up(kind):
    filled = document(kind)
    assert wording.reading_minutes(filled) > wording.reading_minutes(filled, annexes=False)
    tiny = {"title": "One", "summary": [], "clauses": [], "annexes": []}
    assert wording.reading_minutes(tiny) == 1
    assert wording.reading_minutes(tiny | {"summary": ["word " * 229]}) == 1
    assert wording.reading_minutes(tiny | {"summary": ["word " * 230]}) == 2

"""Is a stamp written with the body's own letters wherever they show all of it, and rendered where they do not (F12, F13)?"""

import dataclasses
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import IndirectObject

from ssp.documents import lettering, renderer, seal, stamping
from ssp.documents.lettering import BOLD, REGULAR, Letters
from ssp.documents.render import render
from ssp.documents.verify import Trust, verify_file
from tests.documents.conftest import EVIDENCE, stamps
from tests.documents.samples import CSS, agreement_html
from tests.documents.test_body_render import text_of
from tests.documents.test_document_seal import GROWN, broken_rules

LATIN = ["Zoë Żółć-O’Brien", "Siân Llŷr Ŵyn", "Señora Ñandú & Søn"]
Rendered = list[str]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Rendered:
    """What the renderer is asked for while something is sealed."""
    asked: Rendered = []

    def ask(html: str, **options: Any) -> bytes:
        asked.append(html)
        return render(html, **options)

    monkeypatch.setattr(stamping, "render", ask)
    return asked


@pytest.mark.parametrize("name", LATIN)
def test_a_latin_name_takes_no_render(
    name: str, rendered: Rendered, stamping_sealer: seal.Sealer, body: bytes, trust: Trust
) -> None:
    done = stamping_sealer.seal(body, stamps=stamps(name, name), evidence=EVIDENCE, reason="Agreed")
    assert rendered == []
    assert text_of(done.bytes).count(f"Signed by {name}") == 2
    assert verify_file(done.bytes, trust).is_genuine
    assert broken_rules(done.bytes, "3a") <= {GROWN}
    assert broken_rules(done.bytes, "ua1") == set()


@pytest.mark.parametrize("name", ["Ольга Іванова", "דוד כהן", "अनुष्का क्षत्रिय", "Ze\u0301 Silva"])
def test_only_a_stamp_the_letters_do_not_show_is_rendered(
    name: str, rendered: Rendered, plain_sealer: seal.Sealer, body: bytes, trust: Trust
) -> None:
    done = plain_sealer.seal(body, stamps=stamps("Dev Okafor", name), evidence=EVIDENCE, reason="Agreed")
    assert len(rendered) == 1
    assert name in rendered[0]
    assert "Dev Okafor" not in rendered[0]
    assert {"Signed by Dev Okafor", f"Signed by {name}"} <= set(map(str.strip, text_of(done.bytes).splitlines()))
    assert verify_file(done.bytes, trust).is_genuine
    assert broken_rules(done.bytes, "3a") == set()
    assert broken_rules(done.bytes, "ua1") == set()


def test_a_body_without_letters_is_sealed_by_rendering(
    rendered: Rendered, plain_sealer: seal.Sealer, trust: Trust
) -> None:
    """Such as one whose agreement was issued before the renderer left them, or that is set in another type."""
    other = render(agreement_html(), title="Protocol", css=[CSS, '* { font-family: "DejaVu Sans" !important }'])
    done = plain_sealer.seal(other, stamps=stamps(), evidence=EVIDENCE, reason="Agreed")
    assert len(rendered) == 1
    assert "Signed by Dev Okafor" in text_of(done.bytes)
    assert verify_file(done.bytes, trust).is_genuine


def test_every_letter_reads_as_it_was_given(plain_sealer: seal.Sealer, body: bytes, rendered: Rendered) -> None:
    signs = [sign for sign in renderer.LETTERS if not sign.isspace()]
    assert len(signs) > 300
    words = " ".join("".join(signs[at : at + 20]) for at in range(0, len(signs), 20))
    mark = dataclasses.replace(stamps()[0], name=words, role=words)
    done = plain_sealer.seal(body, stamps=[mark], evidence=EVIDENCE, reason="Agreed")
    assert rendered == []
    assert broken_rules(done.bytes, "3a") == set()
    read = "".join(text_of(done.bytes).split())
    assert read.count(words.replace(" ", "")) == 2  # in bold and in the regular type


def test_the_letters_are_the_bodys_own_font(body: bytes) -> None:
    """Nothing of a font is written anew when sealing: the body has it, for both weights."""
    writer = stamping.Writer(io.BytesIO(body))
    letters = lettering.letters_of(writer)
    assert set(letters) == {REGULAR, BOLD}
    for each in letters.values():
        assert each.font.reference in {reference.reference for reference in _fonts(writer)}


def _fonts(writer: stamping.Writer) -> list[IndirectObject]:
    page = writer.root["/Pages"]["/Kids"][0]
    return [page["/Resources"]["/Font"].raw_get(name) for name in page["/Resources"]["/Font"]]


def _letters(signs: str) -> Letters:
    """Capitals wide, all else narrow."""
    return Letters(None, 1069, -293, {sign: (ord(sign), 700 if sign.isupper() else 300) for sign in signs})  # type: ignore[arg-type]


@given(st.text(alphabet="aB -", max_size=60), st.integers(700, 9000))
def test_rows_hold_the_whole_line_and_fit(line: str, limit: int) -> None:
    letters = _letters("aB -")
    rows = letters.rows(line, limit)
    assert "".join(rows) == line
    assert all(letters.width(row.rstrip()) <= limit for row in rows)


def test_a_line_is_broken_after_a_space_before_it_is_broken_in_a_word() -> None:
    letters = _letters("a ")
    assert letters.rows("aaa aaa aaa", 300 * 6) == ["aaa ", "aaa ", "aaa"]
    assert letters.rows("aaaaa", 300 * 2) == ["aa", "aa", "a"]

"""Are the two wordings complete, plain and sound, and is an unsound one refused with its place?"""

import copy
import re
import statistics

import pytest

from partnerships import wording
from tests.partnerships.wording_samples import KINDS, document

PROTOCOL_CLAUSES = [
    "document-control",
    "parties-and-site",
    "purpose-and-aims",
    "principles",
    "posting",
    "officer-does",
    "officer-does-not",
    "head-teacher",
    "spoc",
    "school-staff",
    "sergeant",
    "officer-standards",
    "premises",
    "meetings-and-briefing",
    "calling-the-police",
    "crime-recording",
    "restorative",
    "interviews-searches-arrests",
    "patrols-sweeps-arches",
    "education-plan",
    "information-sharing",
    "equality",
    "voice-and-complaints",
    "disagreement",
    "appraisal-and-review",
    "evaluation",
    "critical-incidents",
    "costs",
    "changes-of-people",
    "suspension-and-withdrawal",
    "signatures",
]
PROTOCOL_ANNEXES = ["contacts", "activity-plan", "request-types", "feedback-forms", "parent-notice"]
DSA_CLAUSES = [
    "summary-sheet",
    "controllers",
    "purpose",
    "what-it-does-not-do",
    "legal-gateways",
    "data-flows",
    "data-not-shared",
    "people-fact-opinion",
    "necessity",
    "telling-families",
    "spoc-and-emergency",
    "recording-decisions",
    "accuracy",
    "security",
    "access-roles",
    "logging",
    "retention",
    "onward-disclosure",
    "rights-requests",
    "complaints",
    "breach",
    "dpia-ropa",
    "equality-impact",
    "training",
    "audit",
    "liability",
    "review",
    "variation",
    "termination-and-exit",
    "signatories",
]
DSA_ANNEXES = [
    "data-dictionary",
    "safeguarding-checklist",
    "law-enforcement-checklist",
    "emergency-form",
    "privacy-notice",
    "version-log",
]
SEVEN_THINGS = [
    "altercation",
    "playground-duty",
    "accompany-pupil",
    "personal-number",
    "outside-hours",
    "caf-referral",
    "head-authority",
]


def small() -> dict:
    """The smallest sound wording."""
    return {
        "kind": "protocol",
        "version": 1,
        "title": "For {school_name}",
        "summary": ["What it is."],
        "variables": [
            {
                "name": "day",
                "label": "Day",
                "type": "date",
                "required": True,
                "hint": "A day.",
                "example": "2026-11-02",
            }
        ],
        "clauses": [{"key": "one", "heading": "One", "paragraphs": ["On {day}."]}],
        "annexes": [{"key": "two", "heading": "Two", "paragraphs": [{"text": "These:", "items": ["this;", "that."]}]}],
    }


@pytest.mark.parametrize(
    ("kind", "clauses", "annexes"),
    [
        (wording.Kind.PROTOCOL, PROTOCOL_CLAUSES, PROTOCOL_ANNEXES),
        (wording.Kind.DATA_SHARING_AGREEMENT, DSA_CLAUSES, DSA_ANNEXES),
    ],
)
def test_every_section_is_there_in_its_order(kind, clauses, annexes):
    loaded = wording.load(kind)
    assert [clause.key for clause in loaded.clauses] == clauses
    assert [annex.key for annex in loaded.annexes] == annexes


def test_the_seven_things_an_officer_does_not_do_can_be_cited():
    """R7: 7.1 to 7.7, by keys that do not change."""
    clause = next(c for c in document()["clauses"] if c["key"] == "officer-does-not")
    cited = [(p["key"], p["number"]) for p in clause["paragraphs"] if p["key"]]
    assert cited == [(key, f"7.{i}") for i, key in enumerate(SEVEN_THINGS, start=1)]


@pytest.mark.parametrize(("kind", "key"), [("protocol", "spoc"), ("data_sharing_agreement", "spoc-and-emergency")])
def test_the_enquiries_rule_has_exactly_three_exceptions(kind, key):
    """N1."""
    clause = next(c for c in wording.load(kind).clauses if c.key == key)
    exceptions = next(p for p in clause.paragraphs if p.key == "exceptions")
    assert len(exceptions.items) == 3
    assert "emergency" in exceptions.items[0]
    assert "duty" in exceptions.items[1]
    assert "complaint about the SPOC" in exceptions.items[2]


def test_the_aims_are_four():
    clause = next(c for c in wording.load("protocol").clauses if c.key == "purpose-and-aims")
    assert len(clause.paragraphs) == 4


def test_the_data_flows_table_says_all_that_it_must():
    clause = next(c for c in wording.load("data_sharing_agreement").clauses if c.key == "data-flows")
    table = clause.paragraphs[0].table
    assert table.columns == ("No.", "From, to", "Items", "Trigger", "Basis", "Regime", "Method")


@pytest.mark.parametrize("kind", KINDS)
def test_the_signature_is_not_called_more_than_it_is(kind):
    text = " ".join(wording.document_texts(document(kind)))
    assert "simple electronic signature" in text
    assert "not the head teacher’s advanced or qualified signature" in text


@pytest.mark.parametrize("kind", KINDS)
def test_an_urgent_share_never_waits(kind):
    """N5, R4."""
    text = " ".join(wording.document_texts(document(kind)))
    assert "information is shared at once" in text


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_are_short(kind):
    lengths = {s: len(s.split()) for text in wording.document_texts(document(kind)) for s in sentences(text)}
    longest = max(lengths, key=lengths.__getitem__)
    assert statistics.mean(lengths.values()) <= 25
    assert lengths[longest] <= 45, longest


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!:])\s+(?=[A-Z“])", text) if part]


@pytest.mark.parametrize("kind", KINDS)
def test_the_clauses_take_no_more_than_ten_minutes(kind):
    assert 6 <= wording.reading_minutes(document(kind), annexes=False) <= 10


@pytest.mark.parametrize("kind", KINDS)
def test_data_reads_back_to_the_same_wording(kind):
    loaded = wording.load(kind)
    assert wording.parse(loaded.to_data()) == loaded


def test_a_missing_file_is_named():
    with pytest.raises(wording.WordingError, match=r"protocol-99\.toml: file"):
        wording.load("protocol", 99)


def test_a_broken_file_is_named(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("kind = ")
    with pytest.raises(wording.WordingError, match=r"mine\.toml: file"):
        wording.load(path)


def test_the_small_wording_is_sound():
    assert wording.parse(small()).clauses[0].key == "one"


def change(data: dict, path: str, value: object) -> dict:
    data = copy.deepcopy(data)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    target = data
    for step in way:
        target = target[step]
    target[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("kind", "contract", "kind must be one of protocol, data_sharing_agreement"),
        ("version", 0, "version must be a whole number from 1"),
        ("version", True, "version must be a whole number from 1"),
        ("title", "", "title: must be words"),
        ("title", " For", "spaces at an end"),
        ("title", "For\u202eyou", "holds U\\+202E"),
        ("title", "For\x00you", "holds U\\+0000"),
        ("summary", [], "summary is empty"),
        ("clauses", [], "clauses is empty"),
        ("clauses.0.key", "One", "must be small letters"),
        ("clauses.0.key", "summary", "used twice or is reserved"),
        ("annexes.0.key", "one", "clause “one”: this key is used twice"),
        ("clauses.0.paragraphs", [], "clause “one”: has no paragraph"),
        ("clauses.0.paragraphs.0", "  ", "clause “one”, paragraph 1: must be words"),
        ("clauses.0.paragraphs.0", {"text": "A.", "colour": "red"}, "unknown: colour"),
        ("clauses.0.paragraphs.0", "Ask {nobody} on {day}.", "uses nobody, which no variable declares"),
        ("clauses.0.paragraphs.0", "On {day} {", "a brace that is not part"),
        ("clauses.0.paragraphs.0", "On a day.", "declared but never used: day"),
        ("annexes.0.paragraphs.0.items.1", "", "items 2: must be words"),
        ("variables.0.name", "school_name", "declared twice or is reserved"),
        ("variables.0.name", "Day", "must be small letters"),
        ("variables.0.type", "colour", "type must be one of text, date, integer, choice"),
        ("variables.0.type", "choice", "a choice needs choices"),
        ("variables.0.required", "yes", "required must be true or false"),
        ("variables.0.required", False, "needs words for when it is absent"),
        ("variables.0.minimum", 3, "only a whole number has a minimum"),
        ("variables.0.hint", "", "hint: must be words"),
    ],
)
def test_an_unsound_wording_is_refused(path, value, said):
    with pytest.raises(wording.WordingError, match=said):
        wording.parse(change(small(), path, value), source="mine")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"caption": "C", "columns": ["A", "B"], "rows": []}, "has no row"),
        ({"caption": "C", "columns": ["A", "B"], "rows": [["1"]]}, "row 1: must have 2 cells"),
        ({"caption": "", "columns": ["A", "B"], "rows": [["1", "2"]]}, "caption: must be words"),
    ],
)
def test_an_unsound_table_is_refused(table, said):
    data = change(small(), "clauses.0.paragraphs.0", {"text": "On {day}.", "table": table})
    with pytest.raises(wording.WordingError, match=said):
        wording.parse(data)


def test_two_paragraphs_with_one_key_are_refused():
    paragraphs = [{"key": "k", "text": "On {day}."}, {"key": "k", "text": "Also."}]
    with pytest.raises(wording.WordingError, match="two paragraphs have the same key"):
        wording.parse(change(small(), "clauses.0.paragraphs", paragraphs))

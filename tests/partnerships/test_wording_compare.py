"""Does a comparison say what changed, and nothing else?"""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships import wording
from partnerships.wording import ChangeKind, PieceKind
from tests.partnerships.wording_samples import KINDS, document

WHOLE = document()


def by_key(old, new) -> dict[str, wording.ClauseChange]:
    return {change.key: change for change in wording.compare(old, new)}


def without(filled: dict, *keys: str) -> dict:
    """The document as it would be with these clauses gone, numbered anew."""
    smaller = copy.deepcopy(filled)
    smaller["clauses"] = [clause for clause in smaller["clauses"] if clause["key"] not in keys]
    for index, clause in enumerate(smaller["clauses"], start=1):
        clause["number"] = str(index)
        for position, paragraph in enumerate(clause["paragraphs"], start=1):
            paragraph["number"] = f"{index}.{position}"
    return smaller


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_document_has_no_change(kind):
    assert {change.kind for change in wording.compare(document(kind), document(kind))} == {ChangeKind.UNCHANGED}


def test_a_changed_value_shows_in_its_paragraph_alone_word_by_word():
    old = document(officer_days="Tuesdays and Wednesdays in term time")
    changed = wording.changed_only(wording.compare(old, WHOLE))
    assert [change.key for change in changed] == ["posting"]
    (line,) = changed[0].lines
    assert (line.old.number, line.new.number) == ("5.2", "5.2")
    assert [p.text for p in line.pieces if p.kind is PieceKind.REMOVED] == ["Wednesdays"]
    assert [p.text for p in line.pieces if p.kind is PieceKind.ADDED] == ["Thursdays"]
    assert (changed[0].label, changed[0].anchor) == ("Clause 5", "clause-5")


def test_the_pieces_rebuild_both_texts():
    old = document(school_body="governing body", notice_period="90 days", costs="The school pays half.")
    for change in wording.compare(old, WHOLE):
        for line in change.lines:
            before = " ".join(p.text for p in line.pieces if p.kind is not PieceKind.ADDED)
            after = " ".join(p.text for p in line.pieces if p.kind is not PieceKind.REMOVED)
            assert before == (line.old.text if line.old else "")
            assert after == (line.new.text if line.new else "")


def test_a_new_clause_moves_those_after_it():
    changes = by_key(without(WHOLE, "equality"), WHOLE)
    assert changes["equality"].kind is ChangeKind.ADDED
    assert changes["information-sharing"].kind is ChangeKind.UNCHANGED
    moved = changes["voice-and-complaints"]
    assert (moved.kind, moved.old_number, moved.new_number) == (ChangeKind.MOVED, "22", "23")


def test_a_removed_clause_comes_last_with_its_words():
    last = wording.compare(WHOLE, without(WHOLE, "costs"))[-1]
    assert (last.key, last.kind, last.anchor) == ("costs", ChangeKind.REMOVED, "removed")
    assert last.old_lines[0].text.endswith("No payment buys a police decision.")


def test_a_changed_heading_and_an_added_paragraph_are_changes():
    new = copy.deepcopy(WHOLE)
    new["clauses"][3]["heading"] = "Principles"
    new["clauses"][3]["paragraphs"].append(
        {"key": "", "number": "4.5", "text": "We listen.", "items": [], "table": None}
    )
    change = by_key(WHOLE, new)["principles"]
    assert change.kind is ChangeKind.CHANGED
    assert [(line.old and line.old.text, line.new.text) for line in change.lines] == [
        ("How we work", "Principles"),
        (None, "We listen."),
    ]


def test_a_changed_cell_and_a_changed_summary_are_changes():
    old = document(sergeant_contact="01632 960 999")
    assert [c.label for c in wording.changed_only(wording.compare(old, WHOLE))] == ["Annex A"]
    later = document(ends_on="2028-12-29")
    summary = wording.changed_only(wording.compare(WHOLE, later))[0]
    assert (summary.key, summary.anchor, summary.label) == ("summary", "summary", "")


@settings(max_examples=40, deadline=None)
@given(*[st.sets(st.sampled_from([clause["key"] for clause in WHOLE["clauses"]]))] * 2)
def test_added_one_way_is_removed_the_other_way(one, two):
    left, right = without(WHOLE, *one), without(WHOLE, *two)
    there, back = by_key(left, right), by_key(right, left)
    opposite = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
    assert there.keys() == back.keys()
    for key, change in there.items():
        assert back[key].kind is opposite.get(change.kind, change.kind)
        assert (back[key].old_number, back[key].new_number) == (change.new_number, change.old_number)
        assert (back[key].old_lines, back[key].new_lines) == (change.new_lines, change.old_lines)
    assert {k for k, c in there.items() if c.kind is ChangeKind.ADDED} == one - two
    assert {k for k, c in there.items() if c.kind is ChangeKind.REMOVED} == two - one

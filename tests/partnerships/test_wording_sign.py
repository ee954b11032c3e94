"""Is there one sequence of bytes to each document, and another one to each other document (N4)?"""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships import wording
from tests.partnerships.wording_samples import KINDS, document

leaf = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)
key = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
data = st.recursive(
    leaf, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(key, inner, max_size=4), max_leaves=12
)


def turned(value):
    """The same value with every object's keys in reverse order."""
    if isinstance(value, dict):
        return {name: turned(item) for name, item in reversed(value.items())}
    return [turned(item) for item in value] if isinstance(value, list) else value


def same(one, two) -> bool:
    if type(one) is not type(two):
        return False
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[name], two[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(map(same, one, two))
    return one == two


@settings(max_examples=200, deadline=None)
@given(data)
def test_the_order_of_keys_does_not_matter(value):
    assert wording.canonical_bytes(turned(value)) == wording.canonical_bytes(value)


@settings(max_examples=200, deadline=None)
@given(data)
def test_reading_and_writing_again_changes_nothing(value):
    written = wording.canonical_bytes(value)
    assert same(json.loads(written), value)
    assert wording.canonical_bytes(json.loads(written)) == written


@settings(max_examples=200, deadline=None)
@given(data, data)
def test_different_values_have_different_bytes(one, two):
    assert (wording.canonical_bytes(one) == wording.canonical_bytes(two)) == same(one, two)


def test_the_form_is_fixed():
    value = {"b": [1, True, None], "a": "é\n“x”"}
    assert wording.canonical_bytes(value) == '{"a":"é\\n“x”","b":[1,true,null]}'.encode()
    assert wording.fingerprint({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.5, "document: float"),
        ({"a": [float("nan")]}, r"document\.a\[0\]: float"),
        ({1: "a"}, "a key that is not a string"),
        (("a",), "tuple has no canonical form"),
        ({"a": b"x"}, "bytes has no canonical form"),
        (2**53, "too large"),
        ({"a": "\ud800"}, "surrogate"),
        ({"\udfff": 1}, "surrogate"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value, said):
    with pytest.raises(wording.NotCanonical, match=said):
        wording.canonical_bytes(value)


@pytest.mark.parametrize("kind", KINDS)
def test_any_changed_value_changes_the_fingerprint(kind):
    assert wording.fingerprint(document(kind)) == wording.fingerprint(document(kind))
    assert wording.fingerprint(document(kind, ends_on="2028-01-01")) != wording.fingerprint(document(kind))

"""E1, E4, E5, N10: whatever is sent to a form, it answers in words, and what was typed stands there again.

Driven by the list of addresses: a new form of what happened and who was told is attacked without anybody adding it here. The names
of the fields are read off the page.
"""

import os
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from urllib.parse import quote_plus, urlencode

import pytest

from ssp.access.matrix import MATRIX
from tests.access.conftest import sweep  # noqa: F401 - the fixture
from tests.access.routes import Route, routes
from tests.access.sweep_world import Actor, SweepWorld, undone
from tests.access.test_sweep import OWN, Cell, url_of

LONG = bool(os.environ.get("SSP_TEST_LONG"))
TOKEN = "Typed by hand 4711"
FIELD = re.compile(r"<(input|textarea|select)\b([^>]*)>")
ATTRIBUTE = re.compile(r'(\w[\w-]*)="([^"]*)"')
# Where a page has no form just now, or an address is only posted to.
GUESSED = dict.fromkeys(("press", "reason", "text", "observed", "note"), ("text", ""))
HANDS = ("gwen", "tom", "ben", "dev", "amara", "pia")
# Words as nobody types them; each stands in every field of a form at once.
WORDS = {
    "NUL": "a\x00b",
    "controls": "\x01\x08\x1b[31m\r\nBcc: all@example.org\r\n\r\n",
    "right to left": "\u202egpj.exe \u2066a\u2069 \u200d\u200b\ufeff",
    "not normalised": "e\u0301" * 400,
    "astral": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U000e0041 \uffff",
    "formula": "=cmd|'/c calc'!A1",
    "markup": "</textarea><script>alert(1)</script>{{ 7*7 }}{% now %}",
    "huge": "x" * 200_000,
    "spaces": " \u00a0\u3000\t ",
    "a number too large": "9" * 400,
    "another number": "\u0661\u0662",
    "negative": "-1",
    "not a number": "NaN",
    "first year": "1",
    "last year": "9999",
    "beyond the last": "10000",
    "true": "on",
    "json": '{"a": ["\\u0000"]}',
    "list": "1,2,3",
}
RAW = {"half a character": b"%ED%A0%80", "no UTF-8": b"%FF%FE%00", "half an escape": b"%u0000%"}


def attacked() -> list[Route]:
    return [each for each in routes() if "POST" in each.methods and each.view.__module__.startswith("incidents.views")]


def hand_of(world: SweepWorld, route: Route) -> Actor:
    """Somebody who may, at the school whose records the world holds."""
    allowed = MATRIX[route.access.permission] if route.access.permission else set()
    for key in HANDS:
        actor = world.actor(key)
        if actor.role in allowed:
            return actor
    raise LookupError(f"nobody of {HANDS} may {route.access.permission}")


def fields_of(html: str) -> dict[str, tuple[str, str]]:
    """Name → type and value of each field of a page."""
    found = {}
    for tag, text in FIELD.findall(html):
        given = dict(ATTRIBUTE.findall(text))
        name = given.get("name", "")
        if name and name != "csrfmiddlewaretoken" and given.get("type") != "file":
            found.setdefault(name, (given.get("type", "text") if tag == "input" else tag, given.get("value", "")))
    return found or GUESSED


def forms(world: SweepWorld) -> Iterator[tuple[Route, Actor, str, dict[str, tuple[str, str]]]]:
    for route in attacked():
        actor = hand_of(world, route)
        url = url_of(world, Cell(route, "POST", actor, OWN))
        html = ""
        if "GET" in route.methods:
            html = sent(world, actor, lambda client, url=url: client.get(url)).content.decode("utf-8", "replace")
        yield route, actor, url, fields_of(html.partition("<main")[2])


def sent(world: SweepWorld, actor: Actor, ask: Callable, *, times: int = 1):
    client = world.clients[actor.key]
    cookies = client.cookies.output(header="")
    try:
        with undone():
            for _ in range(times):
                response = ask(client)
            return response
    finally:
        client.cookies = SimpleCookie()
        client.cookies.load(cookies)


def filled(fields: dict[str, tuple[str, str]], value: str) -> dict[str, str]:
    return {name: (was or str(uuid.uuid4())) if name == "press" else value for name, (_, was) in fields.items()}


def posted(data: dict[str, str] | bytes):
    body = data if isinstance(data, bytes) else urlencode(data, quote_via=quote_plus).encode()
    return {"data": body, "content_type": "application/x-www-form-urlencoded"}


def bodies(fields: dict[str, tuple[str, str]]) -> dict[str, dict[str, str] | bytes]:
    found: dict[str, dict[str, str] | bytes] = {name: filled(fields, value) for name, value in WORDS.items()}
    for name, raw in RAW.items():
        found[name] = b"&".join(quote_plus(field).encode() + b"=" + raw for field in fields)
    found["nothing"] = {}
    found["a broken press"] = dict.fromkeys(fields, "x")
    found["each twice"] = b"&".join([urlencode(filled(fields, "x")).encode()] * 2)
    return found


@pytest.fixture(scope="module")
def found(sweep) -> list:  # noqa: F811
    return list(forms(sweep))


def test_nothing_that_is_sent_breaks_a_form(sweep, found):  # noqa: F811
    answered, wrong = Counter(), []
    for number, (route, actor, url, fields) in enumerate(found):
        for turn, (name, data) in enumerate(bodies(fields).items()):
            if not LONG and (number + turn) % 8:
                continue
            response = sent(sweep, actor, lambda client, u=url, d=data: client.post(u, **posted(d)))
            answered[response.status_code] += 1
            if response.status_code >= 500:
                wrong.append(f"{route.name} with {name}: {response.status_code}")
            elif b"<script>alert(1)" in response.content:
                wrong.append(f"{route.name} with {name}: runs what was typed")
    print(f"\nhostile forms: {len(found)} forms, {answered.total()} posts, {dict(sorted(answered.items()))}")
    assert wrong == []
    assert len(found) >= 60


def test_what_was_typed_stands_there_again_beside_an_error_in_words(sweep, found):  # noqa: F811
    """N10: words in every text field and a choice nobody offers; either it is taken, or shown again with what is wrong."""
    lost, silent, shown = [], [], 0
    for route, actor, url, fields in found:
        typed = {name for name, (kind, _) in fields.items() if kind in ("textarea", "text") and not SHORT.search(name)}
        data = {
            name: f"{TOKEN} {name}" if name in typed else was if kind in ("hidden", "submit") else "no-such-choice"
            for name, (kind, was) in fields.items()
        }
        data = {name: value for name, value in data.items() if fields[name][0] != "submit"}
        response = sent(sweep, actor, lambda client, u=url, d=data: client.post(u, **posted(d)))
        assert response.status_code < 500, route.name
        if response.status_code != 200 or not typed or fields == GUESSED:
            continue
        html, shown = response.content.decode(), shown + 1
        lost += [f"{route.name}: {name}" for name in sorted(typed) if f"{TOKEN} {name}" not in html]
        if "There is a problem" not in html and route.name not in PARTS:
            silent.append(route.name)
    print(f"\nshown again: {shown} forms")
    assert (lost, silent) == ([], []) and shown >= 20


# Days, months and years, clocks and numbers: short fields whose value is shown again as far as it fits.
SHORT = re.compile(r"(day|month|year|_0|_1|_2|time|age|at|on|press)$")
PARTS = {"concern-advice"}  # a part of a page, asked for while somebody ticks


def test_the_same_press_twice_is_recorded_once_or_refused_in_words(sweep, found):  # noqa: F811
    for route, actor, url, fields in found:
        data = {
            name: was if kind == "hidden" else "Said twice" if kind in ("textarea", "text") else was
            for name, (kind, was) in fields.items()
        }
        response = sent(sweep, actor, lambda client, u=url, d=data: client.post(u, **posted(d)), times=2)
        assert response.status_code < 500, route.name


def test_ids_of_others_in_fields_reach_nothing(sweep, found):  # noqa: F811
    """A5: every field holds the number of a record of another school or force; nothing of theirs is shown or changed."""
    ids = [record.pk for kind in ("pupils", "concerns", "incident_people", "disclosures") for place, record in
           getattr(sweep, kind).items() if place != "ashfield"]  # fmt: skip
    ids.append(sweep.demo.users["ivy"].pk)
    wrong = []
    for number, (route, actor, url, fields) in enumerate(found):
        data = filled(fields, str(ids[number % len(ids)]))
        response = sent(sweep, actor, lambda client, u=url, d=data: client.post(u, **posted(d)))
        text = response.content.decode("utf-8", "replace")
        leaked = [place for place, canary in sweep.foreign_canaries(actor).items() if canary in text]
        if response.status_code >= 500 or leaked:
            wrong.append(f"{route.name}: {response.status_code} {leaked}")
    assert wrong == []


def test_queries_nobody_types_break_no_page(sweep):  # noqa: F811
    """What stands behind the question mark of each page that is read: no 5xx, whatever it is."""
    words = [WORDS[name] for name in ("NUL", "right to left", "a number too large", "not a number", "negative", "json")]
    names = ("q", "page", "after", "before", "concern", "incident", "school", "role", "state", "status", "kind", "on", "from",
             "to", "all", "name", "born", "pupil", "order", "sort", "part", "source", "message", "people")  # fmt: skip
    wrong, number = [], 0
    for route in routes():
        if "GET" not in route.methods or not route.view.__module__.startswith("incidents.views"):
            continue
        actor = hand_of(sweep, route)
        url = url_of(sweep, Cell(route, "GET", actor, OWN))
        for turn, word in enumerate(words):
            if LONG or (number + turn) % 6 == 0:
                query = dict.fromkeys(names, word[:2000])
                response = sent(sweep, actor, lambda client, u=url, d=query: client.get(u, d))
                wrong += [f"{route.name}?{word[:10]!r}: {response.status_code}"] if response.status_code >= 500 else []
        number += 1
    assert wrong == []

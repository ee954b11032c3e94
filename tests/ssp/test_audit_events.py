"""Is the list of events complete? Each belongs to one operation, is used somewhere, and nothing unlisted is logged."""

import ast
from pathlib import Path

import pytest

from ssp.audit.content import DETAIL_KEYS
from ssp.audit.events import EVENTS, Operation, operation_of
from ssp.audit.sentences import SAYS, sentence

ROOT = Path(__file__).resolve().parents[2]
APPS = ("ssp", "schools", "partnerships", "incidents", "officers")
LOGGING = {"record", "consulted", "refused"}
# Listed because the life cycle or the act they belong to is being built; empty when it is.
PENDING = {"document.sealed", "agreement.refused", "account.confirmed_again"}


def modules():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts and path.parts[-2:] not in {
                ("audit", "events.py"),
                ("audit", "sentences.py"),
            }:
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def logged():
    """(file, line, first argument, keys of details) of every call of log.record, log.consulted, log.refused and their like."""
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _logs(node.func) and node.args:
                keys = [k for each in node.keywords if each.arg == "details" for k in _keys(each.value)]
                yield path, node.lineno, node.args[0], keys


def _logs(call):
    if not isinstance(call, ast.Attribute) or not isinstance(call.value, ast.Name):
        return False
    return call.attr in LOGGING and call.value.id in {"log", "security"}


def _keys(node):
    return [key.value for key in node.keys if isinstance(key, ast.Constant)] if isinstance(node, ast.Dict) else []


def literals(node):
    return [
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and "." in each.value
    ]


def test_every_event_belongs_to_exactly_one_operation():
    source = ast.parse((ROOT / "ssp/audit/events.py").read_text(encoding="utf-8"))
    table = next(
        n for n in ast.walk(source) if isinstance(n, ast.AnnAssign) and getattr(n.target, "id", "") == "EVENTS"
    )
    names = [key.value for key in table.value.keys]
    assert len(names) == len(set(names)) == len(EVENTS), "an event stands twice in the list"
    assert all(operation_of(name) in Operation for name in EVENTS)


def test_every_logged_literal_is_an_event():
    unknown = [
        f"{p.relative_to(ROOT)}:{line} {name}"
        for p, line, arg, _ in logged()
        for name in literals(arg)
        if name not in EVENTS
    ]
    assert unknown == []


def test_every_key_of_details_is_declared():
    unknown = [
        f"{p.relative_to(ROOT)}:{line} {key}" for p, line, _, keys in logged() for key in keys if key not in DETAIL_KEYS
    ]
    assert unknown == []


def test_every_event_is_used_somewhere():
    used = {name for _path, tree in modules() for name in literals(tree)}
    assert set(EVENTS) - used - PENDING == set()


def test_events_and_operations_fit_their_columns():
    assert max(map(len, EVENTS)) <= 60 and max(len(operation.value) for operation in Operation) <= 16


def test_no_sentence_is_for_an_unknown_event():
    assert set(SAYS) <= set(EVENTS)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_every_event_reads_in_plain_words(event):
    line = sentence(
        event,
        who="Dev Okafor",
        roles="head_teacher",
        it="protocol 12",
        whom="Ines Whitcombe",
        school="Ashfield Academy",
    )
    assert line.startswith("Dev Okafor, head teacher") and "{" not in line and "." not in line


def test_the_sentence_of_a_signature():
    line = sentence(
        "agreement.signed", who="Dev Okafor", roles="head_teacher", it="protocol 12", school="Ashfield Academy"
    )
    assert line == "Dev Okafor, head teacher, signed protocol 12 for Ashfield Academy"
    assert (
        sentence("agreement.sealed", who="", roles="", it="protocol 12")
        == "The service sealed protocol 12 and brought it into force"
    )

"""Has every status one word and one colour, and does a gap show?"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import TextChoices

import incidents.workflow
import officers.workflow
import partnerships.workflow
from partnerships.duties import DutyState
from ssp.accounts.models import InvitationState
from ssp.ui import statuses
from ssp.ui.statuses import STATUSES, Colour
from ssp.workflow import Workflow

WORKFLOWS = (incidents.workflow, officers.workflow, partnerships.workflow)


class Sealing(TextChoices):
    QUEUED = "queued"
    RENDERING = "rendering"
    SEALING = "sealing"
    READY = "ready"
    FAILED = "failed"


class Short(TextChoices):
    QUEUED = "queued"
    LOST = "lost"


def test_status_is_found() -> None:
    assert statuses.status("agreement", "in_force") == statuses.Status("In force", Colour.GREEN)
    assert statuses.status("seal", Sealing.READY).label == "Ready"


@pytest.mark.parametrize(("record", "value"), [("agreement", "lost"), ("nothing", "draft")])
def test_unknown_status_is_refused_by_name(record: str, value: str) -> None:
    with pytest.raises(LookupError, match=value):
        statuses.status(record, value)


def test_completeness_finds_gaps_both_ways() -> None:
    assert statuses.complete({"seal": Sealing}) == []
    assert statuses.complete({"seal": Short}) == [
        "seal: lost has no label and colour",
        "seal: failed is in the table but is no status",
        "seal: ready is in the table but is no status",
        "seal: rendering is in the table but is no status",
        "seal: sealing is in the table but is no status",
    ]
    assert statuses.complete({"planet": ["mars"]}) == ["planet: mars has no label and colour"]


def test_completeness_finds_a_second_word() -> None:
    class Other(TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Out"

    assert statuses.complete({"template": Other}) == [
        "template: published reads 'Published' here and 'Out' in its enum"
    ]


NAMES = {"status", "state", "scan", "overall"}
OWN_WORDS = {"schools.School.status"}  # the public register's, shown as text


def stored() -> Iterator[tuple[str, dict[str, str]]]:
    """Every column that holds a status, with its values and their words."""
    for model in apps.get_models():
        for each in model._meta.local_fields:
            name = f"{model._meta.label}.{each.name}"
            if each.name in NAMES and each.choices and name not in OWN_WORDS:
                yield name, {str(value): str(label) for value, label in each.flatchoices}


def test_every_status_has_its_word_and_colour() -> None:
    tables = [{value: each.label for value, each in table.items()} for table in STATUSES.values()]
    assert [name for name, words in stored() if words not in tables] == []
    assert statuses.complete({"duty": DutyState, "invitation": InvitationState}) == []  # in no column


def test_every_table_of_transitions_is_among_them() -> None:
    """A status column of another name would be overlooked: the states of each workflow are in some column."""
    found = [words for _, words in stored()]
    flows = [each for module in WORKFLOWS for each in vars(module).values() if isinstance(each, Workflow)]
    assert len(flows) > 10
    assert [each.noun for each in flows if dict(each.states.choices) not in found] == []


def test_no_two_statuses_of_a_record_read_alike() -> None:
    for record, values in STATUSES.items():
        labels = [status.label for status in values.values()]
        assert len(labels) == len(set(labels)), record

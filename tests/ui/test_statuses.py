"""Has every status one word and one colour, and does a gap show?"""

import pytest
from django.db.models import TextChoices

from incidents.workflow import DisclosureStatus, EnquiryStatus
from partnerships.duties import DutyState
from partnerships.models import Overall, RoundItemState
from partnerships.workflow import AgreementStatus, ListedStatus, RoundStatus, TemplateStatus
from ssp.accounts.models import InvitationState
from ssp.models import TaskState
from ssp.ui import statuses
from ssp.ui.statuses import STATUSES, Colour


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


def test_every_stored_status_has_its_word_and_colour() -> None:
    every = {
        "agreement": AgreementStatus,
        "disclosure": DisclosureStatus,
        "template": TemplateStatus,
        "issue_round": RoundStatus,
        "issue_round_item": RoundItemState,
        "listed_school": ListedStatus,
        "invitation": InvitationState,
        "task": TaskState,
        "duty": DutyState,
        "feedback": Overall,
        "enquiry": EnquiryStatus,
    }
    assert statuses.complete(every) == []


def test_no_two_statuses_of_a_record_read_alike() -> None:
    for record, values in STATUSES.items():
        labels = [status.label for status in values.values()]
        assert len(labels) == len(set(labels)), record

"""Asking the sergeant a grey-area question in writing, without names, and answering it."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from incidents.models import AdviceQuestion, Side
from incidents.queries import gate
from incidents.services import telling
from schools.models import Pupil, School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, WrongState

NO_NAMES = "A question for advice names nobody. Take the names out, and whatever else a child could be known by."


@transaction.atomic
def ask(*, school: School, question: str, is_without_names: bool, press: UUID, by: User) -> AdviceQuestion:
    """Ask the sergeants of the force.

    Args:
        is_without_names: whether ``by`` confirmed that no child can be known by it.

    Raises:
        NotPermitted: ``by`` does not ask for advice here.
        Refused: not confirmed, or it holds the name of a child of the school's own records.
    """
    decisions.require(by, "advice.ask", school)
    before = AdviceQuestion.objects.filter(school=school, press=press, asked_by=by).first()
    if before is not None:
        return before
    if not is_without_names or _names_a_pupil(school, question):
        raise Refused(NO_NAMES)
    side = Side.POLICE if by.standing.side == "police" else Side.DESK
    made = AdviceQuestion.objects.create(
        force=school.its_force, school=school, asked_side=side, asked_by=by, question=question.strip(),
        is_without_names=True, press=press,
    )  # fmt: skip
    log.record("advice.asked", made, by=by)
    path = reverse("advice-answer", args=[made.pk])
    people, says = gate.sergeants_of(made.force_id), "Somebody asks for your advice."
    telling.told(school, people, "A question for advice", says, path, f"advice:{made.pk}")
    return made


@transaction.atomic
def answer(*, advice: AdviceQuestion, text: str, by: User) -> AdviceQuestion:
    """Answer in writing, once, without names.

    Raises:
        NotPermitted: ``by`` is no sergeant of the force.
        WrongState: it was answered before.
    """
    decisions.require(by, "advice.answer", advice)
    locked = AdviceQuestion.objects.visible_to(by).select_for_update(of=("self",)).get(pk=advice.pk)
    if locked.answered_at is not None:
        raise WrongState("This question was answered before.")
    locked.answer, locked.answered_at, locked.answered_by = text.strip(), timezone.now(), by
    locked.save(update_fields=["answer", "answered_at", "answered_by"])
    log.record("advice.answered", locked, by=by)
    says = "The sergeant answered a question for advice."
    telling.told(
        locked.school,
        [locked.asked_by],
        "Your question was answered",
        says,
        reverse("advice-list"),
        f"advice:{locked.pk}:answer",
    )
    return locked


def _names_a_pupil(school: School, text: str) -> bool:
    """Whether a text holds the name of a child of the school's records. Officers see no pupils: for them nothing is found."""
    said = f" {' '.join(text.casefold().split())} "
    return any(name.casefold() in said for name in Pupil.objects.filter(school=school).values_list("name", flat=True))

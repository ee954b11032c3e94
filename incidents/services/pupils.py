"""Which child is it? A person of the desk decides, never a likeness; entries are put together and apart with a reason (R18)."""

from typing import Any

from django.db import transaction

from incidents.models import ConcernPerson, Identification, MergeStep, PupilMerge, Verdict
from schools.models import Pupil
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, WrongState

FACTS = ("name", "known_as", "born_on", "year_group", "sex", "ethnicity", "special_needs", "care_status")


@transaction.atomic
def identify(*, person: ConcernPerson, pupil: Pupil, by: User) -> Identification:
    """Say that somebody in a concern is a child who has an entry. Their role in this concern stays with this concern.

    Raises:
        NotPermitted: ``by`` does not identify pupils here.
        Refused: the entry belongs to another school, or was put together with another.
    """
    decisions.require(by, "pupil.identify", person)
    locked = _locked(person)
    child = Pupil.objects.select_for_update(of=("self",)).get(pk=pupil.pk)
    if child.school_id != locked.school_id:
        raise Refused("This entry belongs to another school.")
    if child.merged_into_id is not None:
        raise Refused("This entry was put together with another. Choose that one.")
    return _said(locked, Verdict.SAME, child, by)


@transaction.atomic
def enter(*, person: ConcernPerson, facts: dict[str, Any], by: User) -> Identification:
    """Make an entry for somebody in a concern who has none.

    Args:
        facts: by the names in `FACTS`; the name is needed, every other may be left out.

    Raises:
        NotPermitted: ``by`` does not identify pupils here.
        Refused: no name.
    """
    decisions.require(by, "pupil.identify", person)
    locked = _locked(person)
    child = Pupil.objects.create(force_id=locked.force_id, school_id=locked.school_id, entered_by=by, **_checked(facts))
    log.record("pupil.entered", child, by=by)
    return _said(locked, Verdict.NEW, child, by)


@transaction.atomic
def set_aside(*, person: ConcernPerson, by: User) -> Identification:
    """Say that somebody in a concern is no pupil of this school.

    Raises:
        NotPermitted: ``by`` does not identify pupils here.
    """
    decisions.require(by, "pupil.identify", person)
    return _said(_locked(person), Verdict.NO_PUPIL, None, by)


@transaction.atomic
def change(*, pupil: Pupil, facts: dict[str, Any], by: User) -> Pupil:
    """Put down or correct facts of a pupil; each but the name may be left empty.

    Raises:
        NotPermitted: ``by`` does not identify pupils here.
        Refused: no name.
    """
    decisions.require(by, "pupil.identify", pupil)
    locked = Pupil.objects.select_for_update(of=("self",)).get(pk=pupil.pk)
    checked = _checked(facts)
    changed = [name for name, value in checked.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, checked[name])
    locked.save(update_fields=changed)
    log.record("pupil.changed", locked, by=by, details={"fields": ",".join(changed)[:80]})
    return locked


@transaction.atomic
def merge(*, kept: Pupil, merged: Pupil, reason: str, by: User) -> PupilMerge:
    """Put two entries together as one child. Every record stays with the entry it was made under, so that it can be undone.

    Raises:
        NotPermitted: ``by`` does not identify pupils here.
        WrongState: one of them is part of another entry already, or others are part of the one that is merged.
        Refused: no reason; the same entry twice; entries of two schools.
    """
    decisions.require(by, "pupil.identify", kept)
    decisions.require(by, "pupil.identify", merged)
    if kept.pk == merged.pk or kept.school_id != merged.school_id:
        raise Refused("Choose two entries of one school.")
    if not reason.strip():
        raise Refused("Say how you know that they are one child.")
    both = Pupil.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, merged.pk]).order_by("pk")
    if len([each for each in both if each.merged_into_id is None]) < 2:
        raise WrongState("One of these entries was put together with another already.")
    if Pupil.objects.filter(merged_into=merged).exists():
        raise WrongState("Other entries were put together with this one. Keep this one, or take them apart first.")
    Pupil.objects.filter(pk=merged.pk).update(merged_into=kept)
    row = _step(MergeStep.TOGETHER, kept, merged, reason, by)
    log.record("pupil.merged", merged, by=by, subject=kept)
    return row


@transaction.atomic
def separate(*, merged: Pupil, reason: str, by: User) -> PupilMerge:
    """Take an entry apart again from the one it was put together with: each keeps exactly the records made under it.

    Raises:
        NotPermitted: ``by`` does not identify pupils here.
        WrongState: it is part of no other entry.
        Refused: no reason.
    """
    decisions.require(by, "pupil.identify", merged)
    if not reason.strip():
        raise Refused("Say how you know that they are two children.")
    locked = Pupil.objects.select_for_update(of=("self",)).get(pk=merged.pk)
    kept = locked.merged_into
    if kept is None:
        raise WrongState("This entry stands for itself already.")
    Pupil.objects.filter(pk=locked.pk).update(merged_into=None)
    row = _step(MergeStep.APART, kept, locked, reason, by)
    log.record("pupil.separated", locked, by=by, subject=kept)
    return row


def _locked(person: ConcernPerson) -> ConcernPerson:
    return ConcernPerson.objects.select_for_update(of=("self",)).get(pk=person.pk)


def _said(person: ConcernPerson, verdict: Verdict, pupil: Pupil | None, by: User) -> Identification:
    person.pupil = pupil
    person.save(update_fields=["pupil"])
    said = Identification.objects.create(
        force_id=person.force_id, school_id=person.school_id, person=person, verdict=verdict, pupil=pupil, decided_by=by
    )
    log.record("pupil.identified", person, by=by, subject=pupil, details={"state": verdict.value})
    return said


def _step(step: MergeStep, kept: Pupil, merged: Pupil, reason: str, by: User) -> PupilMerge:
    return PupilMerge.objects.create(
        force_id=kept.force_id,
        school_id=kept.school_id,
        kept=kept,
        merged=merged,
        step=step,
        reason=reason.strip(),
        by=by,
    )


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    known = {name: facts[name] for name in FACTS if name in facts}
    if not str(known.get("name", "")).strip():
        raise Refused("Enter the child’s name.")
    return known

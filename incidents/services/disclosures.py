"""Giving the other side information, or withholding it: one form for both decisions, and what follows from each (product,
disclosure). A routine one goes under a data sharing agreement in force (N5); an urgent one goes at once, whatever is missing (R4).
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date

from incidents import bases, disclosure_mail
from incidents.extracts import Content, Typed, content_of
from incidents.models import (
    Concern,
    Counted,
    Disclosure,
    DisclosureAct,
    DisclosureDraft,
    DisclosureNotice,
    DisclosureRecipient,
    DisclosureVersion,
    Incident,
    PoliceDecision,
    RecipientKind,
    SchoolDecision,
    SharingPurpose,
    next_number,
)
from incidents.queries import clocks
from incidents.queries.disclosures import named_recipients, still_reads
from incidents.workflow import DISCLOSURE, SHARED, DisclosureStatus
from partnerships.models import Agreement, AgreementKind, Party
from partnerships.queries import may_share_routinely
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, Stale, WrongState
from ssp.tenancy import preferences

Source = Concern | Incident | None
POLICING = (SharingPurpose.PREVENTION, SharingPurpose.INVESTIGATION, SharingPurpose.SAFEGUARDING)
PURPOSES: dict[str, tuple[SharingPurpose, ...]] = {
    Party.POLICE: POLICING,
    Party.SCHOOL: (SharingPurpose.CHILD, *POLICING),
}
OTHER: dict[str, RecipientKind] = {Party.SCHOOL: RecipientKind.OFFICER, Party.POLICE: RecipientKind.SPOC}
OWN = "Nobody acknowledges what they gave themselves. Somebody of the side that received it does."
NOT_YOURS = "The other side decides about what it gave you. Ask them to correct or recall it."
NOTHING = "Choose or write at least one thing to give."


@transaction.atomic
def draft(*, school: School, typed: Typed, press: UUID, by: User) -> Disclosure:
    """Prepare what is to be given or withheld. Nobody of the other side sees it.

    Args:
        press: of the form; the same press again gives back what it made.

    Raises:
        NotPermitted: ``by`` does not decide on disclosures for this school.
        Refused: the recipient, purpose or basis is none that this side may choose.
    """
    decisions.require(by, "disclosure.send", school)
    made, is_new = _made(school, typed, press, by, is_urgent=False)
    if is_new:
        log.record("disclosure.drafted", made, by=by)
    return made


@transaction.atomic
def edit(*, disclosure: Disclosure, typed: Typed, by: User) -> Disclosure:
    """Change a draft.

    Raises:
        NotPermitted, Refused: as `draft`.
        WrongState: it was decided already.
    """
    locked = _own(disclosure, by)
    _draft_only(locked)
    _check_choices(typed, side=locked.from_side)
    _find_source(typed, locked.school, by)
    for name, value in _head(typed).items():
        setattr(locked, name, value)
    locked.save()
    DisclosureDraft.objects.filter(disclosure=locked).update(
        typed=typed.as_json(), changed_by=by, changed_at=timezone.now()
    )
    log.record("disclosure.edited", locked, by=by)
    return locked


@transaction.atomic
def discard(*, disclosure: Disclosure, by: User) -> None:
    """Throw a draft away. That there was one stays in the log.

    Raises:
        NotPermitted: ``by`` does not decide on disclosures for this school.
        WrongState: it was decided already, and is kept.
    """
    locked = _own(disclosure, by)
    _draft_only(locked)
    log.record("disclosure.discarded", locked, by=by)
    DisclosureDraft.objects.filter(disclosure=locked).delete()
    Disclosure.objects.filter(pk=locked.pk).delete()


@transaction.atomic
def send(*, disclosure: Disclosure, shown: str, by: User) -> Disclosure:
    """Give it. What was shown is frozen and goes; the recipient confirms within the force's hours.

    Args:
        shown: the fingerprint of what the page of checking showed.

    Raises:
        NotPermitted: ``by`` does not decide on disclosures for this school.
        WrongState: it was decided already; it is meant to be withheld.
        Stale: what would be given is no longer what was shown.
        Refused: no data sharing agreement in force that covers the two sides (N5); nothing is chosen.
    """
    locked = _own(disclosure, by)
    DISCLOSURE.check(locked, "send")
    typed = Typed.read(locked.draft.typed)
    if typed.is_withheld:
        raise WrongState("This draft says not to share. Change it first.")
    agreement = covering(locked)
    if agreement is None and not locked.is_outside:
        raise Refused(no_agreement(locked.school), rule="N5")
    source = _find_source(typed, locked.school, by)
    content = content_of(typed, source)
    if content.fingerprint != shown:
        raise Stale("What would be given has changed since you looked. Nothing was sent. Check it again.")
    return _send(locked, typed, content, source, agreement, by)


@transaction.atomic
def send_urgently(*, school: School, typed: Typed, press: UUID, by: User) -> Disclosure:
    """Give it at once, whatever is missing: agreement, officer or SPOC, reason. The reason is asked for within 24 hours (R4).

    Args:
        press: of the form; the same press again gives back what it sent.

    Raises:
        NotPermitted: ``by`` does not decide on disclosures for this school.
        Refused: nothing is chosen or written, so there is nothing to send.
    """
    decisions.require(by, "disclosure.send", school)
    made, is_new = _made(school, typed, press, by, is_urgent=True)
    if not is_new:
        return made
    source = _find_source(typed, school, by)
    return _send(made, typed, content_of(typed, source), source, covering(made), by)


@transaction.atomic
def withhold(*, disclosure: Disclosure, by: User) -> Disclosure:
    """Decide not to share, with the reason and, where wanted, a day to look again. The other side is not told.

    Raises:
        NotPermitted: ``by`` does not decide on disclosures for this school.
        WrongState: it was decided already; the draft says to share.
        Refused: no reason is given.
    """
    locked = _own(disclosure, by)
    DISCLOSURE.check(locked, "withhold")
    typed = Typed.read(locked.draft.typed)
    if not typed.is_withheld:
        raise WrongState("This draft says to share. Change it first.")
    if not typed.reason:
        raise Refused("Say why you do not share. The decision is kept like a share.")
    source = _find_source(typed, locked.school, by)
    locked.status, locked.decided_at, locked.decided_by = DisclosureStatus.WITHHELD, timezone.now(), by
    locked.look_again_on = parse_date(typed.look_again_on) if typed.look_again_on else None
    locked.save()
    _decide(
        locked, DisclosureAct.WITHHELD, by, reason=typed.reason, proportionality=typed.proportionality, source=source
    )
    DisclosureDraft.objects.filter(disclosure=locked).delete()
    log.record("disclosure.withheld", locked, by=by)
    return locked


@transaction.atomic
def give_reason(*, disclosure: Disclosure, purpose: str, basis: str, reason: str, by: User) -> Disclosure:
    """Say why an urgent one was given, after it went. Late is better than never: it is taken after 24 hours too.

    Raises:
        NotPermitted: ``by`` does not decide on disclosures for this school.
        WrongState: it was not urgent, or the reason is there.
        Refused: purpose or basis is none of this side's.
    """
    locked = _own(disclosure, by)
    if not locked.is_urgent or locked.status not in SHARED:
        raise WrongState("Only an urgent disclosure is explained after it went.")
    if locked.reason_given_at is not None:
        raise WrongState("The reason was given already.")
    _check_choices(
        Typed(recipient_kind=locked.recipient_kind, recipient_name=locked.recipient_name, purpose=purpose, basis=basis),
        side=locked.from_side,
    )
    if not (purpose and basis and reason):
        raise Refused("Give the purpose, the basis and the reason.")
    locked.purpose, locked.basis, locked.basis_edition = purpose, basis, bases.newest()
    locked.reason_given_at = timezone.now()
    locked.save()
    _decide(locked, DisclosureAct.REASON, by, reason=reason)
    log.record("disclosure.reason_given", locked, by=by)
    return locked


@transaction.atomic
def opened(*, disclosure: Disclosure, by: User) -> None:
    """Note that somebody of the receiving side had it on their screen, so that a correction reaches them."""
    if disclosure.status not in SHARED or disclosure.from_side == _side(by) or disclosure.is_outside:
        return
    rows = DisclosureRecipient.objects.filter(disclosure=disclosure, person=by)
    if rows.filter(opened_at__isnull=False).exists() or disclosure.status == DisclosureStatus.RECALLED:
        return
    if not rows.update(opened_at=timezone.now()):
        DisclosureRecipient.objects.bulk_create(
            [DisclosureRecipient(**_of(disclosure), person=by, opened_at=timezone.now())], ignore_conflicts=True
        )


@transaction.atomic
def acknowledge(*, disclosure: Disclosure, by: User, note: str = "") -> Disclosure:
    """Confirm that it arrived. Pressing again changes nothing.

    Of one to another body the sender records the receipt, and ``note`` says who confirmed it and how.

    Raises:
        NotPermitted: ``by`` does not acknowledge at this school.
        Refused: it is their own (N3); no note where one is needed.
        WrongState: it was recalled, or never sent.
    """
    decisions.require(by, "disclosure.acknowledge", disclosure)
    locked = _locked(disclosure, by)
    if locked.status == DisclosureStatus.DRAFTED or locked.status == DisclosureStatus.WITHHELD:
        raise WrongState("This was not sent, so there is nothing to acknowledge.")
    _receiving(locked, by)
    if locked.acknowledged_at is not None:
        return locked
    if locked.status != DisclosureStatus.CORRECTED:
        DISCLOSURE.check(locked, "acknowledge")
        locked.status = DisclosureStatus.ACKNOWLEDGED
    if locked.is_outside:
        if not note:
            raise Refused("Say who confirmed the receipt, and how.")
        _decide(locked, DisclosureAct.RECEIPT, by, reason=note)
    locked.acknowledged_at, locked.acknowledged_by = timezone.now(), by
    locked.save(update_fields=["status", "acknowledged_at", "acknowledged_by"])
    opened(disclosure=locked, by=by)
    log.record("disclosure.acknowledged", locked, by=by)
    return locked


@transaction.atomic
def correct(*, disclosure: Disclosure, content: Content, reason: str, press: UUID, by: User) -> DisclosureVersion:
    """Put a new version beside the old one. Everybody who had it is told, and each confirms.

    Raises:
        NotPermitted: ``by`` does not decide on disclosures for this school.
        WrongState: it was recalled, withheld or never sent.
        Refused: no reason; nothing is left to give; nothing changed.
    """
    locked = _own(disclosure, by)
    again = DisclosureVersion.objects.filter(disclosure=locked, press=press).first()
    if again is not None:
        return again
    DISCLOSURE.check(locked, "correct")
    if not reason:
        raise Refused("Say what was wrong.")
    if not content.items:
        raise Refused("Nothing would be left. Recall it instead.")
    if DisclosureVersion.objects.filter(disclosure=locked, number=locked.version, sha256=content.fingerprint).exists():
        raise Refused("Nothing is changed yet.")
    locked.version += 1
    locked.status = DisclosureStatus.CORRECTED
    locked.save(update_fields=["version", "status"])
    version = _freeze(locked, content, press, by, reason=reason)
    _decide(locked, DisclosureAct.CORRECTED, by, reason=reason)
    log.record("disclosure.corrected", locked, by=by, recipient=to_whom(locked), details={"version": locked.version})
    _tell_again(locked, DisclosureAct.CORRECTED)
    return version


@transaction.atomic
def recall(*, disclosure: Disclosure, reason: str, by: User) -> Disclosure:
    """Take it back: the receiving side sees no more than that there was one. Everybody who had it is told, and each confirms.

    Raises:
        NotPermitted: ``by`` does not decide on disclosures for this school.
        WrongState: it was recalled already, withheld or never sent.
        Refused: no reason.
    """
    locked = _own(disclosure, by)
    DISCLOSURE.check(locked, "recall")
    if not reason:
        raise Refused("Say why you recall it.")
    locked.status = DisclosureStatus.RECALLED
    locked.save(update_fields=["status"])
    _decide(locked, DisclosureAct.RECALLED, by, reason=reason)
    log.record("disclosure.recalled", locked, by=by, recipient=to_whom(locked))
    _tell_again(locked, DisclosureAct.RECALLED)
    return locked


@transaction.atomic
def acknowledge_notice(*, notice: DisclosureNotice, by: User, note: str = "") -> DisclosureNotice:
    """A recipient confirms that they know of a correction or a recall. Pressing again changes nothing.

    Of somebody who left, whoever acknowledges at the school confirms instead; of another body the sender records it by ``note``.

    Raises:
        NotPermitted: ``by`` does not acknowledge at this school.
        Refused: it is somebody else's to confirm; it is their own (N3); no note where one is needed.
    """
    decisions.require(by, "disclosure.acknowledge", notice)
    locked = _locked(notice.disclosure, by)
    rows = DisclosureNotice.objects.select_for_update(of=("self",)).select_related("recipient__person")
    held = rows.get(pk=notice.pk)
    if held.acknowledged_at is not None:
        return held
    _receiving(locked, by)
    person = held.recipient.person
    if person is not None and person.pk != by.pk and still_reads(locked, person):
        raise Refused(f"{person.name} confirms this themself.", rule="N3")
    if person is None:
        if not note:
            raise Refused("Say who confirmed it, and how.")
        _decide(locked, DisclosureAct.RECEIPT, by, reason=note)
    held.acknowledged_at, held.acknowledged_by = timezone.now(), by
    held.save(update_fields=["acknowledged_at", "acknowledged_by"])
    log.record("disclosure.notice_acknowledged", locked, by=by, details={"version": held.version})
    if locked.acknowledged_at is None and locked.status == DisclosureStatus.CORRECTED and not locked.is_outside:
        locked.acknowledged_at, locked.acknowledged_by = held.acknowledged_at, by
        locked.save(update_fields=["acknowledged_at", "acknowledged_by"])
    return held


def covering(disclosure: Disclosure) -> Agreement | None:
    """The data sharing agreement under which it would go today (N5).

    The agreement of a school and its force covers what these two give each other. What one of them gives another body, such as
    children's social care, stands on its own basis: the agreement neither covers it nor is asked for.
    """
    on = timezone.localdate()
    if disclosure.is_outside or not may_share_routinely(disclosure.school, on=on):
        return None
    kind = AgreementKind.DATA_SHARING_AGREEMENT
    return Agreement.objects.filter(school=disclosure.school, kind=kind).in_force(on=on).without_text().first()


def no_agreement(school: School) -> str:
    """Why a routine one is refused, and who can help."""
    force = school.its_force
    contact = preferences.of(force.pk).contact_email
    whom = f"the SSP coordinator of {force.name}{f' ({contact})' if contact else ''}"
    return (
        f"A routine disclosure needs a data sharing agreement in force, and {school.name} has none today. Ask {whom}: they "
        "prepare it, the head teacher signs it. Your draft is kept. If a child is at risk, send it urgently: that never waits."
    )


def to_whom(disclosure: Disclosure) -> str:
    """The recipient in words, for lists and for the log."""
    if disclosure.is_outside:
        return disclosure.recipient_name
    if disclosure.recipient_kind == RecipientKind.SPOC:
        return f"SPOC of {disclosure.school}"
    return f"Police officer of {disclosure.school}"


def _made(school: School, typed: Typed, press: UUID, by: User, *, is_urgent: bool) -> tuple[Disclosure, bool]:
    side = _side(by)
    School.objects.select_for_update(of=("self",)).only("pk").get(pk=school.pk)
    before = Disclosure.objects.visible_to(by).filter(school=school, press=press, from_side=side).first()
    if before is not None:
        return before, False
    if is_urgent and typed.recipient_kind not in (OTHER[side], RecipientKind.OUTSIDE):
        raise Refused("Choose who will receive it.")
    _check_choices(typed, side=side)
    _find_source(typed, school, by)
    made = Disclosure.objects.create(
        force=school.its_force, school=school, from_side=side, is_urgent=is_urgent, press=press, drafted_by=by,
        **_head(typed),
    )  # fmt: skip
    DisclosureDraft.objects.create(**_of(made), typed=typed.as_json(), changed_by=by)
    return made, True


def _head(typed: Typed) -> dict[str, Any]:
    return {
        "recipient_kind": typed.recipient_kind,
        "recipient_name": typed.recipient_name if typed.recipient_kind == RecipientKind.OUTSIDE else "",
        "purpose": typed.purpose,
        "basis": typed.basis,
        "basis_edition": bases.newest() if typed.basis else "",
    }


def _check_choices(typed: Typed, *, side: str) -> None:
    if typed.recipient_kind not in (OTHER[side], RecipientKind.OUTSIDE):
        raise Refused("Choose who will receive it.")
    if typed.recipient_kind == RecipientKind.OUTSIDE and not typed.recipient_name:
        raise Refused("Name the body that will receive it.")
    if typed.purpose and typed.purpose not in PURPOSES[side]:
        raise Refused("Choose one of the purposes.", rule="R3")
    if typed.basis and typed.basis not in {each.key for each in bases.for_side(side)}:
        raise Refused("Choose one of the bases.")


def _send(
    locked: Disclosure, typed: Typed, content: Content, source: Source, agreement: Agreement | None, by: User
) -> Disclosure:
    if not content.items:
        raise Refused(NOTHING)
    now = timezone.now()
    locked.number = next_number(locked.school, Counted.DISCLOSURE)
    locked.status, locked.version, locked.agreement = DisclosureStatus.SENT, 1, agreement
    locked.decided_at, locked.decided_by = now, by
    locked.acknowledge_by = clocks.receipt_due(locked.school, start=now, is_urgent=locked.is_urgent)
    if locked.is_urgent:
        locked.reason_due_at = now + clocks.REASON_WITHIN
    locked.save()
    _freeze(locked, content, locked.press, by)
    _decide(locked, DisclosureAct.GIVEN, by, reason=typed.reason, proportionality=typed.proportionality, source=source)
    DisclosureDraft.objects.filter(disclosure=locked).delete()
    people = [] if locked.is_outside else named_recipients(locked)
    named: Sequence[User | None] = [None] if locked.is_outside else people
    DisclosureRecipient.objects.bulk_create(
        [DisclosureRecipient(**_of(locked), person=each, is_named=True) for each in named]
    )
    log.record("disclosure.sent", locked, by=by, recipient=to_whom(locked))
    if locked.is_urgent:
        disclosure_mail.sent(locked, people)
    return locked


def _freeze(locked: Disclosure, content: Content, press: UUID, by: User, *, reason: str = "") -> DisclosureVersion:
    return DisclosureVersion.objects.create(
        **_of(locked), number=locked.version, content=content.canonical.decode(), sha256=content.fingerprint,
        reason=reason, press=press, made_by=by,
    )  # fmt: skip


def _tell_again(locked: Disclosure, act: DisclosureAct) -> None:
    """Everybody who had it: who opened it, who was named; another body through the sender."""
    had_it = list(locked.recipients.select_related("person"))
    DisclosureNotice.objects.bulk_create(
        [DisclosureNotice(**_of(locked), recipient=each, act=act, version=locked.version) for each in had_it]
    )
    people = [each.person for each in had_it if each.person and still_reads(locked, each.person)]
    disclosure_mail.changed(locked, act, people)


def _decide(locked: Disclosure, act: DisclosureAct, by: User, *, source: Source = None, **words: str) -> None:
    about = _of(locked) | {"act": act, "made_by": by} | words
    if locked.from_side == Party.SCHOOL:
        SchoolDecision.objects.create(**about, concern=source if isinstance(source, Concern) else None)
    else:
        PoliceDecision.objects.create(**about, incident=source if isinstance(source, Incident) else None)


def _find_source(typed: Typed, school: School, by: User) -> Source:
    """What it comes from: a concern for the school's side, an incident for the police's, and never the other way round (N2)."""
    if typed.source is None:
        return None
    found: Source
    if _side(by) == Party.SCHOOL:
        found = Concern.objects.visible_to(by).filter(school=school, pk=typed.source).first()
    else:
        found = (
            Incident.objects.visible_to(by).select_related("own_kind").filter(school=school, pk=typed.source).first()
        )
    if found is None:
        raise Refused("What it comes from is not there any more. Start again from there.")
    return found


def _own(disclosure: Disclosure, by: User) -> Disclosure:
    decisions.require(by, "disclosure.send", disclosure)
    locked = _locked(disclosure, by)
    if locked.from_side != _side(by):
        raise NotPermitted(NOT_YOURS)
    return locked


def _locked(disclosure: Disclosure, by: User) -> Disclosure:
    rows = Disclosure.objects.visible_to(by).select_related("school__force")
    found = rows.select_for_update(of=("self",)).filter(pk=disclosure.pk).first()
    if found is None:
        raise NotPermitted("You do not have permission to do this. Ask your SSP coordinator if you think you should.")
    return found


def _draft_only(locked: Disclosure) -> None:
    if locked.status != DisclosureStatus.DRAFTED:
        raise WrongState("This was decided already. What was decided is kept.")


def _receiving(locked: Disclosure, by: User) -> None:
    if locked.is_outside:
        if locked.from_side != _side(by):
            raise NotPermitted(OWN, rule="N3")
    elif locked.from_side == _side(by) or by.pk in (locked.decided_by_id, locked.drafted_by_id):
        raise Refused(OWN, rule="N3")


def _of(disclosure: Disclosure) -> dict[str, Any]:
    return {"force_id": disclosure.force_id, "school_id": disclosure.school_id, "disclosure": disclosure}


def _side(user: User) -> str:
    return user.standing.side if user.standing else ""

"""Who is told what about an agreement? A link and a sentence without any child's data (N9), in the transaction of the act."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from partnerships.models import Agreement, IssueRoundItem
from ssp.access.queries import holders
from ssp.accounts.models import User
from ssp.notifications import mail
from ssp.tenancy import context


def people(agreement: Agreement, permission: str) -> list[User]:
    """Who holds a permission on this agreement today, on either side.

    The service itself asks: the person who acts may not see who holds which role on the other side.
    """
    with context.entered(context.system(agreement.force_id)):
        return holders(permission, force_id=agreement.force_id, school_id=agreement.school_id)


def ready_to_sign(agreement: Agreement) -> None:
    """The text and its PDF exist: the head teacher can read and sign."""
    _tell("agreement_issued", agreement, people(agreement, "agreement.sign"))


def signed(agreement: Agreement) -> None:
    """The school signed: the police signatories countersign; the coordinator knows."""
    _tell("agreement_signed", agreement, people(agreement, "agreement.countersign"))


def in_force(agreement: Agreement) -> None:
    _tell("agreement_in_force", agreement, _both_sides(agreement))


def declined(agreement: Agreement) -> None:
    _tell("agreement_declined", agreement, _both_sides(agreement))


def withdrawn(agreement: Agreement) -> None:
    _tell("agreement_withdrawn", agreement, _both_sides(agreement))


def notice_given(agreement: Agreement) -> None:
    _tell("agreement_notice_given", agreement, _both_sides(agreement))


def closed(agreement: Agreement) -> None:
    """It is no longer in force: everybody who works with it is told, the SPOC and the officer among them."""
    everybody = {p.pk: p for p in (*_both_sides(agreement), *people(agreement, "agreement.view"))}
    _tell("agreement_closed", agreement, everybody.values())


def render_failed(agreement: Agreement) -> None:
    """The PDF of what was sent waits for a person: the coordinator is told. Of a round its page says so, not hundreds of mails."""
    if IssueRoundItem.objects.filter(agreement=agreement).exists():
        return
    _tell("agreement_render_failed", agreement, people(agreement, "agreement.issue"))


def seal_failed(agreement: Agreement) -> None:
    """Sealing waits for a person: the coordinator is told, the signatures are safe."""
    _tell("agreement_seal_failed", agreement, people(agreement, "agreement.issue"))


def _both_sides(agreement: Agreement) -> list[User]:
    """The head teacher, the coordinators, and whoever signed."""
    told = {p.pk: p for permission in ("agreement.sign", "agreement.issue") for p in people(agreement, permission)}
    told |= {s.person_id: s.person for s in agreement.signatures.select_related("person") if s.person.is_active}
    return list(told.values())


def _tell(template: str, agreement: Agreement, recipients: Iterable[User]) -> None:
    link = settings.PUBLIC_URL + reverse("agreement-view", args=[agreement.pk])
    said = {
        "kind": agreement.kind_in_words,
        "reference": agreement.reference,
        "school": agreement.school.name,
        "force": agreement.force.name,
        "link": link,
    }
    for person in recipients:
        mail.send(template, to=person, context=said, key=f"{template}:{agreement.pk}:{person.pk}:{agreement.status}")

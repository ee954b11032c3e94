"""What does the worker do for accounts? It writes the mails that carry a secret, and makes the secret as it does."""

from datetime import time

from django.conf import settings
from django.urls import reverse

from ssp.accounts.models import User
from ssp.accounts.services import attribution, housekeeping, invitations, passwords, recovery, staff_lists
from ssp.notifications import mail
from ssp.schedule import every_day
from ssp.tasks import Job, handler

every_day("accounts.clear", at=time(3, 30))


@handler("accounts.invitation_mail", on_parked=mail.failed)
def invitation_mail(job: Job) -> None:
    """Send an invitation its link. Tried again after a failure it carries a new secret; a link sent before is then dead."""
    with job.transaction():
        made = invitations.fresh_token(invitation_id=job.payload["invitation"])
        if made is None:
            return
        invitation, token = made
        facts = {
            "place": invitations.place(invitation),
            "role": invitation.role_in_words,
            "inviter": str(invitation.created_by or "The operator of the service"),
        }
    link = settings.PUBLIC_URL + reverse("accounts:invitation_link", args=[token])
    mail.deliver(job, "invitation", to=invitation.email, context=facts | {"link": link})


@handler("accounts.password_reset_mail", on_parked=mail.failed)
def password_reset_mail(job: Job) -> None:
    """Write to the address the account is kept under, never to the one typed; to nobody when there is no such account (C7)."""
    user = User.objects.filter(email=job.payload["email"], is_active=True).first()
    if user is None:
        return
    link = settings.PUBLIC_URL + reverse("accounts:reset_link", args=[passwords.reset_link(user)])
    mail.deliver(job, "password_reset", to=user, context={"link": link})


@handler("accounts.factor_reset_mail", on_parked=mail.failed)
def factor_reset_mail(job: Job) -> None:
    """Send somebody who lost their second step the link; tried again after a failure it carries a new secret."""
    with job.transaction():
        made = recovery.fresh_token(reset_id=job.payload["reset"])
        if made is None:
            return
        reset, token = made
        person = reset.person
        facts = {
            "asker": str(reset.created_by or "the operator of this service"),
            "checked": reset.get_checked_display(),
        }
    link = settings.PUBLIC_URL + reverse("accounts:factor_reset_link", args=[token])
    mail.deliver(job, "factor_reset", to=person, context=facts | {"link": link})


@handler("accounts.clear")
def clear(job: Job) -> None:
    """Clear away what is over. What belongs to no force goes with the first force's turn; the others find nothing left."""
    assert job.force_id is not None  # noqa: S101 - the schedule asks force by force
    housekeeping.clear_force(force_id=job.force_id)
    housekeeping.clear_installation()


@handler("accounts.attribute_refusal")
def attribute_refusal(job: Job) -> None:
    """Show the auditors of a person's forces that somebody tried the account."""
    with job.settle():
        attribution.attribute(email=job.payload["email"], tried_at=job.payload["tried_at"])


@handler("accounts.staff_list")
def staff_list(job: Job) -> None:
    """Carry out the next lines of a list of joiners and leavers, as the person who uploaded it."""
    with job.settle():
        assert job.user is not None  # noqa: S101 - such work is always asked for by a person
        staff_lists.go_on(staff_list_id=job.payload["staff_list"], by=job.user)

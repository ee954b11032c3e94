"""What does the worker do about mail?"""

from ssp.accounts.models import User
from ssp.notifications import mail
from ssp.tasks import Job, handler


@handler("mail.send")
def send(job: Job) -> None:
    """Write and send one e-mail; to a closed account none is sent."""
    to: User | str = job.payload.get("address", "")
    if not to:
        to = User.objects.get(pk=job.payload["to"])
        if not to.is_active:
            return
    mail.deliver(job, job.payload["template"], to=to, context=job.payload["context"])

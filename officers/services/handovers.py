"""What an officer hands over about a school, to whoever comes next or stands in."""

from uuid import UUID

from django.db import transaction

from officers.models import HandoverNote, Posting
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused

LONGEST = 4000


@transaction.atomic
def write(*, posting: Posting, text: str, press: UUID, by: User) -> HandoverNote:
    """Write a handover note. It stands beside the ones before and is never changed; the police alone read it.

    Raises:
        NotPermitted: ``by`` may not hand over at this school.
        Refused: it says nothing, or too much.
    """
    decisions.require(by, "handover.write", posting)
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise Refused(f"Write what is handed over, in at most {LONGEST:,} characters.")
    same = {"school_id": posting.school_id, "press": press}
    made, is_new = HandoverNote.objects.get_or_create(
        **same, defaults={"force_id": posting.force_id, "posting": posting, "text": words, "written_by": by}
    )
    if is_new:
        log.record("handover.written", made, by=by)
    return made

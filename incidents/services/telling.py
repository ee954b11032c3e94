"""Who is told by e-mail of enquiries and of what was said directly? A link and a fixed sentence, no name and no word of it (N9);
nobody who has left.
"""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from incidents.models import Enquiry
from incidents.queries import gate
from schools.models import School
from ssp.accounts.models import User
from ssp.notifications import mail


def waiting(enquiry: Enquiry, people: Iterable[User], *, turn: int = 0, is_without_spoc: bool = False) -> None:
    """An enquiry waits at the desk and cannot wait for the daily e-mail. Without a SPOC the head is told to appoint one."""
    says = "An enquiry waits at the desk of your school."
    if is_without_spoc:
        says = "An enquiry waits for you, because nobody is SPOC at the school. Appoint one: until then it is yours to deal with."
    _tell(enquiry.school, people, "An enquiry waits for you", says, _link(enquiry), f"{_key(enquiry)}:waits:{turn}")


def escalated(enquiry: Enquiry, people: Iterable[User], *, step: str) -> None:
    """An enquiry waited too long."""
    says = "An enquiry has waited longer than it should. It is yours to deal with now."
    _tell(enquiry.school, people, "An enquiry has waited too long", says, _link(enquiry), f"{_key(enquiry)}:{step}")


def asked(enquiry: Enquiry, person: User, *, turn: int) -> None:
    """A member of staff is asked something by the desk."""
    says = "The single point of contact of your school asks you something. Your answer goes back to them first."
    _tell(enquiry.school, [person], "A question for you", says, _link(enquiry), f"{_key(enquiry)}:asked:{turn}")


def news(enquiry: Enquiry, *, to_police: bool) -> None:
    """Something was released: to the officers of the school, or to whoever asked."""
    people = gate.officers_of(enquiry.school_id) if to_police else (enquiry.opened_by,)
    turn = f"{_key(enquiry)}:{enquiry.status}:{enquiry.releases.count()}"
    _tell(
        enquiry.school,
        people,
        "There is news of an enquiry",
        "The SPOC has dealt with an enquiry.",
        _link(enquiry),
        turn,
    )


def told(school: School, people: Iterable[User], subject: str, says: str, path: str, key: str) -> None:
    """Anything else that waits: the three exceptions, advice."""
    _tell(school, people, subject, says, path, key)


def _tell(school: School, people: Iterable[User], subject: str, says: str, path: str, key: str) -> None:
    said = {"subject": subject, "school": school.name, "says": says, "link": settings.PUBLIC_URL + path}
    for person in gate.still_there(people, school=school):
        mail.send("desk_item", to=person, context=said, key=f"{key}:{person.pk}")


def _key(enquiry: Enquiry) -> str:
    return f"enquiry:{enquiry.pk}:{enquiry.due_at:%Y%m%d%H%M}"


def _link(enquiry: Enquiry) -> str:
    return reverse("enquiry-view", args=[enquiry.pk])

"""Is an address one person's own? Reference lists of shared mailboxes and public providers, and what is said about each (C14).

An account is one person: what is read and signed in it must be that person's doing. A mailbox several people read cannot be
one, nor can one mailbox be several people by what stands behind a "+".
"""

import re
from collections.abc import Iterable
from datetime import date

# Collected from the addresses schools publish; look through both lists once a year.
AS_OF = date(2026, 11, 22)

#: The whole name before the @, letters alone.
SHARED_NAMES = frozenset(
    """
    academy accounts admin administration administrator admissions adminoffice all allstaff attendance bookings bursar
    busmanager businessmanager clerk college complaints contact contactus deputy deputyhead dpo dsl dutydesk ehcp
    enquiries enquiry exams facilities finance firstaid frontdesk frontoffice gdpr general generaloffice governors head
    headoffice heads headspa headteacher headteachers headteacherspa hello help helpdesk hello hr ict info information inbox
    inclusion it itsupport jobs library mail mailbox mainoffice main noreply nursery office officeadmin operations pa pastoral
    personnel police post postmaster postbox principal principalspa principals reception receptionist recruitment
    safeguarding safeguardingteam school schooladmin schoolenquiries schoolinfo schoolmail schooloffice secretary senco sencos
    send seniorleadership seniorleadershipteam service sixthform slt spoc staff studentservices support team teacher teachers
    theoffice transport vacancies webmaster welfare
    """.split()  # noqa: SIM905 - words are read more easily than a list of strings
)
#: A word that shows a shared mailbox wherever it stands as a word of its own: office.ashfield@, ashfield-enquiries@.
#: Words that are also surnames (head, main, clerk, abbot) are not here.
SHARED_WORDS = frozenset(
    """
    academy admin administration admissions attendance bursar contact enquiries enquiry enquires finance frontdesk
    governors headteacher helpdesk info information mailbox noreply office postmaster principal reception receptionist
    recruitment safeguarding school schooloffice secretary senco slt spoc staff team webmaster welfare
    """.split()  # noqa: SIM905
)
#: Providers where anybody can open a mailbox and no employer can close one.
PUBLIC_DOMAINS = frozenset(
    """
    aol.co.uk aol.com btinternet.com btopenworld.com duck.com fastmail.com gmail.com gmx.co.uk gmx.com googlemail.com
    hey.com hotmail.co.uk hotmail.com icloud.com live.co.uk live.com mac.com mail.com me.com msn.com ntlworld.com
    outlook.com pm.me proton.me protonmail.com rocketmail.com sky.com talktalk.net tiscali.co.uk tutanota.com virginmedia.com
    yahoo.co.uk yahoo.com ymail.com zoho.com
    """.split()  # noqa: SIM905
)

SHARED = (
    "Enter a person's own address: an account is one person's, and this one looks like one that several people read. "
    "Ask them for their work address, such as j.smith@."
)
TAGGED = "Enter the address without “+” and what follows it: one mailbox must not be several people."
PUBLIC_POLICE = "Enter their police address. A private mailbox stays with a leaver, and the force cannot close it."
PUBLIC_SCHOOL = (
    "This is a private mailbox, which stays with somebody who leaves the school and which the school cannot close. "
    "Use their school address if they have one."
)


def is_shared(email: str, *, place: str = "") -> bool:
    """Whether an address looks like one that several people read.

    Args:
        place: the name of the school or force, whose words in an address name nobody: head.ashfield@ is the head's office.
    """
    name, _, domain = _parts(email)
    words = [word for word in re.split(r"[^a-z]+", name) if word]
    if _whole(words) in SHARED_NAMES or SHARED_WORDS & set(words):
        return True
    of_place = _words_of(place) | _words_of(domain)
    left = [word for word in words if word not in of_place]
    if len(left) < len(words):
        return _whole(left) in SHARED_NAMES or not left
    return any(_is_joined(word, of_place) for word in words)


def is_tagged(email: str) -> bool:
    """Whether something stands behind a "+" before the @."""
    return "+" in email.partition("@")[0]


def is_public(email: str) -> bool:
    """Whether anybody can open a mailbox at this provider."""
    return _parts(email)[2] in PUBLIC_DOMAINS


def problem(email: str, *, place: str = "", is_police: bool = False) -> str:
    """Why an address cannot be an account, and what to do; empty when it can.

    Every way in asks this: invitations, lists of joiners, and whatever may change an address. A private mailbox is no
    reason here for somebody of a school (see `is_public`): some small schools have no addresses of their own.
    """
    if is_shared(email, place=place):
        return SHARED
    if is_tagged(email):
        return TAGGED
    return PUBLIC_POLICE if is_police and is_public(email) else ""


def _parts(email: str) -> tuple[str, str, str]:
    address = email.strip().lower()
    name, at, domain = address.rpartition("@")
    return name.partition("+")[0], at, domain


def _whole(words: list[str]) -> str:
    """ "school.office" and "schooloffice" are one name; "p.a" is somebody's initials."""
    return "" if len(words) > 1 and any(len(word) == 1 for word in words) else "".join(words)


def _words_of(text: str) -> set[str]:
    """Words of a name or domain long enough to mean something: "ashfield" of ashfield.sch.uk, not "of"."""
    return {word for word in re.split(r"[^a-z]+", text.lower()) if len(word) > 3}


def _is_joined(word: str, of_place: Iterable[str]) -> bool:
    """officeashfield, ashfieldoffice: a shared word and the place's, written together."""
    return any(
        word.removeprefix(name) in SHARED_NAMES or word.removesuffix(name) in SHARED_NAMES
        for name in of_place
        if name in word and name != word
    )

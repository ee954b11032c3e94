"""School families: making and renaming them, and saying which schools belong to them."""

from django.db import IntegrityError, transaction

from partnerships.models import SchoolFamily, SchoolFamilyMember
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused
from ssp.tenancy.models import Force

LONGEST = 100


@transaction.atomic
def make(*, force: Force, name: str, by: User) -> SchoolFamily:
    """Make a family without schools yet.

    Raises:
        NotPermitted: ``by`` may not edit families of this force.
        Refused: no name, or another family has it.
    """
    decisions.require(by, "family.edit", force)
    family = SchoolFamily(force=force, name=_name(name), created_by=by)
    _save(family)
    log.record("family.made", family, by=by)
    return family


@transaction.atomic
def rename(*, family: SchoolFamily, name: str, by: User) -> SchoolFamily:
    """Give a family another name.

    Raises:
        NotPermitted, Refused: as `make`.
    """
    decisions.require(by, "family.edit", family)
    locked = lock(family)
    if locked.name != (locked_name := _name(name)):
        locked.name = locked_name
        _save(locked)
        log.record("family.renamed", locked, by=by)
    return locked


@transaction.atomic
def add(*, family: SchoolFamily, school: School, by: User) -> SchoolFamilyMember:
    """Add a school. Adding it to the same family again changes nothing.

    Raises:
        NotPermitted: ``by`` may not edit families of this force.
        Refused: the school is another force's or no force's, or belongs to another family.
    """
    decisions.require(by, "family.edit", family)
    locked = lock(family)
    if school.force_id != locked.force_id:
        raise Refused(f"{school} does not belong to {locked.force}, so it cannot be in one of its families.")
    member, is_new = SchoolFamilyMember.objects.select_related("family").get_or_create(
        school=school, force=locked.force, defaults={"family": locked, "added_by": by}
    )
    if member.family_id != locked.pk:
        raise Refused(f"{school} belongs to {member.family} already. Take it out there first.")
    if is_new:
        log.record("family.school_added", locked, by=by, subject=school)
    return member


@transaction.atomic
def remove(*, family: SchoolFamily, school: School, by: User) -> None:
    """Take a school out. Doing so twice changes nothing.

    Raises:
        NotPermitted: ``by`` may not edit families of this force.
    """
    decisions.require(by, "family.edit", family)
    locked = lock(family)
    removed, _ = SchoolFamilyMember.objects.filter(family=locked, school=school).delete()
    if removed:
        log.record("family.school_removed", locked, by=by, subject=school)


def lock(family: SchoolFamily) -> SchoolFamily:
    """The family as it is now, held until the transaction ends."""
    return SchoolFamily.objects.select_for_update(of=("self",)).select_related("force").get(pk=family.pk)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Refused("Give the family a name.")
    if len(name) > LONGEST:
        raise Refused(f"The name must be {LONGEST} characters or fewer.")
    return name


def _save(family: SchoolFamily) -> None:
    try:
        with transaction.atomic():
            family.save()
    except IntegrityError as error:
        raise Refused(f"There is a family called {family.name} already.") from error

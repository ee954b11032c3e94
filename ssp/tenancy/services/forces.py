"""Bringing a force onto the platform: an operator's act, with the owner's connection."""

from django.db import transaction
from django.utils.text import slugify

from ssp.refusals import Refused
from ssp.tenancy.models import Force


def create(*, name: str, police_uk_id: str | None = None) -> Force:
    """Create a force. Its schools follow from the register's local authorities where ``police_uk_id`` is given.

    Raises:
        Refused: there is a force of that name, or none was given.
    """
    name = " ".join(name.split())
    if not name:
        raise Refused("Give the name of the force.")
    with transaction.atomic(using="owner"):
        if Force.objects.using("owner").filter(name__iexact=name).exists():
            raise Refused(f"{name} is on the platform already.")
        made = Force.objects.using("owner").create(name=name, slug=slugify(name), police_uk_id=police_uk_id or None)
    return Force.objects.get(pk=made.pk)  # as the application sees it

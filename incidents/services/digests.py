"""What does the desk's daily e-mail say? How much of what waits, and a link; to whoever is on duty, and to nobody else (N9)."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from incidents import desk
from schools import desk_duty, school_days
from schools.models import School
from ssp.accounts.models import User
from ssp.notifications import mail
from ssp.tenancy import context


def send(*, force_id: int, on: date) -> int:
    """Write to the desks of one force that have something waiting, on a day on which the school is open. Returns how many people.

    In the service's own context; what waits is counted school by school as the school itself. Asked twice in a day it sends
    nothing more.
    """
    letters: dict[User, list[dict[str, Any]]] = defaultdict(list)
    desks = desk_duty.desks(force_id=force_id, on=on)
    calendar = school_days.calendar_of_force(force_id, on)
    for school in School.objects.filter(pk__in=desks).order_by("name", "pk"):
        if not calendar.is_open(school.pk, on):
            continue
        with context.entered(context.desk(force_id, school.pk)):
            counts = desk.counts_at(school, on)
        if counts:
            place = {"school": school.name, "lines": [each.words for each in counts]}
            for person in desks[school.pk].on_duty:
                letters[person].append(place | {"number": sum(each.number for each in counts)})
    said = {f"desk-digest:{on.isoformat()}:{each.pk}": (each, _said(places)) for each, places in letters.items()}
    mail.send_many("desk_digest", said)
    return len(said)


def _said(places: list[dict[str, Any]]) -> dict[str, Any]:
    count = sum(place["number"] for place in places)
    return {"count": count, "places": places, "link": settings.PUBLIC_URL + reverse("desk")}

"""What did the demo's first force decide for itself? Contacts, a clock, a published page; the second keeps every default."""

from datetime import date
from typing import TYPE_CHECKING, Any

from ssp.tenancy import preferences
from ssp.tenancy.catalogue import Section
from ssp.tenancy.services import preferences as services
from ssp.tenancy.services.preferences import Confirmation

if TYPE_CHECKING:
    from officers.demo.world import World

CHOICES: tuple[tuple[Section, dict[str, Any]], ...] = (
    (Section.CLOCKS, {"enquiry_answer_hours": 36}),
    (Section.PROTECTION, {"suppression_threshold": 6}),
    (
        Section.CONTACTS,
        {
            "contact_email": "schools.team@northshire.police.example",
            "contact_telephone": "01632 960 100",
            "contact_hours": "Monday to Friday, 8am to 4pm",
            "dpo_contact": "data.protection@northshire.police.example",
        },
    ),
    (
        Section.PUBLIC_PAGE,
        {
            "public_page_is_published": True,
            "public_partnership": "Once a term the school tells us what works and what does not.",
        },
    ),
)
CONFIRMED = Confirmation(("suppression_threshold",), "Northshire’s data protection officer", date(2026, 11, 2))


def choose(world: "World") -> None:
    """Made by the coordinator, one section after the other."""
    force = world.forces["northshire"]
    for section, values in CHOICES:
        with world.acting("amara") as by:
            services.change(
                force=force,
                section=section,
                values=values,
                shown=services.fingerprint(preferences.of(force.pk), section),
                by=by,
                confirmation=CONFIRMED if section is Section.PROTECTION else None,
            )

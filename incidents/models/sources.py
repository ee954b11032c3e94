"""From which disclosure of the school was an incident recorded? The police's own link: no school role reads it (N2)."""

from dataclasses import replace
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from incidents.models.disclosures import Disclosure
from incidents.models.incidents import STATION, Incident
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall

# What the school gave the police, about the same school; never what the police gave, drafted or withheld themselves.
FROM_THE_SCHOOL = (
    "exists (select from incidents_disclosure d where d.id = disclosure_id and d.school_id = incidents_incidentsource.school_id"
    " and d.from_side = 'school' and d.recipient_kind = 'officer')"
)
KEPT = STATION.append_only()


class IncidentSource(SchoolModel):
    """An incident was recorded from a disclosure. Written once, with the incident."""

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="source")
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="became")
    linked_at = models.DateTimeField(db_default=Now())
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = replace(KEPT, write=f"({KEPT.write}) and {FROM_THE_SCHOOL}")

    class Meta:
        default_permissions = ()
        verbose_name = "source of an incident"
        triggers = [pgtrigger.Protect(name="incident_source_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Source of {self.incident_id}"

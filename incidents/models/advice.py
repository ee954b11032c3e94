"""What would the sergeant do? A question of the desk or of an officer in writing, without names, and its answer."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from incidents.models.direct import SERGEANT
from incidents.models.enquiries import DESK, POLICE, Side
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import IN_FORCE, USER_ID, Wall

PERSON = settings.AUTH_USER_MODEL


class AdviceQuerySet(VisibleQuerySet["AdviceQuestion"]):
    view_permission = "advice.answer"

    def asked_from(self, user: Any) -> "AdviceQuerySet":
        """What was asked from where this person stands: the desk's questions at the desk, the officers' among officers."""
        from ssp.access import decisions

        standing = getattr(user, "standing", None)
        found: AdviceQuerySet = decisions.visible(self, user, "advice.ask")  # type: ignore[assignment]
        if standing is None:
            return found.none()
        return found.filter(asked_side=Side.POLICE if standing.side == "police" else Side.DESK)

    def newest(self) -> "AdviceQuerySet":
        return self.order_by("-asked_at", "-id")


class AdviceQuestion(SchoolModel):
    """A grey-area question to the sergeant. It names nobody, so it is no child's record; what comes back binds nobody."""

    asked_side = models.CharField(max_length=6, choices=[(Side.POLICE, "The police"), (Side.DESK, "The SPOC’s desk")])
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    question = models.TextField()
    is_without_names = models.BooleanField(help_text="Whoever asked confirmed that no child can be known by it.")
    press = models.UUIDField(help_text="Of the form it was sent from: sent twice, it is asked once.")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = AdviceQuerySet.as_manager()

    _seen = f"({SERGEANT} or {DESK} and asked_side = 'desk' or {POLICE} and asked_side = 'police')"
    wall: ClassVar[Wall] = Wall(
        read=f"{IN_FORCE} and {_seen}",
        write=f"{IN_FORCE} and ({SERGEANT} or asked_by_id = {USER_ID} and answered_at is null and {_seen})",
        rights=("SELECT", "INSERT", "UPDATE"),
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "asked_by", "press"], name="advice_once"),
            models.CheckConstraint(condition=Q(is_without_names=True), name="advice_names_nobody"),
            models.CheckConstraint(condition=~Q(question=""), name="advice_asks_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answered_by=None)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="advice_answered_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["force", "school", "-asked_at"], name="advice_newest")]
        triggers = [
            pgtrigger.Protect(name="advice_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="advice_words_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.asked_side, NEW.asked_by_id, NEW.asked_at, NEW.question, NEW.school_id, NEW.force_id)
                       IS DISTINCT FROM
                       (OLD.asked_side, OLD.asked_by_id, OLD.asked_at, OLD.question, OLD.school_id, OLD.force_id)
                       OR OLD.answered_at IS NOT NULL AND (NEW.answer, NEW.answered_at, NEW.answered_by_id)
                       IS DISTINCT FROM (OLD.answer, OLD.answered_at, OLD.answered_by_id)
                    THEN RAISE EXCEPTION 'a question and its answer are fixed'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Advice {self.pk}"

"""Who is the tenant, and what makes a table a tenant's table?"""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.db.models.lookups import LessThanOrEqual

from ssp.tenancy import catalogue
from ssp.tenancy.walls import IN_FORCE, SCOPE, SIDE, Wall

# The force's own people decide about the force; schools only read what holds for them.
BY_THE_FORCE = f"{IN_FORCE} and {SIDE} = 'police' and {SCOPE} = 'force'"
LOGO_WIDTH, LOGO_HEIGHT, LOGO_BYTES = 480, 160, 400_000


class Force(models.Model):
    """A police force: the tenant. Every other tenant row names the force it belongs to."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    police_uk_id = models.CharField(
        max_length=60,
        unique=True,
        null=True,
        blank=True,
        help_text="As data.police.uk writes it; claims the force's schools.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    # Names of forces are public; only the force itself may be changed from inside it.
    wall: ClassVar[Wall] = Wall.force_itself()

    def __str__(self) -> str:
        return self.name


class TenantModel(models.Model):
    """A row that belongs to one force. Subclasses say by ``wall`` who may see and change it in the database itself."""

    force = models.ForeignKey(Force, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall]

    class Meta:
        abstract = True


class SchoolModel(TenantModel):
    """A tenant row about one school. The database refuses a school of another force (a composite foreign key)."""

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


def _field(name: str) -> Any:
    """The column of one setting: its default, help and bounds are those of the catalogue."""
    setting = catalogue.BY_NAME[name]
    common: dict[str, Any] = {
        "default": setting.default,
        "help_text": setting.help_text,
        "verbose_name": setting.label,
        "blank": setting.may_be_empty,
    }
    match setting.kind:
        case catalogue.Kind.NUMBER:
            bounds = [MinValueValidator(setting.low), MaxValueValidator(setting.high)]
            return models.PositiveIntegerField(validators=bounds, **common)
        case catalogue.Kind.SWITCH:
            return models.BooleanField(**common)
        case catalogue.Kind.TEXT:
            return models.TextField(max_length=setting.high, **common)
        case catalogue.Kind.EMAIL:
            return models.EmailField(max_length=setting.high, **common)
        case _:
            return models.CharField(max_length=setting.high, **common)


class ForceSettings(TenantModel):
    """What one force decided for itself. A force without a row has the defaults: read with `ssp.tenancy.preferences.of`."""

    officer_title: str = _field("officer_title")
    officer_title_short: str = _field("officer_title_short")
    near_school_metres: int = _field("near_school_metres")
    sign_within_days: int = _field("sign_within_days")
    review_first_months: int = _field("review_first_months")
    review_then_months: int = _field("review_then_months")
    notice_days: int = _field("notice_days")
    enquiry_answer_hours: int = _field("enquiry_answer_hours")
    disclosure_acknowledge_hours: int = _field("disclosure_acknowledge_hours")
    reminder_first_days: int = _field("reminder_first_days")
    reminder_every_days: int = _field("reminder_every_days")
    reminder_escalate_after: int = _field("reminder_escalate_after")
    contacts_confirm_days: int = _field("contacts_confirm_days")
    suppression_threshold: int = _field("suppression_threshold")
    asks_consultation_reason: bool = _field("asks_consultation_reason")
    police_notes_months: int = _field("police_notes_months")
    serious_offences: str = _field("serious_offences")
    sends_encompass_notices: bool = _field("sends_encompass_notices")
    has_duty_to_notify: bool = _field("has_duty_to_notify")
    contact_email: str = _field("contact_email")
    contact_telephone: str = _field("contact_telephone")
    contact_hours: str = _field("contact_hours")
    dpo_contact: str = _field("dpo_contact")
    public_page_is_published: bool = _field("public_page_is_published")
    lists_schools: bool = _field("lists_schools")
    public_about: str = _field("public_about")
    public_officer: str = _field("public_officer")
    public_partnership: str = _field("public_partnership")

    # The owner reads it for the public page, which stands in no force.
    wall: ClassVar[Wall] = Wall(
        read=IN_FORCE, write=BY_THE_FORCE, rights=("SELECT", "INSERT", "UPDATE")
    ).kept_by_owner()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["force"], name="force_settings_once"),
            models.CheckConstraint(
                condition=~Q(officer_title="") & ~Q(officer_title_short=""), name="officer_is_called"
            ),
            *(
                models.CheckConstraint(
                    condition=Q((f"{setting.name}__range", (setting.low, setting.high))),
                    name=f"{setting.name}_in_bounds",
                )
                for setting in catalogue.bounded()
            ),
        ]

    def __str__(self) -> str:
        return f"Settings of {self.force}"


class SettingAct(models.TextChoices):
    CHANGED = "changed", "Changed"
    CONFIRMED = "confirmed", "Confirmed by the data protection officer"


class SettingChange(TenantModel):
    """A setting was changed, or its value confirmed by the force's data protection officer. Written once.

    A confirmation holds for the value that was confirmed: a later change voids it.
    """

    setting = models.CharField(max_length=60)
    act = models.CharField(max_length=10, choices=SettingAct)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    confirmed_by = models.CharField(max_length=120, blank=True, help_text="Who confirmed it, as the force told us.")
    confirmed_on = models.DateField(null=True)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = Wall(read=BY_THE_FORCE, write=BY_THE_FORCE).append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(act__in=SettingAct.values), name="setting_act_known"),
            models.CheckConstraint(
                condition=Q(act=SettingAct.CHANGED, confirmed_on=None, confirmed_by="")
                | (Q(act=SettingAct.CONFIRMED, confirmed_on__isnull=False) & ~Q(confirmed_by="")),
                name="setting_confirmed_by_whom",
            ),
        ]
        indexes = [models.Index(fields=["force", "-id"]), models.Index(fields=["force", "setting", "-id"])]
        triggers = [pgtrigger.Protect(name="setting_change_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.setting}, {self.get_act_display().lower()}"


class ForceLogo(TenantModel):
    """A force's logo, drawn again by us as a small PNG: nothing of the file somebody uploaded is kept."""

    image = models.BinaryField(help_text="PNG, at most 480 by 160 pixels.")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    changed_at = models.DateTimeField(db_default=Now())

    wall: ClassVar[Wall] = Wall(read=IN_FORCE, write=BY_THE_FORCE).kept_by_owner()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["force"], name="force_logo_once"),
            models.CheckConstraint(
                condition=Q(width__range=(1, LOGO_WIDTH), height__range=(1, LOGO_HEIGHT)), name="force_logo_is_small"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Func(F("image"), function="octet_length", output_field=models.IntegerField()), LOGO_BYTES
                ),
                name="force_logo_is_light",
            ),
        ]

    def __str__(self) -> str:
        return f"Logo of {self.force}"

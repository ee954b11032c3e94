"""Who are the schools? The rows of the national register, which are also the places where SSP's people work."""

from datetime import date, datetime
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from schools.register.columns import SUCCESSOR_KINDS, Gender, LinkKind, Phase, Status
from schools.terms import HALVES, field_names, year_name
from ssp.access.models import Membership
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import Force, SchoolModel, TenantModel
from ssp.tenancy.walls import IN_FORCE, SCHOOL_IDS, SCOPE, TOKEN, Wall


class SchoolQuerySet(VisibleQuerySet["School"]):
    view_permission = "school.view"

    def open(self) -> "SchoolQuerySet":
        """Schools that teach today, those proposed to close among them. Not known is not open."""
        return self.filter(status__in=(Status.OPEN, Status.PROPOSED_TO_CLOSE))

    def named(self, words: str) -> "SchoolQuerySet":
        """Schools whose name holds every word, or whose register number it is."""
        if words.isdecimal():
            return self.filter(urn=int(words[:9]))
        found = self
        for word in words.split():
            found = found.filter(name__icontains=word)
        return found

    def in_force_area(self, force: Force) -> "SchoolQuerySet":
        """Schools whose local authority lies in the force's area, whether or not they serve with it."""
        return self.filter(police_force_code=force.police_uk_id) if force.police_uk_id else self.none()


class School(models.Model):
    """A school of the national register. One in the area of a force on this platform is that force's."""

    force = models.ForeignKey(Force, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    urn = models.PositiveIntegerField(unique=True, help_text="Unique reference number, six digits.")
    name = models.CharField(max_length=200)
    police_force_code = models.CharField(max_length=60, blank=True, help_text="As data.police.uk writes it.")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UNKNOWN)
    phase = models.CharField(max_length=30, choices=Phase.choices, default=Phase.UNKNOWN)
    type = models.CharField(max_length=200, blank=True)
    gender = models.CharField(max_length=20, choices=Gender.choices, default=Gender.UNKNOWN)
    la_code = models.CharField(max_length=3, blank=True)
    la_name = models.CharField(max_length=200, blank=True)
    establishment_number = models.CharField(max_length=10, blank=True)
    district_code = models.CharField(max_length=10, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    lowest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    highest_age = models.PositiveSmallIntegerField(null=True, blank=True)
    pupils = models.PositiveIntegerField(null=True, blank=True)
    street = models.CharField(max_length=200, blank=True)
    locality = models.CharField(max_length=200, blank=True)
    address3 = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=200, blank=True)
    county = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    website = models.CharField(max_length=210, blank=True, help_text="Always http:// or https://.")
    telephone = models.CharField(max_length=31, blank=True)
    easting = models.PositiveIntegerField(null=True, blank=True, help_text="Metres, British National Grid.")
    northing = models.PositiveIntegerField(null=True, blank=True, help_text="Metres, British National Grid.")
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees, WGS84.")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees, WGS84.")
    register_changed_on = models.DateField(null=True, blank=True)

    objects = SchoolQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows(column="id").kept_by_owner()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(urn__range=(100_000, 999_999)), name="school_urn_has_six_digits"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="school_status_known"),
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="school_phase_known"),
            models.CheckConstraint(condition=Q(gender__in=Gender.values), name="school_gender_known"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="school_place_is_a_pair",
            ),
        ]
        indexes = [models.Index(fields=["police_force_code"], name="school_police_force")]

    def __str__(self) -> str:
        return self.name

    @property
    def its_force(self) -> Force:
        """The force whose school this is.

        Raises:
            LookupError: it is no force's on this platform, so nobody here works at it.
        """
        if self.force is None:
            raise LookupError(f"{self} is no force's school here")
        return self.force

    @property
    def address(self) -> list[str]:
        """The lines of the postal address, without blank ones."""
        lines = (self.street, self.locality, self.address3, self.town, self.county, self.postcode)
        return [line for line in lines if line]


class SchoolLinkQuerySet(models.QuerySet["SchoolLink"]):
    def successors_of(self, urn: int) -> "SchoolLinkQuerySet":
        """Links to the schools that came directly after this one."""
        return self.filter(from_urn=urn, kind__in=SUCCESSOR_KINDS)


class SchoolLink(models.Model):
    """What the register says one school is to another. Either may be missing from our table, hence no foreign keys."""

    from_urn = models.PositiveIntegerField()
    to_urn = models.PositiveIntegerField()
    kind = models.CharField(max_length=40, choices=LinkKind.choices)
    established_on = models.DateField(null=True, blank=True)

    objects = SchoolLinkQuerySet.as_manager()
    # Public facts of a public register: every force reads them, only the import writes them.
    wall: ClassVar[Wall] = Wall.open(rights=("SELECT",))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["from_urn", "to_urn", "kind"], name="school_link_once"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="school_link_kind_known"),
        ]
        indexes = [models.Index(fields=["to_urn"], name="school_link_to")]

    def __str__(self) -> str:
        return f"{self.from_urn} → {self.to_urn} ({self.get_kind_display()})"


SCHOOL_RANGE = Func(F("school_id"), F("school_id"), Value("[]"), function="int8range")
DAYS = Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange")


def _away(on: date) -> models.Exists:
    return models.Exists(SpocAbsence.objects.on(on).filter(appointment=models.OuterRef("pk")))


class SpocAppointmentQuerySet(models.QuerySet["SpocAppointment"]):
    def in_post(self, *, on: date) -> "SpocAppointmentQuerySet":
        """Those in post on a day: appointed for it, and holding the role that carries the rights."""
        held = self.filter(membership__starts_on__lte=on).filter(
            Q(membership__ends_on=None) | Q(membership__ends_on__gte=on)
        )
        return held.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))

    def saying_who_is_away(self, *, on: date) -> "SpocAppointmentQuerySet":
        """With ``is_away``: whether the person is away on a day."""
        return self.annotate(is_away=_away(on))

    def at_work(self, *, on: date) -> "SpocAppointmentQuerySet":
        """Those in post on a day who are not away."""
        return self.in_post(on=on).filter(~_away(on))

    def in_effect(self) -> "SpocAppointmentQuerySet":
        """Those whose person holds the role, or did: not the ones that still wait for an invitation to be accepted."""
        return self.filter(membership__isnull=False)

    def waiting(self, *, at: datetime) -> "SpocAppointmentQuerySet":
        """Those whose person was invited and can still accept."""
        invited = self.filter(membership=None, invitation__accepted_at=None, invitation__withdrawn_at=None)
        return invited.filter(invitation__expires_at__gt=at)


class SpocAppointment(SchoolModel):
    """The head appointed a member of the senior leadership team to be the school's single point of contact, or the deputy (R2).

    A person who holds a role at the school is in post from the first day on. Somebody invited is not in post before they accept:
    until then the row names the invitation, and no membership.
    """

    membership = models.OneToOneField("access.Membership", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    invitation = models.OneToOneField("accounts.Invitation", on_delete=models.PROTECT, null=True, related_name="+")
    is_deputy = models.BooleanField(default=False)
    is_dsl = models.BooleanField(default=False, help_text="Also the designated safeguarding lead.")
    job_title = models.CharField(max_length=100, blank=True, help_text="In the senior leadership team.")
    is_slt_confirmed = models.BooleanField(
        default=False, help_text="The head confirmed that the person is a member of the senior leadership team (R2)."
    )
    starts_on = models.DateField(
        help_text="First day in post; for somebody invited, the day they accept if that is later."
    )
    ends_on = models.DateField(null=True, blank=True)
    appointed_at = models.DateTimeField(db_default=Now())
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = SpocAppointmentQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(membership__isnull=False, person__isnull=False)
                | Q(membership=None, person=None, invitation__isnull=False),
                name="spoc_in_post_or_invited",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="spoc_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(is_slt_confirmed=True), name="spoc_is_of_the_leadership_team"),  # R2
            # One SPOC and one deputy at a school on a day, and never one person as both. A range of one school's number stands
            # for the number, so that no extension of the database is needed.
            ExclusionConstraint(
                name="spoc_one_at_a_time",
                expressions=[(SCHOOL_RANGE, "&&"), (DAYS, "&&")],
                condition=Q(membership__isnull=False, is_deputy=False),
            ),
            ExclusionConstraint(
                name="spoc_one_deputy_at_a_time",
                expressions=[(SCHOOL_RANGE, "&&"), (DAYS, "&&")],
                condition=Q(membership__isnull=False, is_deputy=True),
            ),
            ExclusionConstraint(
                name="spoc_is_not_the_deputy",
                expressions=[
                    (SCHOOL_RANGE, "&&"),
                    (Func(F("person_id"), F("person_id"), Value("[]"), function="int8range"), "&&"),
                    (DAYS, "&&"),
                ],
                condition=Q(membership__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["force", "school"])]

    def __str__(self) -> str:
        return f"{self.kind} of {self.school}"

    @property
    def kind(self) -> str:
        """SPOC, or deputy SPOC."""
        return "Deputy SPOC" if self.is_deputy else "SPOC"

    @property
    def last_day(self) -> date | None:
        """The last day in post; the role that carries the rights may have been ended before the appointment."""
        days = [day for day in (self.ends_on, self.membership.ends_on if self.membership else None) if day]
        return min(days) if days else None


# The staff of a school and what they confirmed are the school's own record: no police role reads it (N2).
STAFF_WALL = Wall.school_rows(side="school").served()


class StaffNoticeQuerySet(VisibleQuerySet["StaffNotice"]):
    view_permission = "staff_notice.view"

    def newest(self) -> "StaffNoticeQuerySet":
        return self.order_by("-sent_at", "-id")


class StaffNoticeRecipientQuerySet(VisibleQuerySet["StaffNoticeRecipient"]):
    view_permission = "staff_notice.read"

    def today(self, *, on: date) -> "StaffNoticeRecipientQuerySet":
        """Those on the list who still belong there: not left out, and of the people with an account, who still hold a role."""
        still = models.Exists(
            Membership.objects.current(on=on).filter(user=models.OuterRef("person"), school=models.OuterRef("school"))
        )
        return self.filter(Q(person=None) | still, left_out_at=None)

    def unconfirmed(self) -> "StaffNoticeRecipientQuerySet":
        return self.filter(confirmed_at=None)


class StaffNotice(SchoolModel):
    """What a head told all staff about the partnership (R1). Sent once, never changed; the next one is another notice."""

    subject = models.CharField(max_length=120)
    text = models.TextField()
    confirm_by = models.DateField(help_text="The day by which everybody should have confirmed.")
    expires_on = models.DateField(help_text="The last day on which the links in its mails work.")
    sent_at = models.DateTimeField(db_default=Now())
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    press = models.UUIDField(help_text="Of the form it was sent from: pressing twice sends once.")

    objects = StaffNoticeQuerySet.as_manager()

    wall: ClassVar[Wall] = STAFF_WALL

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "press"], name="staff_notice_sent_once"),
            models.CheckConstraint(condition=Q(expires_on__gte=F("confirm_by")), name="staff_notice_open_until_due"),
        ]
        indexes = [models.Index(fields=["force", "school", "-sent_at"])]
        triggers = [
            pgtrigger.Protect(name="staff_notice_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="staff_notice_words_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.text IS DISTINCT FROM OLD.text OR NEW.subject IS DISTINCT FROM OLD.subject
                       OR NEW.sent_by_id IS DISTINCT FROM OLD.sent_by_id OR NEW.sent_at IS DISTINCT FROM OLD.sent_at
                    THEN RAISE EXCEPTION 'what staff were told is fixed'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class StaffNoticeRecipient(SchoolModel):
    """One person who is to read a notice, with a link of their own. Reading is confirmed by a press, never by opening (R1)."""

    notice = models.ForeignKey(StaffNotice, on_delete=models.PROTECT, related_name="recipients")
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField(db_default=Now())
    mailed_at = models.DateTimeField(null=True, help_text="The last mail with the link.")
    mails = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, help_text="First shown by the link: a mail filter may have done it.")
    confirmed_at = models.DateTimeField(null=True)
    left_out_at = models.DateTimeField(null=True, help_text="Taken off the list: mistyped, or left the school.")

    objects = StaffNoticeRecipientQuerySet.as_manager()

    wall: ClassVar[Wall] = STAFF_WALL.readable_also(f"token_hash <> '' and token_hash = {TOKEN}")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["notice", "email"], name="staff_notice_once_to_an_address"),
            models.CheckConstraint(
                condition=Q(left_out_at=None) | Q(confirmed_at=None), name="staff_notice_confirmed_stays_listed"
            ),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="staff_notice_token_once"),
        ]
        indexes = [models.Index(fields=["force", "school", "notice"]), models.Index(fields=["person"])]
        triggers = [
            pgtrigger.Protect(
                name="staff_notice_confirmation_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__confirmed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email


class TermDatesQuerySet(VisibleQuerySet["TermDates"]):
    view_permission = "term.view"

    def about(
        self, *, force_id: int, year: int, la_code: str = "", school_id: int | None = None
    ) -> "TermDatesQuerySet":
        """The one row of an authority's, or of a school's own, school year; or none."""
        return self.filter(force_id=force_id, year=year, la_code=la_code, school=school_id)


class TermDates(TenantModel):
    """The school year of a local authority's schools, or of one school that has dates of its own: six ranges of school days.

    Both ends of a range are included; week ends and bank holidays within are no school days all the same.
    """

    la_code = models.CharField(max_length=3, blank=True, help_text="Of the authority; blank for a school's own.")
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="In which the school year begins.")
    autumn_1_starts_on = models.DateField()
    autumn_1_ends_on = models.DateField()
    autumn_2_starts_on = models.DateField()
    autumn_2_ends_on = models.DateField()
    spring_1_starts_on = models.DateField()
    spring_1_ends_on = models.DateField()
    spring_2_starts_on = models.DateField()
    spring_2_ends_on = models.DateField()
    summer_1_starts_on = models.DateField()
    summer_1_ends_on = models.DateField()
    summer_2_starts_on = models.DateField()
    summer_2_ends_on = models.DateField()
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TermDatesQuerySet.as_manager()

    # Schools publish their dates; everybody of the force may go by them, the force and the school itself keep them.
    wall: ClassVar[Wall] = Wall(
        read=IN_FORCE, write=f"{IN_FORCE} and ({SCOPE} = 'force' or school_id = any ({SCHOOL_IDS}))"
    )

    class Meta:
        default_permissions = ()
        verbose_name = "term dates"
        constraints = [
            models.UniqueConstraint(
                fields=["force", "la_code", "school", "year"], nulls_distinct=False, name="term_dates_once"
            ),
            models.CheckConstraint(
                condition=Q(school=None) & ~Q(la_code="") | Q(school__isnull=False, la_code=""),
                name="term_dates_of_authority_or_school",
            ),
            models.CheckConstraint(
                condition=Q(
                    autumn_1_ends_on__gte=F("autumn_1_starts_on"),
                    autumn_2_starts_on__gt=F("autumn_1_ends_on"),
                    autumn_2_ends_on__gte=F("autumn_2_starts_on"),
                    spring_1_starts_on__gt=F("autumn_2_ends_on"),
                    spring_1_ends_on__gte=F("spring_1_starts_on"),
                    spring_2_starts_on__gt=F("spring_1_ends_on"),
                    spring_2_ends_on__gte=F("spring_2_starts_on"),
                    summer_1_starts_on__gt=F("spring_2_ends_on"),
                    summer_1_ends_on__gte=F("summer_1_starts_on"),
                    summer_2_starts_on__gt=F("summer_1_ends_on"),
                    summer_2_ends_on__gte=F("summer_2_starts_on"),
                ),
                name="term_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Term dates {year_name(self.year)}"

    @property
    def year_name(self) -> str:
        return year_name(self.year)

    @property
    def ranges(self) -> list[tuple[date, date]]:
        """First and last day of each half, in their order."""
        return [(getattr(self, f"{half}_starts_on"), getattr(self, f"{half}_ends_on")) for half in HALVES]

    @property
    def halves(self) -> list[tuple[str, date, date]]:
        """The same with the name of each half, for a page."""
        return [(label, *span) for label, span in zip(HALVES.values(), self.ranges, strict=True)]

    @property
    def dates(self) -> dict[str, date]:
        """The twelve dates by field name."""
        return {name: getattr(self, name) for name in field_names()}


class Sex(models.TextChoices):
    FEMALE = "female", "Female"
    MALE = "male", "Male"


class Ethnicity(models.TextChoices):
    """Self-defined, 18+1: the groups of the census and "not stated" (R17). Blank is not recorded."""

    W1 = "W1", "White: English, Welsh, Scottish, Northern Irish or British"
    W2 = "W2", "White: Irish"
    W3 = "W3", "White: Gypsy or Irish Traveller"
    W4 = "W4", "White: Roma"
    W9 = "W9", "White: any other White background"
    M1 = "M1", "Mixed: White and Black Caribbean"
    M2 = "M2", "Mixed: White and Black African"
    M3 = "M3", "Mixed: White and Asian"
    M9 = "M9", "Mixed: any other mixed background"
    A1 = "A1", "Asian: Indian"
    A2 = "A2", "Asian: Pakistani"
    A3 = "A3", "Asian: Bangladeshi"
    A4 = "A4", "Asian: Chinese"
    A9 = "A9", "Asian: any other Asian background"
    B1 = "B1", "Black: Caribbean"
    B2 = "B2", "Black: African"
    B9 = "B9", "Black: any other Black background"
    O2 = "O2", "Arab"
    O9 = "O9", "Any other ethnic group"
    NS = "NS", "Not stated"


class SpecialNeeds(models.TextChoices):
    NONE = "none", "None known"
    SUPPORT = "support", "SEN support"
    PLAN = "plan", "Education, health and care plan"


class CareStatus(models.TextChoices):
    NONE = "none", "None known"
    LOOKED_AFTER = "looked_after", "Looked after"
    PREVIOUSLY = "previously", "Previously looked after"
    IN_NEED = "in_need", "Child in need"
    PROTECTION_PLAN = "protection_plan", "Child protection plan"


class PupilQuerySet(VisibleQuerySet["Pupil"]):
    view_permission = "pupil.view"

    def present(self) -> "PupilQuerySet":
        """Entries that stand for a child of their own: not those put together with another."""
        return self.filter(merged_into=None)


class Pupil(SchoolModel):
    """A child who appears in a record of the school; there is no roster. Each fact beside the name is optional.

    It is the school's record: the police have none of it unless the school discloses it (N2). Entries found to be one child are
    put together by ``merged_into`` and can be taken apart again: nothing of either is lost.
    """

    name = models.CharField(max_length=120)
    known_as = models.CharField(max_length=120, blank=True)
    born_on = models.DateField(null=True, blank=True)
    year_group = models.CharField(max_length=20, blank=True)
    sex = models.CharField(max_length=6, choices=Sex, blank=True)
    ethnicity = models.CharField(max_length=2, choices=Ethnicity, blank=True)
    special_needs = models.CharField(max_length=10, choices=SpecialNeeds, blank=True)
    care_status = models.CharField(max_length=20, choices=CareStatus, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PupilQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.records(side="school")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="pupil_has_a_name"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="pupil_not_merged_into_itself"),
            models.CheckConstraint(condition=Q(sex__in=("", *Sex.values)), name="pupil_sex_known"),
            models.CheckConstraint(condition=Q(ethnicity__in=("", *Ethnicity.values)), name="pupil_ethnicity_known"),
            models.CheckConstraint(
                condition=Q(special_needs__in=("", *SpecialNeeds.values)), name="pupil_special_needs_known"
            ),
            models.CheckConstraint(condition=Q(care_status__in=("", *CareStatus.values)), name="pupil_care_known"),
        ]
        indexes = [models.Index(fields=["force", "school", "name"])]
        triggers = [pgtrigger.Protect(name="pupil_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.name


class SpocAbsenceQuerySet(models.QuerySet["SpocAbsence"]):
    def on(self, day: date) -> "SpocAbsenceQuerySet":
        """Those that count on a day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, ended_at=None)


class SpocAbsence(SchoolModel):
    """The SPOC, or the deputy, is away for some days: what comes in goes to the next of deputy and head. Why is not asked."""

    appointment = models.ForeignKey(SpocAppointment, on_delete=models.PROTECT, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The last day away; not known when null.")
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, help_text="Back earlier, or never away: it counts no longer.")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SpocAbsenceQuerySet.as_manager()

    wall: ClassVar[Wall] = STAFF_WALL

    class Meta:
        default_permissions = ()
        verbose_name = "absence"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="spoc_absence_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="spoc_absence_ended_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["appointment", "starts_on"], name="spoc_absence_days")]
        triggers = [pgtrigger.Protect(name="spoc_absence_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Absence from {self.starts_on}"

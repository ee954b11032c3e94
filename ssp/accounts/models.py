"""Who can sign in? One account per person, whatever roles they hold and wherever they hold them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from ssp.access.reach import Reach
from ssp.access.roles import ACTING_HEAD, FORCE_ROLES, SCHOOL_ROLES, Role
from ssp.tenancy import preferences
from ssp.tenancy.models import TenantModel
from ssp.tenancy.walls import IN_FORCE, OWN_ROW, SIDE, TOKEN, Wall

# A draft belongs to one standing: what was typed for a school is not offered to the same person acting for the police (N2).
# Housekeeping sees and removes what nobody touched for 30 days, and nothing else.
STALE_DRAFT = f"{IN_FORCE} and {SIDE} = 'system' and updated_at < (select now() - interval '30 days')"
DRAFT_OF_MINE = f"({OWN_ROW} and {IN_FORCE} and side = {SIDE}) or ({STALE_DRAFT})"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, name: str, **extra: Any) -> User:
        """Make an account; without ``password`` nobody can sign in to it until one is set."""
        user = self.model(email=normalised(email), name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Rights never hang on the account but on dated memberships (`ssp.access.models.Membership`)."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # The `ssp.access.standing.Standing` in which the person acts just now; None outside a request, a task or a command.
    standing: Any = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    is_staff = False  # there is no back office door

    objects = UserManager()

    # Sign-in finds the person before a tenant is known; names and addresses of colleagues are shown through memberships.
    wall: ClassVar[Wall] = Wall.open()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="user_never_superuser"),
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


INVITATION_LIFE = timedelta(days=7)


class InvitationState(models.TextChoices):
    """Derived from dates, never stored."""

    SENT = "sent", "Sent"
    ACCEPTED = "accepted", "Accepted"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())

    def unsettled(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; some may have expired and can be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(TenantModel):
    """One address is invited into one role at one place, once, for seven days.

    The worker makes the token when it writes the e-mail and keeps its SHA-256 alone: nobody who reads the database, the
    queue or a backup can accept an invitation.
    """

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    email = models.EmailField()
    starts_on = models.DateField(null=True, blank=True, help_text="None: the day it is accepted.")
    ends_on = models.DateField(null=True, blank=True)
    is_acting = models.BooleanField(default=False, db_default=False, help_text="As acting head teacher.")
    token_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    sent_times = models.PositiveSmallIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows().readable_also(f"token_hash <> '' and token_hash = {TOKEN}")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(
                condition=Q(role__in=FORCE_ROLES, school=None) | Q(role__in=SCHOOL_ROLES, school__isnull=False),
                name="invitation_where_the_role_belongs",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_settled_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="invitation_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(is_acting=False) | Q(role=Role.HEAD_TEACHER, ends_on__isnull=False),
                name="invitation_only_heads_act_and_until_a_day",
            ),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="invitation_token_once"),
        ]
        indexes = [models.Index(fields=["force", "email"])]

    def __str__(self) -> str:
        return f"{self.email} as {self.role_in_words}"

    @property
    def role_in_words(self) -> str:
        """The role as pages and letters name it."""
        return self.get_role_display()

    def get_role_display(self) -> str:  # type: ignore[no-redef] # instead of the one Django makes
        """The role in words; the officer's as the force calls it, and a head who stands in as acting."""
        return ACTING_HEAD if self.is_acting else preferences.role_called(self.role, force_id=self.force_id)

    @property
    def state(self) -> InvitationState:
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        return InvitationState.EXPIRED if self.expires_at <= timezone.now() else InvitationState.SENT


FACTOR_RESET_LIFE = timedelta(hours=24)


class IdentityCheck(models.TextChoices):
    """How somebody made sure that it is the person who lost their second step, and not whoever has their mail."""

    IN_PERSON = "in_person", "In person"
    VIDEO_CALL = "video_call", "By video call"
    CALL_BACK = "call_back", "By calling them back on a number known before"
    OPERATOR = "operator", "By the operator of the service"


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def open(self) -> FactorResetQuerySet:
        """Those whose link can still be used, or is still to be sent."""
        return self.filter(done_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


class FactorReset(TenantModel):
    """Somebody lost their second step; a person with a right over all their roles checked who they are (C3, C7).

    Nothing changes until the person has opened the link, given their password and set up a new factor. The worker makes the
    token and keeps its SHA-256 alone, as for an invitation.
    """

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked = models.CharField(max_length=12, choices=IdentityCheck)
    reason = models.CharField(max_length=300)
    token_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: the operator."
    )
    expires_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = FactorResetQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows().readable_also(f"token_hash <> '' and token_hash = {TOKEN}")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(checked__in=IdentityCheck.values), name="factor_reset_check_known"),
            models.CheckConstraint(
                condition=Q(created_by=None, checked=IdentityCheck.OPERATOR)
                | Q(created_by__isnull=False) & ~Q(checked=IdentityCheck.OPERATOR),
                name="factor_reset_checked_by_whoever_asked",
            ),
            models.CheckConstraint(
                condition=Q(created_by=None) | ~Q(created_by=F("person")), name="factor_reset_never_for_oneself"
            ),
            models.CheckConstraint(condition=Q(done_at=None) | Q(withdrawn_at=None), name="factor_reset_settled_once"),
            models.UniqueConstraint(
                fields=["force", "person"],
                condition=Q(done_at=None, withdrawn_at=None),
                name="factor_reset_one_at_a_time",
            ),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="factor_reset_token_once"),
        ]

    def __str__(self) -> str:
        return f"second step of {self.person}"


class ProviderKind(models.TextChoices):
    """What shape a provider's claims have: see `ssp.accounts.oidc`."""

    ENTRA_ID = "entra_id", "Microsoft Entra ID"
    DFE_SIGN_IN = "dfe_sign_in", "DfE Sign-in"


class IdentityProvider(TenantModel):
    """Where the people of a force or a school may sign in instead of giving a password here. It opens no account and no role.

    Kept by the operator's command `identity_provider` with the owner's connection: a process that answers people can
    change none. The client secret stands in the environment alone (``SSP_OIDC_<SLUG>_SECRET``).
    """

    school = models.ForeignKey(
        "schools.School",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="None: the force's.",
    )
    kind = models.CharField(max_length=20, choices=ProviderKind)
    name = models.CharField(max_length=80, help_text="As people know it: “Sign in with …”.")
    slug = models.SlugField(
        max_length=60, unique=True, help_text="Part of the address that the provider sends people back to."
    )
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=200)
    tenant_id = models.CharField(
        max_length=36, blank=True, help_text="Entra ID: the one directory whose people are let in."
    )
    domains = ArrayField(models.CharField(max_length=120), help_text="Of the addresses it may speak for.")
    proves_addresses = models.BooleanField(
        default=False, help_text="It lets nobody in with an address they did not prove, and sends no email_verified."
    )
    requires_provider = models.BooleanField(
        default=False, help_text="People connected to it no longer sign in by password or passkey alone."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # Looked up by an address's domain before anybody is known; it holds no secret and names no person.
    wall: ClassVar[Wall] = Wall(read="true", write=f"{IN_FORCE}", rights=("SELECT",)).kept_by_owner()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ProviderKind.values), name="identity_provider_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=ProviderKind.ENTRA_ID, proves_addresses=False) & ~Q(tenant_id="")
                | Q(kind=ProviderKind.DFE_SIGN_IN, tenant_id=""),
                name="identity_provider_one_directory",
            ),
            models.CheckConstraint(condition=Q(domains__len__gt=0), name="identity_provider_speaks_for_domains"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reach(self) -> Reach:
        """What somebody who came in through it can be here: never another force's; of a school's own, never another school's.

        A school's provider, and DfE Sign-in, speak for the school's side alone; a force's own for the police's (N2).
        """
        is_police = self.kind == ProviderKind.ENTRA_ID and self.school_id is None
        return Reach(self.force_id, "police" if is_police else "school", self.school_id)


class IdentityLink(TenantModel):
    """One person is one subject of one provider. The key is issuer and subject, never an address; only its SHA-256 is kept."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.PROTECT, related_name="links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # Whoever holds the verified subject finds the person; the person sees their own; the service makes and removes them.
    wall: ClassVar[Wall] = Wall(
        read=f"({IN_FORCE} and {SIDE} = 'system') or ({OWN_ROW}) or (key_hash = {TOKEN})",
        write=f"{IN_FORCE} and {SIDE} = 'system'",
        rights=("SELECT", "INSERT", "DELETE"),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "user"], name="identity_link_one_subject_a_person"),
            models.CheckConstraint(condition=Q(key_hash__regex=r"^[0-9a-f]{64}$"), name="identity_link_key_is_a_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.provider}"


class Draft(models.Model):
    """What a person typed and did not send yet, kept on the server so that it survives a time-out; nobody else reads it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    force_id = models.BigIntegerField()
    side = models.CharField(max_length=10)
    key = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    wall: ClassVar[Wall] = Wall(read=DRAFT_OF_MINE, write=DRAFT_OF_MINE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "force_id", "side", "key"], name="draft_once")]

    def __str__(self) -> str:
        return self.key


def normalised(email: str) -> str:
    """The one spelling of an address an account is kept under: lower case, no surrounding space."""
    return email.strip().lower()


class Answer(models.TextChoices):
    """What somebody who confirms the list of people says of one line."""

    HERE = "here", "Still here, in this role"
    LEAVES = "leaves", "Leaves on a date"
    WRONG_ROLE = "wrong_role", "Has the wrong role"


class ContactsConfirmationQuerySet(models.QuerySet["ContactsConfirmation"]):
    def latest_of(self, *, school_id: int | None) -> ContactsConfirmation | None:
        """The last time the list of a school, or without one of the police, was confirmed."""
        return self.filter(school=school_id).select_related("confirmed_by").order_by("-number").first()


class ContactsConfirmation(TenantModel):
    """The head of a school, or the coordinator for the police, went through the list of people and said what holds (R25).

    A fact that nothing changes later. ``answers`` holds [role's id, answer, last day or null] for every line that was shown.
    """

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField(help_text="Counts the confirmations of one list, so that none is given twice.")
    confirmed_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    people = models.PositiveIntegerField()
    leaving = models.PositiveIntegerField(default=0)
    wrong_role = models.PositiveIntegerField(default=0)
    answers = models.JSONField(default=list)

    objects = ContactsConfirmationQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows().append_only()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "school", "number"], nulls_distinct=False, name="contacts_confirmation_once"
            )
        ]
        indexes = [models.Index(fields=["school", "confirmed_at"])]

    def __str__(self) -> str:
        return f"contacts of {self.school or self.force}, {self.number}"


class ListState(models.TextChoices):
    """How far a list of joiners and leavers is."""

    READ = "read", "Not carried out"
    RUNNING = "running", "Being carried out"
    DONE = "done", "Carried out"


class RowOutcome(models.TextChoices):
    """What a line of a list comes to."""

    INVITE = "invite", "New invitation"
    AGAIN = "again", "Invitation sent again"
    DATES = "dates", "Change of dates"
    LEAVER = "leaver", "Leaver"
    WITHDRAW = "withdraw", "Invitation withdrawn"
    UNCHANGED = "unchanged", "Unchanged"
    REFUSED = "refused", "Refused"


ACTED_ON = (RowOutcome.INVITE, RowOutcome.AGAIN, RowOutcome.DATES, RowOutcome.LEAVER, RowOutcome.WITHDRAW)


class StaffList(TenantModel):
    """A list of joiners and leavers somebody uploaded: read, looked at as a dry run, then carried out by the worker."""

    school = models.ForeignKey(
        "schools.School",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="None: the force's.",
    )
    name = models.CharField(max_length=100, help_text="Of the file.")
    state = models.CharField(max_length=10, choices=ListState, default=ListState.READ)
    lines = models.PositiveIntegerField()
    done_lines = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ListState.values), name="staff_list_state_known"),
            models.CheckConstraint(
                condition=Q(state=ListState.DONE, done_at__isnull=False) | ~Q(state=ListState.DONE) & Q(done_at=None),
                name="staff_list_done_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StaffListRow(TenantModel):
    """One line of a list, as typed, with what it comes to. Removed with its list after 30 days."""

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    staff_list = models.ForeignKey(StaffList, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="The line of the file.")
    cells = models.JSONField(help_text="Name, address, role, URN, starts, ends, leaves on.")
    outcome = models.CharField(max_length=10, choices=RowOutcome)
    reason = models.CharField(max_length=400, blank=True)
    is_done = models.BooleanField(default=False)

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=RowOutcome.values), name="staff_list_row_outcome_known"),
            models.UniqueConstraint(fields=["staff_list", "number"], name="staff_list_row_once"),
        ]
        indexes = [models.Index(fields=["staff_list", "outcome", "number"])]

    def __str__(self) -> str:
        return f"line {self.number}"

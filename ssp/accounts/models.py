"""Who can sign in? One account per person, whatever roles they hold and wherever they hold them."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from ssp.tenancy.walls import Wall

class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, name: str, **extra: Any) -> "User":
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


def normalised(email: str) -> str:
    """The one spelling of an address an account is kept under: lower case, no surrounding space."""
    return email.strip().lower()

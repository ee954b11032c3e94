"""What do the pages of sign-in ask? Shape and wording alone; whether it is right, services say."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from ssp.access.roles import Role
from ssp.accounts import mailboxes
from ssp.accounts.models import Answer, IdentityCheck, User
from ssp.accounts.passwords import LONGEST
from ssp.accounts.staff_files import MOST_BYTES
from ssp.tenancy import preferences
from ssp.ui.forms import DateField, Look

WRONG_ROLE: dict[str, str] = {Answer.WRONG_ROLE: "The role ends with today. Then invite them into the right one."}
HINT_FOR_A_NEW_ONE = (
    "At least 15 characters. Three words that have nothing to do with your work or each other are good."
)


def _password(label: str, *, is_new: bool, help_text: str = "") -> forms.CharField:
    widget = forms.PasswordInput(
        attrs={"autocomplete": "new-password" if is_new else "current-password", "spellcheck": "false"}
    )
    # What was typed is kept exactly: no stripping, any character (C12).
    return forms.CharField(
        label=label, strip=False, max_length=None if is_new else LONGEST * 2, widget=widget, help_text=help_text
    )


def _called(roles: Iterable[Role], force_id: int) -> list[tuple[str, str]]:
    """Roles to choose from, in the force's own words."""
    return [(role.value, preferences.role_called(role, force_id=force_id)) for role in roles]


class SignInForm(forms.Form):
    login = forms.EmailField(
        label="Email address",
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "spellcheck": "false"}),
    )
    password = _password("Password", is_new=False)


class AddressForm(forms.Form):
    """The first question of signing in, where some people sign in at their force or school."""

    login = forms.EmailField(
        label="Email address",
        help_text="Your own work address. It says where you sign in.",
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "spellcheck": "false"}),
    )


class NameForm(forms.Form):
    """The first page of somebody new who comes through their force's or school's own sign-in."""

    name = forms.CharField(
        label="Your full name",
        max_length=150,
        help_text="As it should stand beside what you sign.",
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )


class CodeForm(forms.Form):
    """A code, or the hidden answer of a passkey that a script puts in its place."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}),
        help_text="The 6-digit code your authenticator app shows now, or one of your recovery codes.",
    )
    credential = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    looks = {"code": Look(width=10, shows_optional=False)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("code") and not data.get("credential") and "code" not in self.errors:
            self.add_error("code", "Enter the code")
        return data


class AppCodeForm(forms.Form):
    code = forms.CharField(
        label="Code from the app",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )
    looks = {"code": Look(width=10)}


class PasskeyForm(forms.Form):
    name = forms.CharField(
        label="Name of this passkey",
        max_length=60,
        initial="My passkey",
        help_text="So that you know it again, for example “work phone”.",
    )
    credential = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    looks = {"name": Look(width=20)}


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label="Email address", widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"})
    )


class NewPasswordForm(forms.Form):
    """A new password for ``user``, held to the rules of AUTH_PASSWORD_VALIDATORS."""

    password = _password("New password", is_new=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = HINT_FOR_A_NEW_ONE

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class ChangePasswordForm(NewPasswordForm):
    current = _password("Current password", is_new=False)
    field_order = ("current", "password")


class JoinForm(forms.Form):
    """The first page of somebody who is new: their name, and how they will sign in."""

    name = forms.CharField(
        label="Your full name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )
    way = forms.ChoiceField(
        label="How do you want to sign in?",
        choices=[("password", "With a password and a second factor"), ("passkey", "With a passkey")],
        widget=forms.RadioSelect,
        initial="password",
    )
    password = _password("Password", is_new=True)
    looks = {
        "way": Look(
            reveals={"password": "password"},
            hints={
                "passkey": "Your phone, computer or security key confirms that it is you, with a fingerprint, a face or a PIN."
            },
        )
    }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].required = False
        self.fields["password"].help_text = HINT_FOR_A_NEW_ONE

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("way") == "password":
            self.user.name = data.get("name", "")
            self._check_password(data.get("password", ""))
        return data

    def _check_password(self, password: str) -> None:
        if not password:
            self.add_error("password", "Enter a password")
            return
        try:
            validate_password(password, self.user)
        except forms.ValidationError as error:
            self.add_error("password", error)


class InviteForm(forms.Form):
    """``places``: (value, label) of where the person may invite to; ``roles``: which roles."""

    email = forms.EmailField(
        label="Email address",
        help_text="Their own work address. One that several people read, such as office@ or head@, cannot be used.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    school = forms.IntegerField(
        label="School (its number in the register, URN)", required=False, min_value=100_000, max_value=999_999
    )
    starts_on = DateField(label="First day", required=False, help_text="Leave empty for the day they accept.")
    ends_on = DateField(label="Last day", required=False, help_text="Leave empty when no end is planned.")
    has_no_other = forms.BooleanField(label="They have no address of the school", required=False)
    looks = {"email": Look(width="two-thirds"), "school": Look(width=10, shows_optional=False)}

    def __init__(
        self, *args: Any, roles: list[Role], schools: list[tuple[int, str]] | None, force_id: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _called(roles, force_id)  # type: ignore[attr-defined]
        if not (self.is_bound and mailboxes.is_public(str(self.data.get("email", "")))):
            self.fields["has_no_other"].widget = forms.HiddenInput()  # asked only where it matters
        if schools is not None:  # somebody of a school invites there alone
            self.fields["school"] = forms.TypedChoiceField(
                label="School", choices=schools, coerce=int, initial=schools[0][0] if schools else None
            )
            self.fields["school"].widget = (
                forms.RadioSelect(choices=schools) if len(schools) > 1 else forms.HiddenInput()
            )


class EndForm(forms.Form):
    """When a role, or all of somebody's roles, ends: at once, or after a day."""

    when = forms.ChoiceField(
        label="When?",
        choices=[("day", "After a day"), ("now", "At once")],
        widget=forms.RadioSelect,
        initial="day",
    )
    on = DateField(label="Last day", noun="the last day", required=False, help_text="The rights end with this day.")
    looks = {
        "when": Look(
            reveals={"day": "on"},
            hints={"now": "Their next click is refused. Where no other role is left they are signed out everywhere."},
        )
    }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "day" and "on" not in self.errors:
            if data.get("on") is None:
                self.add_error("on", "Enter the last day")
            elif data["on"] < timezone.localdate():
                self.add_error("on", "The last day must be today or later. To end it now, choose “At once”")
        return data

    @property
    def last_day(self) -> date | None:
        """The last day; None is at once."""
        return self.cleaned_data["on"] if self.cleaned_data["when"] == "day" else None


class PeopleForm(forms.Form):
    """What somebody looks for among people."""

    words = forms.CharField(label="Name, address or school", required=False, max_length=80)
    role = forms.ChoiceField(label="Role", required=False)
    looks = {"words": Look(width=20, shows_optional=False), "role": Look(shows_optional=False)}

    def __init__(self, *args: Any, force_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "Every role"), *_called(Role, force_id)]  # type: ignore[attr-defined]


class StaffListForm(forms.Form):
    """A file of joiners and leavers; ``schools``: of somebody of several schools, which of them it is for."""

    school = forms.TypedChoiceField(label="School", coerce=int, widget=forms.RadioSelect)
    file = forms.FileField(
        label="Upload the list",
        help_text="A CSV file of at most 2 MB, with a line for each person and role. "
        "Nothing is done before you have seen what it comes to.",
        error_messages={"required": "Choose the file", "empty": "The file is empty. Choose another"},
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    looks = {"file": Look(size="m")}

    def __init__(self, *args: Any, schools: list[tuple[int, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if schools is None:
            del self.fields["school"]
            return
        self.fields["school"].choices = schools  # type: ignore[attr-defined]
        if len(schools) == 1:
            self.fields["school"].widget = forms.HiddenInput()
            self.fields["school"].initial = schools[0][0]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 2 MB. Send the people of one school or team at a time")
        return file


class ConfirmContactsForm(forms.Form):
    """One answer a line of the list: still here, leaves on a day, wrong role."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    has_looked = forms.BooleanField(
        label="I have gone through every line, and it is right as I have said",
        error_messages={"required": "Tick that you have gone through every line"},
    )

    def __init__(self, *args: Any, lines: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ids = [line.id for line in lines]
        self.looks = {}
        for line in lines:
            choices = [c for c in Answer.choices if line.may_end or c[0] == Answer.HERE]
            self.fields[f"answer_{line.id}"] = forms.ChoiceField(
                label=line.title, help_text=line.hint, choices=choices, widget=forms.RadioSelect, initial=Answer.HERE
            )
            self.fields[f"on_{line.id}"] = DateField(label="Last day", noun="the last day", required=False)
            self.looks[f"answer_{line.id}"] = Look(
                is_small=True,
                size="s",
                reveals={Answer.LEAVES: f"on_{line.id}"} if line.may_end else {},
                hints=WRONG_ROLE,
            )
        self.order_fields([*[f"{name}_{line.id}" for line in lines for name in ("answer", "on")], "has_looked"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for key in self.ids:
            if data.get(f"answer_{key}") != Answer.LEAVES or f"on_{key}" in self.errors:
                continue
            if data.get(f"on_{key}") is None or data[f"on_{key}"] < timezone.localdate():
                self.add_error(f"on_{key}", "Enter the last day, today or later")
        return data

    @property
    def groups(self) -> list[Any]:
        """The radios of every line, in the order of the list."""
        return [self[f"answer_{key}"] for key in self.ids]


class FactorResetForm(forms.Form):
    """What somebody states who lets another set up a new second step."""

    checked = forms.ChoiceField(
        label="How did you check who they are?",
        choices=[choice for choice in IdentityCheck.choices if choice[0] != IdentityCheck.OPERATOR],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why is it needed?", max_length=300, help_text="For example “lost phone”. It stays in the log."
    )
    looks = {
        "checked": Look(hints={"call_back": "Never the number they gave you in a call or an email just now."}),
        "reason": Look(width="two-thirds"),
    }


class KnownPasswordForm(forms.Form):
    password = _password("Your password", is_new=False)

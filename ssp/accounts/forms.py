"""What do the pages of sign-in ask? Shape and wording alone; whether it is right, services say."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from ssp.access.roles import Role
from ssp.accounts.models import IdentityCheck, User
from ssp.accounts.passwords import LONGEST
from ssp.ui.forms import DateField, Look

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
        help_text="The person's own address. An address that several people read, such as office@, cannot be used.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    school = forms.IntegerField(
        label="School (its number in the register, URN)", required=False, min_value=100_000, max_value=999_999
    )
    starts_on = DateField(label="First day", required=False, help_text="Leave empty for the day they accept.")
    ends_on = DateField(label="Last day", required=False, help_text="Leave empty when no end is planned.")
    looks = {"email": Look(width="two-thirds"), "school": Look(width=10, shows_optional=False)}

    def __init__(self, *args: Any, roles: list[Role], schools: list[tuple[int, str]] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        if schools is not None:  # somebody of a school invites there alone
            self.fields["school"] = forms.TypedChoiceField(
                label="School", choices=schools, coerce=int, initial=schools[0][0] if schools else None
            )
            self.fields["school"].widget = (
                forms.RadioSelect(choices=schools) if len(schools) > 1 else forms.HiddenInput()
            )


class EndRoleForm(forms.Form):
    on = DateField(label="Last day of this role", help_text="The person keeps the role to the end of this day.")


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

"""What can be typed on the pages of a school's people? Shape and wording; no rules about other records."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from schools import addresses
from ssp.accounts.models import User
from ssp.ui.forms import DateField, Look

INVITE = "invite"
LONG = 6000
BIGGEST_FILE = 500_000  # bytes: two thousand names and addresses take a fifth of it
NO_CHILD = "Do not name a child."


class SomebodyForm(forms.Form):
    """Chooses somebody who holds a role at the school, or takes the address of somebody to invite."""

    person = forms.ChoiceField(
        label="Who?", widget=forms.RadioSelect, error_messages={"required": "Choose who it is, or invite somebody new"}
    )
    email = forms.EmailField(
        label="Their email address",
        required=False,
        help_text="Their own address. An address that several people read, such as office@, cannot be used.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    looks: ClassVar[dict[str, Look]] = {}

    def __init__(self, *args: Any, people: list[tuple[User, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(user.pk), user.name) for user, _ in people]
        self.fields["person"].choices = [*choices, (INVITE, "Invite somebody new")]  # type: ignore[attr-defined]
        hints = {str(user.pk): roles for user, roles in people}
        reveals = {INVITE: "email"}
        look = Look(size="m", hints=hints, reveals=reveals, divider_before=INVITE if choices else None)
        self.looks = {**type(self).looks, "person": look}  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("person") == INVITE and not data.get("email") and "email" not in self.errors:
            self.add_error("email", "Enter the email address of the person to invite")
        return data


class AppointForm(SomebodyForm):
    kind = forms.ChoiceField(
        label="What do you appoint them to be?",
        choices=[("spoc", "SPOC (single point of contact)"), ("deputy", "Deputy SPOC")],
        widget=forms.RadioSelect,
    )
    job_title = forms.CharField(
        label="Their job in the senior leadership team",
        max_length=100,
        help_text="For example “assistant head teacher”.",
        error_messages={"required": "Enter their job in the senior leadership team"},
    )
    is_slt = forms.BooleanField(
        label="I confirm that this person is a member of the senior leadership team",
        error_messages={
            "required": "Confirm that this person is a member of the senior leadership team. Nobody else can be SPOC or deputy."
        },
    )
    is_dsl = forms.BooleanField(label="This person is also the designated safeguarding lead (DSL)", required=False)
    starts_on = DateField(
        label="First day", required=False, help_text="Leave empty for today, or for the day they accept."
    )
    ends_on = DateField(label="Last day", required=False, help_text="Leave empty when no end is planned.")
    field_order = ("kind", "person", "email", "job_title", "is_slt", "is_dsl", "starts_on", "ends_on")
    looks: ClassVar[dict[str, Look]] = {
        "kind": Look(
            size="m",
            hints={
                "spoc": "All enquiries to and from the officer go through this person.",
                "deputy": "Stands in when the SPOC is away. Nobody is SPOC and deputy at once.",
            },
        ),
        "job_title": Look(width=20, size="m"),
        "starts_on": Look(size="m"),
        "ends_on": Look(size="m"),
    }


class EndForm(forms.Form):
    on = DateField(label="Last day", help_text="They stay in post to the end of this day.")
    looks: ClassVar[dict[str, Look]] = {"on": Look(size="m")}


class ActingHeadForm(SomebodyForm):
    starts_on = DateField(label="First day")
    ends_on = DateField(
        label="Last day",
        help_text="Their rights as head end with this day. It can be given again.",
        error_messages={"required": "Enter the last day: an acting head stands in until a day that is known"},
    )
    field_order = ("person", "email", "starts_on", "ends_on")
    looks: ClassVar[dict[str, Look]] = {"starts_on": Look(size="m"), "ends_on": Look(size="m")}


class AwayForm(forms.Form):
    who = forms.ChoiceField(label="Who is away?", widget=forms.RadioSelect)
    starts_on = DateField(label="First day away")
    ends_on = DateField(label="Last day away", required=False, help_text="Leave empty when it is not known yet.")
    looks: ClassVar[dict[str, Look]] = {name: Look(size="s") for name in ("who", "starts_on", "ends_on")}

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = people  # type: ignore[attr-defined]
        if len(people) == 1:
            self.fields["who"].initial = people[0][0]


class AddressesForm(forms.Form):
    """Addresses typed or pasted, and a file of them: its text is put to what was typed, so that an error loses nothing (N10)."""

    others = forms.CharField(
        label="Staff without an account",
        required=False,
        widget=forms.Textarea(attrs={"spellcheck": "false", "autocomplete": "off"}),
        help_text="One person a line: an email address, or a name and an address. You can paste from a spreadsheet.",
    )
    file = forms.FileField(label="Or a CSV file of names and addresses", required=False)
    looks: ClassVar[dict[str, Look]] = {"others": Look(rows=6), "file": Look()}

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        if data is not None and files and "file" in files:
            data = data.copy()
            data["others"] = "\n".join(filter(None, (data.get("others", ""), _text_of(files["file"]))))
        super().__init__(data, None, **kwargs)

    def clean_others(self) -> list[addresses.Addressee]:
        parsed = addresses.parse(self.cleaned_data["others"])
        if parsed.problems:
            more = [f"and {len(parsed.problems) - 10} more lines"] if len(parsed.problems) > 10 else []
            raise ValidationError([*parsed.problems[:10], *more])
        return list(parsed.people)


class NoticeForm(AddressesForm):
    press = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    subject = forms.CharField(label="Heading", max_length=120)
    text = forms.CharField(label="What staff read", max_length=LONG, widget=forms.Textarea, help_text=NO_CHILD)
    confirm_by = DateField(label="Confirm by", help_text="The day by which everybody should have read it.")
    field_order = ("press", "subject", "text", "confirm_by", "others", "file")
    looks: ClassVar[dict[str, Look]] = {
        "subject": Look(size="m"),
        "text": Look(size="m", rows=18, characters=LONG),
        "confirm_by": Look(size="m"),
        "others": Look(size="m", rows=6),
        "file": Look(size="s"),
    }


def _text_of(file: Any) -> str:
    if file.size > BIGGEST_FILE:
        return f"@ the file is larger than {BIGGEST_FILE // 1000} kB"
    data = file.read()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return str(data.decode(encoding)).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    return "@ the file is not a text file"

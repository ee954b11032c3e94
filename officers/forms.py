"""What does somebody type about officers, teams, postings and proposals? Shape and wording alone."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from officers.models import ColleagueKind, Officer, Team, TrainingKind, VettingLevel
from officers.services.handovers import LONGEST
from officers.services.records import Facts
from schools.models import School
from ssp.accounts.models import User
from ssp.ui.dates import short_date
from ssp.ui.forms import DateField, Look

MOST_SCHOOLS = 4


def press_field() -> forms.UUIDField:
    """Makes a form that is sent twice count once."""
    return forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class OfficerChoice(forms.ModelChoiceField):
    """An officer by name and collar number; when probation ends, where it has not."""

    def label_from_instance(self, obj: Any) -> str:
        in_probation = obj.is_in_probation(on=timezone.localdate())
        until = f", in probation until {short_date(obj.probation_ends_on)}" if in_probation else ""
        return f"{obj}, {obj.collar_number}{until}"


class OfficerForm(forms.Form):
    rank = forms.CharField(label="Rank", max_length=30, initial="PC")
    collar_number = forms.CharField(label="Collar number", max_length=20)
    probation_ends_on = DateField(
        label="Last day of probation", noun="the last day of probation",
        help_text="Nobody is posted to a school within probation, and no local assessment overrides this.",
    )  # fmt: skip
    team = forms.ModelChoiceField(label="Team", queryset=Team.objects.none(), required=False, empty_label="None")
    looks: ClassVar[dict[str, Look]] = {"rank": Look(width=10), "collar_number": Look(width=10)}

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]

    def facts(self) -> Facts:
        """What was typed of the officer."""
        return Facts(
            **{name: self.cleaned_data[name] for name in ("rank", "collar_number", "probation_ends_on", "team")}
        )


class NewOfficerForm(OfficerForm):
    name = forms.CharField(label="Name", max_length=150)
    email = forms.EmailField(
        label="E-mail address at the force", max_length=254,
        help_text="If there is no account with it yet, one is made, and we write there how to set a password.",
    )  # fmt: skip
    field_order = ("name", "email")


class VettingForm(forms.Form):
    level = forms.ChoiceField(label="Which vetting?", choices=VettingLevel.choices, widget=forms.RadioSelect)
    granted_on = DateField(label="Granted on", noun="the day it was granted")
    expires_on = DateField(label="Last day on which it holds", noun="the last day")


class TrainingForm(forms.Form):
    kind = forms.ChoiceField(label="Which training?", choices=TrainingKind.choices, widget=forms.RadioSelect)
    completed_on = DateField(label="Finished on", noun="the day it was finished")
    expires_on = DateField(
        label="Last day on which it holds", noun="the last day", required=False,
        help_text="Leave it empty where it does not expire.",
    )  # fmt: skip


class ColleagueForm(forms.Form):
    kind = forms.ChoiceField(label="What are they?", choices=ColleagueKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="Name", max_length=150)
    organisation = forms.CharField(label="Organisation", max_length=150, required=False)
    starts_on = DateField(label="First day", noun="the first day")


class LastDayForm(forms.Form):
    on = DateField(label="Last day", noun="the last day")


class SergeantChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class TeamForm(forms.Form):
    name = forms.CharField(label="Name of the team", max_length=100)
    sergeant = SergeantChoice(
        label="Sergeant", queryset=User.objects.none(), required=False, empty_label="Nobody yet",
        help_text="One of the sergeants of your force.",
    )  # fmt: skip

    def __init__(self, *args: Any, sergeants: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sergeant"].queryset = sergeants  # type: ignore[attr-defined]


class PostingForm(forms.Form):
    officer = OfficerChoice(
        label="Officer", queryset=Officer.objects.none(), empty_label="Choose an officer",
        error_messages={"required": "Choose an officer"},
    )  # fmt: skip
    starts_on = DateField(label="First day", noun="the first day")
    ends_on = DateField(
        label="Last day", noun="the last day", required=False,
        help_text="Access to the schools’ records ends after this day. Leave it empty while it is not known.",
    )  # fmt: skip
    school_1 = forms.ModelChoiceField(
        label="First school", queryset=School.objects.none(), empty_label="Choose a school",
        help_text="The priority school, where there is one.", error_messages={"required": "Choose the first school"},
    )  # fmt: skip
    school_2 = forms.ModelChoiceField(
        label="Second school", queryset=School.objects.none(), required=False, empty_label="None"
    )
    school_3 = forms.ModelChoiceField(
        label="Third school", queryset=School.objects.none(), required=False, empty_label="None"
    )
    school_4 = forms.ModelChoiceField(
        label="Fourth school", queryset=School.objects.none(), required=False, empty_label="None"
    )
    is_buddy = forms.BooleanField(label="Another officer shares the first school (a buddy)", required=False)

    def __init__(self, *args: Any, officers: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]
        offered = list(schools)
        for number in range(1, MOST_SCHOOLS + 1):
            field: Any = self.fields[f"school_{number}"]
            field.queryset = schools
            field.choices = [("", field.empty_label), *((each.pk, each.name) for each in offered)]

    def field_of(self, school: School) -> str:
        """Where a school was chosen."""
        names = (f"school_{number}" for number in range(1, MOST_SCHOOLS + 1))
        return next(name for name in names if self.cleaned_data.get(name) == school)

    @property
    def schools(self) -> list[School]:
        """Those chosen, each once, in order."""
        chosen = [self.cleaned_data.get(f"school_{number}") for number in range(1, MOST_SCHOOLS + 1)]
        return list(dict.fromkeys(each for each in chosen if each))


class CoverForm(forms.Form):
    officer = OfficerChoice(label="Who stands in?", queryset=Officer.objects.none(), empty_label="Choose an officer")
    starts_on = DateField(label="First day of the cover", noun="the first day")
    ends_on = DateField(label="Last day of the cover", noun="the last day")

    def __init__(self, *args: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]


class HandoverForm(forms.Form):
    press = press_field()
    text = forms.CharField(
        label="What should the next officer know?", max_length=LONGEST, widget=forms.Textarea,
        help_text="People, habits, what is under way. No child’s name: what concerns a child stands in its record.",
    )  # fmt: skip
    looks: ClassVar[dict[str, Look]] = {"text": Look(size="m", rows=8, characters=LONGEST)}


class PlanForm(forms.Form):
    press = press_field()
    starts_on = DateField(
        label="First day of the new postings", noun="the first day",
        help_text="What they replace ends the day before.",
    )  # fmt: skip
    allows_two_by_need = forms.BooleanField(
        label="Also two priority schools for one officer (two schools by need)", required=False
    )


class PlanSchoolForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    officer = OfficerChoice(label="Officer", queryset=Officer.objects.none(), required=False, empty_label="Nobody")
    buddy = OfficerChoice(
        label="Second officer, where two share the school", queryset=Officer.objects.none(), required=False,
        empty_label="Nobody",
    )  # fmt: skip

    def __init__(self, *args: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("officer", "buddy"):
            self.fields[name].queryset = officers  # type: ignore[attr-defined]


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

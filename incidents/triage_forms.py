"""What can be typed on the pages of triage? Shape and wording; what may be decided stands in the services."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from incidents.guidance import Guidance
from incidents.models import ConcernOutcome, ConcernPerson, Known, Subject, Told, Wish
from incidents.models.triage import FAMILY_ROLES
from incidents.services.concern_tasks import NewTask
from incidents.services.triage import Decision, Family, Threshold
from ssp.accounts.models import User
from ssp.ui.forms import DateField, Look

LONG, SHORT = 4000, 120
SMALL = Look(is_inline=True, is_small=True, shows_optional=False)
OUTCOME_HINTS = {
    ConcernOutcome.SCHOOL: "The head keeps school discipline.",
    ConcernOutcome.EARLY_HELP: "Follow your local thresholds. A child at risk of harm goes to the hub today.",
    ConcernOutcome.DIVERSION: "The family’s consent is asked for there.",
    ConcernOutcome.ADVICE: "A question with no names. The officer cannot open this concern.",
    ConcernOutcome.DISCLOSE: "Nothing goes until you send it on the page of the disclosure.",
    ConcernOutcome.CRIME: "Asks three questions first: how serious, what the family wants, what school can do.",
    ConcernOutcome.NOTIFY: "You tell the police on a page of its own, at once. It waits for no other decision.",
}

BEFORE_A_CRIME = {
    "q-wish": "Say whether the victim wants the police",
    "is_serious": "Say whether it is one of the force’s listed offences",
    "parent_wish": "Say what the victim’s parent or carer wants",
    "can_school_deal": "Say whether school can deal with it",
}


def words(label: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONG, widget=forms.Textarea, **more)


class TriageForm(forms.Form):
    """The decision on a concern: kinds, the guide's questions, outcomes, families, a reason, and a task where one is given.

    Args:
        guide: whose questions are asked.
        children: the children of the concern, each of whom has a family.
        owners: who may be given a task.
        is_kept: what is shown was typed and not sent: nothing of it is an error yet.
    """

    press = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    guidance = forms.CharField(widget=forms.HiddenInput, max_length=20)
    kinds = forms.MultipleChoiceField(
        label="What kind of thing is it?",
        choices=Subject.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what kind of thing it is"},
    )
    outcomes = forms.MultipleChoiceField(
        label="What will you do?",
        choices=ConcernOutcome.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose all that apply.",
        error_messages={"required": "Choose what you will do"},
    )
    is_serious = forms.ChoiceField(
        label="Is it one of these offences?", choices=Known.choices, required=False, widget=forms.RadioSelect
    )
    parent_wish = forms.ChoiceField(
        label="What does the victim’s parent or carer want?",
        choices=Wish.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    can_school_deal = forms.ChoiceField(
        label="Can school deal with it by its own procedure?",
        choices=Known.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    over_threshold = words(
        "Why report it all the same?",
        required=False,
        help_text="Only needed when it is not on the list, school can deal with it and nobody asks for the police.",
    )
    reason = words(
        "Why you decided this",
        help_text="One or two sentences. Kept with the record: you can add to it, not change it.",
        error_messages={"required": "Say why you decided this"},
    )
    task_what = forms.CharField(label="What is to be done", max_length=300, required=False)
    task_owner = forms.ChoiceField(label="By whom", required=False)
    task_due_on = DateField(label="By which day", required=False)

    looks: ClassVar[dict[str, Look]] = {
        "kinds": Look(size="s", is_small=True),
        "outcomes": Look(size="s", hints={key.value: hint for key, hint in OUTCOME_HINTS.items()}, is_small=True),
        "is_serious": SMALL,
        "parent_wish": Look(is_small=True, shows_optional=False),
        "can_school_deal": SMALL,
        "over_threshold": Look(rows=2, shows_optional=False),
        "reason": Look(size="s", rows=3),
        "task_what": Look(shows_optional=False),
        "task_owner": Look(shows_optional=False),
        "task_due_on": Look(shows_optional=False),
    }

    def __init__(
        self,
        *args: Any,
        guide: Guidance,
        children: list[ConcernPerson],
        owners: list[User],
        is_kept: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.guide, self.children, self.owners, self.is_kept = guide, children, owners, is_kept
        self.looks = dict(type(self).looks)  # type: ignore[misc]
        self.fields["guidance"].initial = guide.version
        choices = [("", "Choose"), *((str(user.pk), user.name) for user in owners)]
        self.fields["task_owner"].choices = choices  # type: ignore[attr-defined]
        every = [*guide.factors, *(question for kind in guide.kinds for question in kind.questions)]
        for question in every:
            self._put(f"q-{question.key}", _question(question.text, question.hint), SMALL)
        for child in children:
            for name, field, look in _family(child):
                self._put(f"family-{child.pk}-{name}", field, look)

    def _put(self, name: str, field: forms.Field, look: Look) -> None:
        self.fields[name] = field
        self.looks[name] = look

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict() if self.is_kept else super().errors

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_threshold(data)
        for child in self.children:
            self._clean_family(child, data)
        given = [name for name in ("task_what", "task_owner", "task_due_on") if data.get(name)]
        if given:
            missing = {
                "task_what": "Say what is to be done",
                "task_owner": "Choose who does it",
                "task_due_on": "Enter a day",
            }
            for name, text in missing.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, text)
        return data

    def _clean_threshold(self, data: dict[str, Any]) -> None:
        if ConcernOutcome.CRIME not in data.get("outcomes", ()):
            return
        for name, text in BEFORE_A_CRIME.items():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, f"{text}, before you report a crime")

    def _clean_family(self, child: ConcernPerson, data: dict[str, Any]) -> None:
        name = f"family-{child.pk}"
        told = data.get(f"{name}-told")
        if not told:
            if child.role in FAMILY_ROLES:
                self.add_error(f"{name}-told", f"Say whether the family of {child.name} was told, or why not")
        elif told == Told.NOT:
            if not data.get(f"{name}-why"):
                self.add_error(f"{name}-why", "Say why they are not told")
        else:
            if not data.get(f"{name}-who"):
                self.add_error(f"{name}-who", "Say who tells them")
            if not data.get(f"{name}-on") and f"{name}-on" not in self.errors:
                self.add_error(f"{name}-on", "Enter the day")

    # What the templates ask for -------------------------------------------------------------------------------------

    def factors(self) -> list[Any]:
        """The aggravating factors' fields."""
        return [self[f"q-{each.key}"] for each in self.guide.factors]

    def kind_questions(self) -> list[tuple[Any, list[Any]]]:
        """Each category of the guide with its fields."""
        return [(kind, [self[f"q-{each.key}"] for each in kind.questions]) for kind in self.guide.kinds]

    def families(self) -> list[tuple[ConcernPerson, dict[str, Any]]]:
        """Each child with the fields about the family."""
        names = ("told", "who", "on", "why")
        return [(child, {name: self[f"family-{child.pk}-{name}"] for name in names}) for child in self.children]

    def in_the_guide(self) -> set[str]:
        """The kinds the guide asks about."""
        return {kind.subject.value for kind in self.guide.kinds}

    # What the services are given ------------------------------------------------------------------------------------

    def answers(self) -> dict[str, str]:
        """The answers as typed, by question, also of a form that is not sent yet."""
        every = [*self.guide.factors, *(question for kind in self.guide.kinds for question in kind.questions)]
        typed = {each.key: self[f"q-{each.key}"].value() or "" for each in every}
        return {key: value for key, value in typed.items() if value in Known.values}

    def chosen_kinds(self) -> list[str]:
        """The kinds ticked, also of a form that is not sent yet."""
        return [each for each in self["kinds"].value() or () if each in Subject.values]

    def decision(self) -> Decision:
        data = self.cleaned_data
        limit = Threshold(
            data["parent_wish"], data["can_school_deal"], data["is_serious"], data["over_threshold"]
        ) if ConcernOutcome.CRIME in data["outcomes"] else None  # fmt: skip
        return Decision(
            kinds=data["kinds"], outcomes=data["outcomes"], reason=data["reason"], answers=self.answers(),
            families=[self._family(child) for child in self.children if data.get(f"family-{child.pk}-told")],
            threshold=limit, guidance=self.guide.version,
        )  # fmt: skip

    def task(self) -> NewTask | None:
        data = self.cleaned_data
        if not data["task_what"]:
            return None
        owner = next(user for user in self.owners if str(user.pk) == data["task_owner"])
        return NewTask(data["task_what"], owner, data["task_due_on"])

    def _family(self, child: ConcernPerson) -> Family:
        data, name = self.cleaned_data, f"family-{child.pk}"
        told = Told(data[f"{name}-told"])
        if told == Told.NOT:
            return Family(child.pk, told, why=data[f"{name}-why"])
        return Family(child.pk, told, who=data[f"{name}-who"], on=data[f"{name}-on"])


class CloseForm(forms.Form):
    summary = words("What was it?", help_text="A sentence or two for somebody who reads this in five years.")
    action = words("What was done?")
    outcome = words("What came of it?", help_text="For the child, and for everybody else in it.")
    looks: ClassVar[dict[str, Look]] = {name: Look(size="s", rows=4) for name in ("summary", "action", "outcome")}


class ReasonForm(forms.Form):
    reason = words("Why?")
    looks: ClassVar[dict[str, Look]] = {"reason": Look(size="s", rows=4)}


class TaskForm(forms.Form):
    press = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    what = forms.CharField(
        label="What is to be done",
        max_length=300,
        help_text="Whoever does it reads this and nothing else of the concern.",
    )
    owner = forms.ChoiceField(label="By whom")
    due_on = DateField(label="By which day")
    looks: ClassVar[dict[str, Look]] = {name: Look(size="s") for name in ("what", "owner", "due_on")}

    def __init__(self, *args: Any, owners: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = owners
        choices = [("", "Choose"), *((str(user.pk), user.name) for user in owners)]
        self.fields["owner"].choices = choices  # type: ignore[attr-defined]

    def task(self) -> NewTask:
        data = self.cleaned_data
        owner = next(user for user in self.owners if str(user.pk) == data["owner"])
        return NewTask(data["what"], owner, data["due_on"])


class SettleForm(forms.Form):
    what_was_done = words("What was done?", help_text="Or why it is not needed any more.")
    looks: ClassVar[dict[str, Look]] = {"what_was_done": Look(size="s", rows=4)}


def posted(kept: dict[str, Any]) -> MultiValueDict[str, Any]:
    """A kept draft as a form takes it."""
    return MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in kept.items()})


def _question(label: str, hint: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=Known.choices, required=False, widget=forms.RadioSelect, help_text=hint
    )


def _family(child: ConcernPerson) -> list[tuple[str, forms.Field, Look]]:
    plain = Look(shows_optional=False)
    told = forms.ChoiceField(
        label=f"Family of {child.name}", choices=Told.choices, required=False, widget=forms.RadioSelect
    )
    why = forms.CharField(label="Why not", max_length=1000, required=False, widget=forms.Textarea)
    return [
        ("told", told, Look(size="s", is_small=True, is_inline=True, shows_optional=False)),
        ("who", forms.CharField(label="Who tells them", max_length=SHORT, required=False), plain),
        ("on", DateField(label="On which day", required=False, initial=timezone.localdate), plain),
        ("why", why, Look(rows=2, shows_optional=False)),
    ]

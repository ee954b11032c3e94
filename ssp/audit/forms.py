"""What may an auditor search the log by?"""

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from ssp.audit.events import EVENTS, Operation
from ssp.audit.queries import Terms, record_types
from ssp.ui.dates import short_date
from ssp.ui.forms import DateField, Look

ANY = ("", "Any")
DAYS_AT_FIRST = 31  # a first search looks at a month, so that it is answered from one or two partitions


class SearchForm(forms.Form):
    """Everything is optional; what is given must all hold."""

    person = forms.CharField(
        label="A person",
        help_text="Part of a colleague’s name or e-mail address: what they did and what was done about them.",
        required=False,
        max_length=100,
    )
    user = forms.CharField(
        label="Done by",
        help_text="Part of the name or e-mail address of whoever did it.",
        required=False,
        max_length=100,
    )
    record_type = forms.ChoiceField(label="Kind of record", required=False)
    record_id = forms.IntegerField(label="Number of the record", required=False, min_value=1, max_value=2**63 - 1)
    recipient = forms.CharField(label="Recipient", help_text="Who received data.", required=False, max_length=100)
    since = DateField(label="From", noun="the first day", required=False)
    until = DateField(label="Until", noun="the last day", required=False)
    operation = forms.ChoiceField(label="Operation", choices=[ANY, *Operation.choices], required=False)
    event = forms.ChoiceField(label="Event", required=False)

    looks: ClassVar[dict[str, Look]] = {
        "person": Look(width="two-thirds", shows_optional=False),
        "user": Look(width="two-thirds", shows_optional=False),
        "recipient": Look(width="two-thirds", shows_optional=False),
        "record_id": Look(width=10, shows_optional=False),
        "record_type": Look(shows_optional=False),
        "since": Look(shows_optional=False),
        "until": Look(shows_optional=False),
        "operation": Look(shows_optional=False),
        "event": Look(shows_optional=False),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record_type"].choices = [ANY, *record_types()]  # type: ignore[attr-defined]
        labels = sorted(((name, label) for name, (_operation, label) in EVENTS.items()), key=lambda pair: pair[1])
        self.fields["event"].choices = [ANY, *labels]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("record_type")) != bool(cleaned.get("record_id")) and not self.errors:
            missing = "record_id" if cleaned.get("record_type") else "record_type"
            self.add_error(missing, "Give both the kind of record and its number.")
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first day.")
        return cleaned

    def terms(self) -> Terms:
        """The search as asked for; the form must be valid."""
        return Terms(**self.cleaned_data)

    def in_words(self, terms: Terms) -> list[tuple[str, str]]:
        """The terms of a search under the labels of this form, for the line above what was found."""
        given = [(self.fields[name], value) for name, value in vars(terms).items() if value]
        return [(str(field.label), _in_words(field, value)) for field, value in given]


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.widget.choices).get(value, value))
    return short_date(value) if isinstance(value, date) else str(value)


def first_terms() -> Terms:
    """What the page shows before anything was asked: the last month."""
    return Terms(since=timezone.localdate() - timedelta(days=DAYS_AT_FIRST))

"""Which components can a template call?

Arguments are keyword-only: a wrong one fails when the template compiles. Inside a loop over many rows write
the markup out instead; a call per cell costs real time.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import template
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ssp.ui import dates, statuses
from ssp.ui.components import Problem, Progress, SummaryRow, Task
from ssp.ui.forms import problems_of

register = template.Library()


@register.inclusion_tag("ui/components/button.html")
def button(
    *,
    text: str,
    href: str = "",
    kind: str = "",
    name: str = "",
    value: str = "",
    id: str = "",
    start: bool = False,
    disabled: bool = False,
    once: bool = False,
    formaction: str = "",
    formnovalidate: bool = False,
) -> dict[str, Any]:
    """A button, or a link that looks like one when ``href`` is given.

    ``kind``: secondary, warning or inverse. ``once``: a second press within a second is ignored.
    """
    return dict(locals())


@register.simple_tag
def tag(*, text: str, colour: str = "") -> SafeString:
    """A tag in one of GOV.UK's colours. For a status use ``status``: it knows word and colour."""
    return format_html('<strong class="govuk-tag{}">{}</strong>', f" govuk-tag--{colour}" if colour else "", text)


@register.simple_tag
def status(*, record: str, value: str) -> SafeString:
    """The tag of a record's status, as ssp/ui/statuses.py has it."""
    shown = statuses.status(record, value)
    return tag(text=shown.label, colour=shown.colour)


@register.inclusion_tag("ui/components/summary_list.html")
def summary_list(*, rows: Sequence[SummaryRow], no_border: bool = False) -> dict[str, Any]:
    """A list of keys and values."""
    return {"rows": rows, "no_border": no_border, "has_actions": any(row.actions for row in rows)}


@register.inclusion_tag("ui/components/task_list.html")
def task_list(*, tasks: Sequence[Task], id_prefix: str = "task-list") -> dict[str, Any]:
    """What is to be done, each line with its state."""
    shown = [(task, isinstance(task.state, statuses.Status)) for task in tasks]
    return {"tasks": shown, "id_prefix": id_prefix}


@register.simple_block_tag
def notification_banner(
    content: str,
    *,
    title: str = "",
    success: bool = False,
    heading: str = "",
    takes_focus: bool = True,
    id: str = "govuk-notification-banner-title",
) -> str:
    """Something that happened or matters, above the page: ``heading`` as its first line, the block below it."""
    context = {
        "content": content,
        "title": title or ("Success" if success else "Important"),
        "is_success": success,
        "heading": heading,
        "title_id": id,
        "takes_focus": takes_focus,
    }
    return render_to_string("ui/components/notification_banner.html", context)


@register.inclusion_tag("ui/components/messages.html")
def messages_banner(*, messages: Any = None) -> dict[str, Any]:
    """Django's messages of this request as one banner each."""
    return {"messages": messages or ()}


@register.inclusion_tag("ui/components/warning_text.html")
def warning_text(*, text: str, prefix: str = "Warning") -> dict[str, Any]:
    """A consequence the person must know before they act."""
    return {"text": text, "prefix": prefix}


@register.inclusion_tag("ui/components/emergency.html")
def emergency() -> dict[str, Any]:
    """The line every page begins with on which something can be reported."""
    return {}


@register.simple_block_tag
def inset(content: str, *, id: str = "") -> str:
    """Text set apart from what surrounds it."""
    return render_to_string("ui/components/inset.html", {"content": content, "id": id})


@register.simple_block_tag
def details(content: str, *, summary: str, is_open: bool = False, id: str = "") -> str:
    """Text that only some readers need, folded away."""
    return render_to_string(
        "ui/components/details.html", {"content": content, "summary": summary, "is_open": is_open, "id": id}
    )


@register.simple_block_tag
def panel(content: str, *, title: str, kind: str = "", level: int = 1, id: str = "") -> str:
    """The result of a journey. ``kind``: empty for green, "stop" for red, "past" for plain."""
    context = {"content": content, "title": title, "kind": kind, "heading": f"h{level}", "id": id}
    return render_to_string("ui/components/panel.html", context)


@register.inclusion_tag("ui/components/progress.html")
def progress(*, progress: Progress, label: str = "Progress", id: str = "progress") -> dict[str, Any]:
    """The steps of a journey: done, here, still to come."""
    return {"steps": progress.steps, "label": label, "id": id}


@register.inclusion_tag("ui/components/pagination.html")
def pagination(
    *, newer_url: str = "", older_url: str = "", label: str = "Pages of this list", is_alphabetical: bool = False
) -> dict[str, Any]:
    """Links to the newer and older part of a list that is paged by key (or what is before and after); nothing without either."""
    words = ("Previous", "Next") if is_alphabetical else ("Newer", "Older")
    return {"newer_url": newer_url, "older_url": older_url, "label": label, "newer": words[0], "older": words[1]}


@register.inclusion_tag("ui/components/error_summary.html")
def error_summary(
    *, form: BaseForm | None = None, problems: Sequence[Problem] = (), title: str = "There is a problem"
) -> dict[str, Any]:
    """What must be put right, each line leading to its field; nothing when all is well."""
    found = [*problems_of(form), *problems] if form else list(problems)
    return {"problems": found, "title": title}


@register.inclusion_tag("ui/components/hide_page.html", takes_context=True)
def hide_page(context: template.Context) -> dict[str, Any]:
    """The "hide this page now" key of pages that show a child's data; Escape three times does the same."""
    page = context.get("page")
    return {"url": page.urls.get("hidden", "/") if page else "/"}


@register.filter
def on(value: date | None) -> str:
    """ "Tuesday 24 November 2026"."""
    return dates.long_date(value) if value else ""


@register.filter
def on_short(value: date | None) -> str:
    """ "24 November 2026"."""
    return dates.short_date(value) if value else ""


@register.filter
def at(value: datetime | None) -> str:
    """ "Tuesday 24 November 2026, 8.15am"."""
    return dates.long_datetime(value) if value else ""


@register.filter
def clock(value: datetime | time | None) -> str:
    """ "8.15am"."""
    return dates.clock(value) if value is not None and value != "" else ""


@register.filter
def duration(value: timedelta | int | None) -> str:
    """ "2 days 3 hours"; a number is seconds."""
    return dates.duration(value) if value is not None and value != "" else ""


@register.filter
def minutes(seconds: int) -> str:
    """ "30 minutes", from seconds."""
    return dates.duration(int(seconds))


@register.filter
def time_left(value: datetime | date | None) -> str:
    """ "3 days left", "Overdue by 2 hours"."""
    return dates.time_left(value) if value else ""


@register.filter
def is_overdue(value: datetime | date | None) -> bool:
    """Is it past?"""
    return value is not None and value != "" and dates.is_overdue(value)

"""Is our markup GOV.UK Frontend's own? Each component against the HTML its makers publish for the same options."""

import json
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import engines
from django.test.html import parse_html

from ssp.ui.components import Action, Problem, SummaryRow, Task
from ssp.ui.forms import DateField, GovukRenderer, Look
from ssp.ui.statuses import Colour, Status

FIXTURES = json.loads((Path(__file__).parents[1] / "data/govuk/fixtures.json").read_text(encoding="utf-8"))
FORM_COMPONENTS = {
    "input",
    "textarea",
    "select",
    "radios",
    "checkboxes",
    "date-input",
    "file-upload",
    "character-count",
    "password-input",
}


def cases(*, of_forms: bool) -> list[Any]:
    return [
        pytest.param(component, fixture["options"], fixture["html"], id=f"{component}: {name}")
        for component, fixtures in FIXTURES.items()
        for name, fixture in fixtures.items()
        if (component in FORM_COMPONENTS) == of_forms
    ]


def draw(source: str, **context: Any) -> str:
    return engines["django"].from_string("{% load ssp_ui %}" + source).render(context)


def same(ours: str, theirs: str) -> None:
    assert str(parse_html(ours)) == str(parse_html(theirs))


@pytest.mark.parametrize(("component", "options", "html"), cases(of_forms=False))
def test_component_is_as_published(component: str, options: dict[str, Any], html: str) -> None:
    same(DRAW[component](options), html)


def button(options: dict[str, Any]) -> str:
    return draw(
        "{% button text=o.text href=o.href|default:'' kind=kind name=o.name|default:'' start=o.isStartButton|default:False"
        " disabled=o.disabled|default:False once=o.preventDoubleClick|default:False %}",
        o=options,
        kind=options.get("classes", "").removeprefix("govuk-button--"),
    )


def tag(options: dict[str, Any]) -> str:
    return draw("{% tag text=text colour=colour %}", text=options["text"], colour=colour_of(options))


def colour_of(options: dict[str, Any]) -> str:
    return options.get("classes", "").removeprefix("govuk-tag--")


def summary_list(options: dict[str, Any]) -> str:
    rows = [
        SummaryRow(
            key=row["key"]["text"],
            value=draw("{{ html|safe }}", html=row["value"].get("html") or row["value"].get("text")),
            actions=[
                Action(item["text"], item["href"], item.get("visuallyHiddenText", ""))
                for item in row.get("actions", {}).get("items", [])
            ],
        )
        for row in options["rows"]
    ]
    no_border = "no-border" in options.get("classes", "")
    return draw("{% summary_list rows=rows no_border=no_border %}", rows=rows, no_border=no_border)


def task_list(options: dict[str, Any]) -> str:
    tasks = []
    for item in options["items"]:
        tag = item["status"].get("tag")
        state = Status(tag["text"], Colour(colour_of(tag))) if tag else item["status"]["text"]
        hint = item.get("hint", {}).get("text", "")
        tasks.append(Task(item["title"]["text"], state, url=item.get("href", ""), hint=hint))
    return draw("{% task_list tasks=tasks %}", tasks=tasks)


def notification_banner(options: dict[str, Any]) -> str:
    return draw(
        "{% notification_banner heading=o.text title=o.titleText|default:'' success=success takes_focus=takes_focus %}"
        "{% endnotification_banner %}",
        o=options,
        success=options.get("type") == "success",
        takes_focus=not options.get("disableAutoFocus"),
    )


def panel(options: dict[str, Any]) -> str:
    return draw(
        "{% panel title=title level=level %}{{ body|safe }}{% endpanel %}",
        title=options.get("titleText") or options.get("titleHtml"),
        level=options.get("headingLevel", 1),
        body=options.get("html") or options.get("text") or "",
    )


def error_summary(options: dict[str, Any]) -> str:
    problems = [Problem(e["text"], e.get("href", "").removeprefix("#")) for e in options["errorList"]]
    return draw("{% error_summary problems=problems %}", problems=problems)


def pagination(options: dict[str, Any]) -> str:
    drawn = draw(
        "{% pagination newer_url=newer older_url=older label='Pagination' %}",
        newer=options["previous"]["href"],
        older=options["next"]["href"],
    )
    page = '<span class="govuk-visually-hidden"> page</span>'
    return drawn.replace("Newer", f"Previous{page}").replace("Older", f"Next{page}")


DRAW = {
    "button": button,
    "tag": tag,
    "summary-list": summary_list,
    "task-list": task_list,
    "notification-banner": notification_banner,
    "warning-text": lambda o: draw("{% warning_text text=o.text %}", o=o),
    "inset-text": lambda o: draw("{% inset id=id %}{{ o.text }}{% endinset %}", o=o, id=o.get("id", "")),
    "details": lambda o: draw(
        "{% details summary=o.summaryText is_open=open id=id %}{{ o.text }}{% enddetails %}",
        o=o,
        open=bool(o.get("open")),
        id=o.get("id", ""),
    ),
    "panel": panel,
    "error-summary": error_summary,
    "pagination": pagination,
}


@pytest.mark.parametrize(("component", "options", "html"), cases(of_forms=True))
def test_form_group_is_as_published(component: str, options: dict[str, Any], html: str) -> None:
    id_ = options.get("id") or options.get("idPrefix") or options["name"]
    bound = form_of(component, options, name=id_)[id_]
    ours = str(bound).replace(f'name="{id_}"', f'name="{options.get("name", id_)}"')
    # Our three inputs of a date always carry the field's name; so does the published one with a prefix.
    theirs = html if options.get("namePrefix") else html.replace('name="day"', f'name="{id_}-day"')
    for part in ("month", "year"):
        theirs = theirs.replace(f'name="{part}"', f'name="{id_}-{part}"')
    same(ours.replace(f'name="{id_}-', f'name="{options.get("namePrefix", id_)}-'), theirs)


def form_of(component: str, options: dict[str, Any], *, name: str) -> forms.Form:
    heading = options.get("fieldset", {}).get("legend") or options.get("label", {})
    data = {f"{name}-{part['name']}": part["value"] for part in options.get("items", ()) if "name" in part}
    data |= {f"{name}-{key.rpartition('-')[2]}": value for key, value in options.get("values", {}).items()}
    for item in options.get("items", ()):
        if item.get("checked"):
            data[name] = item["value"]
    drawn = type(
        "Drawn",
        (forms.Form,),
        {name: field_of(component, options, label=heading["text"]), "looks": {name: look_of(options, heading)}},
    )(data=data, auto_id="%s", renderer=GovukRenderer())
    if "errorMessage" in options:
        drawn.add_error(name, options["errorMessage"]["text"])
    return drawn


def look_of(options: dict[str, Any], heading: dict[str, Any]) -> Look:
    return Look(
        size=heading.get("classes", "").rpartition("--")[2],
        is_heading=heading.get("isPageHeading", False),
        is_inline="inline" in options.get("classes", ""),
        width="10" if "width-10" in options.get("classes", "") else "",
        characters=options.get("maxlength"),
        words=options.get("maxwords"),
        prefix=options.get("prefix", {}).get("text", ""),
        suffix=options.get("suffix", {}).get("text", ""),
        shows_optional=False,
    )


def field_of(component: str, options: dict[str, Any], *, label: str) -> forms.Field:
    common = {"label": label, "help_text": options.get("hint", {}).get("text", ""), "required": False}
    choices = [(item["value"], item.get("text")) for item in options.get("items", ()) if "value" in item]
    autocomplete = {"autocomplete": options["autocomplete"]} if "autocomplete" in options else {}
    makers: dict[str, Any] = {
        "input": lambda: forms.CharField(max_length=9, **common),
        "textarea": lambda: forms.CharField(widget=forms.Textarea, **common),
        "character-count": lambda: forms.CharField(widget=forms.Textarea, **common),
        "select": lambda: forms.ChoiceField(choices=choices, **common),
        "radios": lambda: forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common),
        "checkboxes": lambda: forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common),
        "date-input": lambda: DateField(**common),
        "file-upload": lambda: forms.FileField(**common),
        "password-input": lambda: forms.CharField(widget=forms.PasswordInput(attrs=autocomplete), **common),
    }
    return makers[component]()

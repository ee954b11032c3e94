"""Changing what a force decided for itself: section by section, each change and each confirmation kept for good."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused, Stale
from ssp.tenancy import catalogue, preferences
from ssp.tenancy.catalogue import Kind, Section, Setting
from ssp.tenancy.models import Force, ForceSettings, SettingAct, SettingChange

# A British mobile number, however it is spaced; 070 are personal numbers too.
MOBILE = re.compile(r"(?<!\d)(?:\+?\s*44[\s().-]*(?:0[\s().-]*)?|0)7(?:[\s().-]*\d){9}(?!\d)")


class SettingRefused(Refused):
    """One setting cannot stand as typed; ``setting`` is its name."""

    def __init__(self, setting: str, message: str, *, rule: str = "") -> None:
        super().__init__(message, rule=rule)
        self.setting = setting


@dataclass(frozen=True)
class Confirmation:
    """What the force's data protection officer confirmed, of whom and when the force told us."""

    settings: tuple[str, ...]
    confirmed_by: str
    confirmed_on: date


def fingerprint(row: ForceSettings, section: Section) -> str:
    """What a page of this section showed, so that nobody writes over somebody else's change unseen."""
    shown = {setting.name: getattr(row, setting.name) for setting in catalogue.of_section(section)}
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def change(
    *,
    force: Force,
    section: Section,
    values: Mapping[str, Any],
    shown: str,
    by: User,
    confirmation: Confirmation | None = None,
) -> ForceSettings:
    """Change settings of one section, or have their values confirmed, or both.

    Args:
        values: the new values by name; names left out stay as they are.
        shown: the `fingerprint` of what the person saw.
        confirmation: what the data protection officer confirmed of the values as they will be.

    Raises:
        NotPermitted: ``by`` may not change the settings of this force.
        Stale: somebody changed this section meanwhile. Nothing was changed.
        SettingRefused: a value is out of its bounds or breaks a rule; it says which.
    """
    decisions.require(by, "settings.edit", force)
    row = _locked(force)
    if shown != fingerprint(row, section):
        raise Stale("Somebody changed these settings after you opened this page. Nothing was saved.")
    wanted = {setting: values[setting.name] for setting in catalogue.of_section(section) if setting.name in values}
    _refuse_strangers(section, [*values, *(confirmation.settings if confirmation else ())])
    changed = [(setting, value) for setting, value in wanted.items() if value != getattr(row, setting.name)]
    before = {setting.name: getattr(row, setting.name) for setting, _ in changed}
    for setting, value in changed:
        _refuse_unfit(setting, value, confirmation)
        setattr(row, setting.name, value)
    _refuse_as_a_whole(row, [setting.name for setting, _ in changed])
    row.save(update_fields=list(before) or None)
    for setting, value in changed:
        _keep(row, setting, before[setting.name], value, by=by)
    if confirmation is not None:
        _confirm(row, confirmation, by=by)
    preferences.forget(force.pk)
    return row


def _locked(force: Force) -> ForceSettings:
    ForceSettings.objects.get_or_create(force=force)
    return ForceSettings.objects.select_for_update(of=("self",)).get(force=force)


def _refuse_strangers(section: Section, names: list[str]) -> None:
    if strange := set(names) - {setting.name for setting in catalogue.of_section(section)}:
        raise LookupError(f"{sorted(strange)} are no settings of the section {section}")


def _refuse_unfit(setting: Setting, value: Any, confirmation: Confirmation | None) -> None:
    candidate = ForceSettings(**{setting.name: value})
    try:
        candidate.clean_fields(exclude=[f.name for f in ForceSettings._meta.fields if f.name != setting.name])
    except ValidationError as error:
        raise SettingRefused(setting.name, " ".join(error.messages)) from error
    if setting.is_public and MOBILE.search(str(value)):
        raise SettingRefused(
            setting.name, "This looks like a mobile number. Give the office’s number: nobody’s own number is published.",
            rule="R7",
        )  # fmt: skip
    if setting.kind is Kind.EMAIL and value and User.objects.filter(email__iexact=value).exists():
        raise SettingRefused(
            setting.name,
            "This is one person’s own address. Give a mailbox that the team shares, so that a leaver’s mail is read.",
        )
    if setting.is_off_until_confirmed and value and (confirmation is None or setting.name not in confirmation.settings):
        raise SettingRefused(
            setting.name,
            "This stays off until your data protection officer has confirmed it. Once they have, tick it again "
            "under “What your data protection officer confirmed”, and say who and when.",
            rule=setting.source,
        )


def _refuse_as_a_whole(row: ForceSettings, changed: list[str]) -> None:
    is_reachable = row.contact_email or row.contact_telephone
    if row.public_page_is_published and not is_reachable:
        culprit = "public_page_is_published" if "public_page_is_published" in changed else "contact_email"
        raise SettingRefused(
            culprit,
            "A published page says how to reach the team: it needs a mailbox or a telephone number. "
            "Give one under “How to reach the team” first, or take the page down.",
        )


def _keep(row: ForceSettings, setting: Setting, old: Any, new: Any, *, by: User) -> None:
    SettingChange.objects.create(
        force_id=row.force_id, setting=setting.name, act=SettingAct.CHANGED, old=_text(old), new=_text(new), by=by
    )
    log.record(
        "settings.changed", row, by=by, details={"field": setting.name, "old": _word(old), "new": _word(new)}
    )  # fmt: skip


def _confirm(row: ForceSettings, confirmation: Confirmation, *, by: User) -> None:
    if confirmation.confirmed_on > timezone.localdate():
        raise SettingRefused("confirmed_on", "The day of the confirmation is still to come.")
    if not confirmation.confirmed_by.strip():
        raise SettingRefused("confirmed_by", "Say who confirmed it.")
    for name in confirmation.settings:
        value = getattr(row, name)
        SettingChange.objects.create(
            force_id=row.force_id, setting=name, act=SettingAct.CONFIRMED, new=_text(value),
            confirmed_by=confirmation.confirmed_by.strip(), confirmed_on=confirmation.confirmed_on, by=by,
        )  # fmt: skip
        log.record("settings.confirmed", row, by=by, details={"field": name, "new": _word(value)})


def _text(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _word(value: Any) -> Any:
    """A value as a line of the log may hold it: a number or a switch as it is, words by their digest (the history has them)."""
    if isinstance(value, bool | int):
        return value
    return f"sha256:{hashlib.sha256(str(value).encode()).hexdigest()[:16]}" if value else "-"

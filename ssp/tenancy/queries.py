"""What does the settings page show that is no record? Values in words, and which of them were confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from ssp.tenancy import catalogue
from ssp.tenancy.catalogue import Kind, Section, Setting
from ssp.tenancy.models import ForceSettings, SettingAct, SettingChange


@dataclass(frozen=True)
class Shown:
    """One setting as the page shows it.

    ``usual`` is the default where something short other than it holds; ``confirmation`` the one for the present value.
    """

    setting: Setting
    value: str
    usual: str
    confirmation: SettingChange | None

    @property
    def is_to_confirm(self) -> bool:
        return self.setting.is_confirmed_by_dpo and self.confirmation is None


@dataclass(frozen=True)
class Part:
    """One section of the page."""

    section: Section
    settings: tuple[Shown, ...]


def parts(row: ForceSettings) -> list[Part]:
    """Every section with its settings, and what of them was confirmed: one statement besides the row."""
    confirmed = confirmations(row)
    return [
        Part(section, tuple(_shown(row, setting, confirmed) for setting in catalogue.of_section(section)))
        for section in Section
    ]


def confirmations(row: ForceSettings) -> dict[str, SettingChange]:
    """By name, the last confirmation of each setting that still has the value it was given for.

    A value that was changed and changed back is confirmed anew: what happened in between may have been the reason.
    """
    last = (
        SettingChange.objects.filter(force_id=row.force_id, setting__in=[s.name for s in catalogue.SETTINGS])
        .order_by("setting", "-id")
        .distinct("setting")
        .select_related("by")
    )
    return {each.setting: each for each in last if each.act == SettingAct.CONFIRMED}


def history(force_id: int) -> QuerySet[SettingChange]:
    """Every change and confirmation of a force, for paging."""
    return SettingChange.objects.filter(force_id=force_id).select_related("by")


@dataclass(frozen=True)
class Past:
    """One line of the history."""

    change: SettingChange
    label: str
    is_long: bool

    @property
    def is_confirmation(self) -> bool:
        return self.change.act == SettingAct.CONFIRMED


def in_words(changes: Sequence[SettingChange]) -> list[Past]:
    """Lines of the history under the labels of the page; a setting that is gone keeps its name."""
    return [_past(each) for each in changes]


def _past(change: SettingChange) -> Past:
    setting = catalogue.BY_NAME.get(change.setting)
    return Past(change, setting.label if setting else change.setting, max(len(change.old), len(change.new)) > 80)


def _shown(row: ForceSettings, setting: Setting, confirmed: dict[str, SettingChange]) -> Shown:
    value = getattr(row, setting.name)
    usual = said(setting, setting.default) if value != setting.default and setting.kind is not Kind.TEXT else ""
    return Shown(setting, said(setting, value), usual, confirmed.get(setting.name))


def said(setting: Setting, value: Any) -> str:
    """A value in words: "21 days", "On", "Not given"."""
    if setting.kind is Kind.SWITCH:
        return "On" if value else "Off"
    if setting.kind is Kind.NUMBER:
        return f"{value:,} {setting.unit if value != 1 else catalogue.ONE[setting.unit]}"
    return str(value)

"""What holds for a force that decided nothing, and does everybody who asks get the same answer?"""

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, IntegrityError, transaction

from ssp.tenancy import catalogue, context, preferences
from ssp.tenancy.context import Context
from ssp.tenancy.models import Force, ForceSettings

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

EXPECTED = {
    "officer_title": "Safer Schools Officer", "officer_title_short": "SSO", "review_first_months": 6,
    "review_then_months": 12, "sign_within_days": 21, "enquiry_answer_hours": 48, "disclosure_acknowledge_hours": 24,
    "reminder_first_days": 3, "reminder_every_days": 7, "reminder_escalate_after": 2, "contacts_confirm_days": 90,
    "notice_days": 28, "suppression_threshold": 5, "near_school_metres": 1000, "asks_consultation_reason": True,
    "sends_encompass_notices": False, "has_duty_to_notify": False, "public_page_is_published": False,
}  # fmt: skip


def of_police(force: Force) -> Context:
    return Context(force_id=force.pk, scope="force", side="police")


def test_every_column_of_the_settings_stands_in_the_catalogue_and_the_other_way_round():
    columns = {f.name for f in ForceSettings._meta.concrete_fields} - {"id", "force"}
    assert columns == set(catalogue.BY_NAME)
    assert len(catalogue.BY_NAME) == len(catalogue.SETTINGS)


@pytest.mark.parametrize("setting", catalogue.SETTINGS, ids=lambda s: s.name)
def test_each_setting_says_its_unit_and_bounds_and_keeps_its_own_default(setting):
    try:
        field = ForceSettings._meta.get_field(setting.name)
    except FieldDoesNotExist:
        pytest.fail(f"{setting.name} is no column")
    assert field.default == setting.default
    if setting.kind is catalogue.Kind.NUMBER:
        assert setting.low <= setting.default <= setting.high
        assert f"In {setting.unit}, from {setting.low:,} to {setting.high:,}." in field.help_text


def test_a_force_without_a_row_has_the_defaults(forces):
    with context.entered(of_police(forces[0])):
        found = preferences.of(forces[0].pk)
    assert {name: getattr(found, name) for name in EXPECTED} == EXPECTED
    assert found.pk is None and found.force_id == forces[0].pk


def test_it_is_read_once_in_a_context_and_again_in_the_next(forces, django_assert_num_queries):
    north = forces[0]
    with context.entered(of_police(north)):
        with django_assert_num_queries(1):
            assert preferences.of(north.pk) is preferences.of(north.pk)
        ForceSettings.objects.create(force=north, notice_days=60)
        assert preferences.of(north.pk).notice_days == 28  # until told to forget
        preferences.forget(north.pk)
        assert preferences.of(north.pk).notice_days == 60
    with context.entered(of_police(north)), django_assert_num_queries(1):
        assert preferences.of(north.pk).notice_days == 60


@pytest.mark.parametrize("setting", list(catalogue.bounded()), ids=lambda s: s.name)
def test_the_database_refuses_a_number_out_of_bounds(forces, setting):
    for value in (setting.low - 1, setting.high + 1):
        with pytest.raises(IntegrityError), context.entered(of_police(forces[0])):
            ForceSettings.objects.create(force=forces[0], **{setting.name: value})
    for value in (setting.low, setting.high):
        with context.entered(of_police(forces[0])), transaction.atomic():
            ForceSettings.objects.update_or_create(force=forces[0], defaults={setting.name: value})


def test_an_officer_is_called_something(forces):
    with pytest.raises(IntegrityError), context.entered(of_police(forces[0])):
        ForceSettings.objects.create(force=forces[0], officer_title="")


def test_the_database_shows_and_changes_settings_of_the_own_force_alone(forces):
    north, south = forces
    with context.entered(of_police(north)):
        ForceSettings.objects.create(force=north, notice_days=60)
    with context.entered(of_police(south)):
        assert not ForceSettings.objects.exists()
        assert preferences.of(north.pk).notice_days == 28
        assert ForceSettings.objects.update(notice_days=1) == 0
    with pytest.raises(DatabaseError, match="row-level security"), context.entered(of_police(south)):
        ForceSettings.objects.create(force=north)


@pytest.mark.parametrize(
    "where",
    [
        {"scope": "school", "side": "school"},
        {"scope": "school", "side": "police"},
        {"scope": "force", "side": "system"},
    ],
)
def test_the_database_lets_schools_and_officers_and_the_service_read_and_nothing_more(forces, where):
    north = forces[0]
    with context.entered(of_police(north)):
        ForceSettings.objects.create(force=north, notice_days=60)
    with context.entered(Context(force_id=north.pk, **where)):
        assert preferences.of(north.pk).notice_days == 60
        assert ForceSettings.objects.update(notice_days=1) == 0
    with context.entered(of_police(north)):
        assert preferences.of(north.pk).notice_days == 60

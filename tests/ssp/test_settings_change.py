"""Who may change a force's settings, what is refused, and what is kept of it?"""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone
from world import client_of

from partnerships.models import Agreement
from partnerships.queries import review_due_on
from partnerships.services.agreements import time_to_sign
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.audit.models import AuditEvent
from ssp.documents.models import Document
from ssp.refusals import NotPermitted, Stale
from ssp.tenancy import catalogue, context, preferences, queries
from ssp.tenancy.catalogue import Section
from ssp.tenancy.context import Context
from ssp.tenancy.models import ForceSettings, SettingAct, SettingChange
from ssp.tenancy.services import preferences as services
from ssp.tenancy.services.preferences import Confirmation, SettingRefused
from ssp.ui.context_processors import Page

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def world(shared):
    return shared


def change(world, section, who="amara", *, shown="", confirmation=None, **values):
    with world.acting(who) as by:
        force = world.forces["northshire"]
        seen = shown or services.fingerprint(preferences.of(force.pk), section)
        return services.change(
            force=force, section=section, values=values, shown=seen, by=by, confirmation=confirmation
        )  # fmt: skip


def now(world, who="amara"):
    with world.acting(who):
        return preferences.of(world.forces["northshire"].pk)


def lines(world, event):
    with context.entered(context.system(world.forces["northshire"].pk)):
        return list(AuditEvent.objects.filter(event=event).order_by("id").values_list("details", flat=True))


def history(world):
    with world.acting("amara"):
        return list(SettingChange.objects.order_by("id").values_list("setting", "act", "old", "new", "by__name"))


def typed(section, row, **changes):
    """What a browser sends from the page of a section."""
    values = {setting.name: getattr(row, setting.name) for setting in catalogue.of_section(section)}
    values = {name: "on" if value is True else value for name, value in values.items() if value is not False}
    return values | {"shown": services.fingerprint(row, section)} | changes


# What is kept -----------------------------------------------------------------------------------------------------


def test_a_change_holds_at_once_and_is_kept_with_its_old_value_and_logged(world):
    change(world, Section.AGREEMENTS, notice_days=60, sign_within_days=21)
    assert now(world).notice_days == 60
    assert now(world, "dev").notice_days == 60, "the school's side reads what holds for it"
    assert history(world) == [("notice_days", "changed", "28", "60", world.users["amara"].name)]
    assert lines(world, "settings.changed") == [{"field": "notice_days", "old": 28, "new": 60}]


def test_words_stand_in_the_history_and_in_the_log_by_their_digest_alone(world):
    change(world, Section.OFFICER, officer_title="Safer Schools Partnership Officer")
    (line,) = lines(world, "settings.changed")
    assert line["field"] == "officer_title" and line["new"].startswith("sha256:") and "Partnership" not in str(line)
    assert history(world)[0][2:4] == ("Safer Schools Officer", "Safer Schools Partnership Officer")


def test_what_was_not_changed_is_not_kept(world):
    change(world, Section.AGREEMENTS, notice_days=28, sign_within_days=21)
    assert history(world) == [] and lines(world, "settings.changed") == []


def test_the_history_cannot_be_changed_nor_removed(world):
    change(world, Section.AGREEMENTS, notice_days=60)
    for sql in ("update tenancy_settingchange set new = '1'", "delete from tenancy_settingchange"):
        with pytest.raises(DatabaseError), world.acting("amara"), connection.cursor() as cursor:
            cursor.execute(sql)


def test_schools_and_officers_do_not_see_the_history(world):
    change(world, Section.AGREEMENTS, notice_days=60)
    for scope, side in (("school", "school"), ("school", "police"), ("force", "system")):
        force_id = world.forces["northshire"].pk
        with context.entered(Context(force_id=force_id, scope=scope, side=side)):
            assert not SettingChange.objects.exists()
    with world.acting("clara"):
        assert not SettingChange.objects.exists()


# Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["esi", "tom", "noor", "dev", "gwen", "pia", "clara"])
def test_only_the_coordinator_of_the_force_changes_its_settings(world, who):
    shown = services.fingerprint(now(world), Section.AGREEMENTS)
    with pytest.raises(NotPermitted):
        change(world, Section.AGREEMENTS, who, shown=shown, notice_days=1)
    assert now(world).notice_days == 28


@pytest.mark.parametrize(("who", "reads"), [("amara", 200), ("tom", 200), ("noor", 200), ("esi", 403), ("dev", 403)])
def test_coordinator_sergeant_and_auditor_read_them(world, who, reads):
    client = client_of(world, who)
    for name in ("settings-view", "settings-history", "force-preview"):
        assert client.get(reverse(name)).status_code == reads, name
    for name in ("settings-logo",):
        assert client.get(reverse(name)).status_code == (200 if who == "amara" else 403)
    page = client.get(reverse("settings-view"))
    assert (b"Change<span" in page.content) == (who == "amara")


# What is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", list(catalogue.bounded()), ids=lambda s: s.name)
def test_a_number_out_of_bounds_is_refused_by_service_and_page_and_nothing_typed_is_lost(world, setting):
    for value in (setting.low - 1, setting.high + 1):
        with pytest.raises(SettingRefused) as refused:
            change(world, setting.section, **{setting.name: value})
        assert refused.value.setting == setting.name
    row = now(world)
    sent = typed(setting.section, row, **{setting.name: setting.high + 1})
    response = client_of(world, "amara").post(reverse("settings-edit", args=[setting.section]), sent)
    assert response.status_code == 200
    page = response.content.decode()
    assert f"Enter a whole number of {setting.unit} from {setting.low:,} to {setting.high:,}." in page
    assert f'value="{setting.high + 1}"' in page
    assert history(world) == []


def test_a_small_number_of_children_is_never_shown(world):
    with pytest.raises(SettingRefused):
        change(world, Section.PROTECTION, suppression_threshold=4)


@pytest.mark.parametrize(
    ("section", "name", "value", "words"),
    [
        (Section.OFFICER, "officer_title", "", "Enter title of the officer"),
        (Section.OFFICER, "officer_title", "x" * 61, "no more than 60 characters"),
        (Section.AGREEMENTS, "notice_days", "soon", "Enter a whole number of days"),
        (Section.AGREEMENTS, "notice_days", "9" * 400, "Enter a whole number of days"),
        (Section.CONTACTS, "contact_email", "team at police", "Enter an e-mail address"),
        (Section.CONTACTS, "contact_telephone", "ring us", "Enter a telephone number"),
        (Section.CONTACTS, "contact_telephone", "07700 900123", "looks like a mobile number"),
        (Section.CONTACTS, "contact_telephone", "+44 (0)7700 900 123", "looks like a mobile number"),
        (Section.CONTACTS, "dpo_contact", "Ring Sam on 07700-900-123", "looks like a mobile number"),
        (Section.PUBLIC_PAGE, "public_about", "x" * 2001, "no more than 2,000 characters"),
        (Section.PUBLIC_PAGE, "public_officer", "Call Ben: 07700900123", "looks like a mobile number"),
        (Section.PUBLIC_PAGE, "public_page_is_published", "on", "how to reach the team"),
        (Section.PROTECTION, "has_duty_to_notify", "on", "stays off until your data protection officer"),
        (Section.PROTECTION, "sends_encompass_notices", "on", "stays off until your data protection officer"),
        (Section.PROTECTION, "confirmed_by", "Pat Lee, DPO", "Choose what they confirmed"),
        (Section.PROTECTION, "confirms", "asks_consultation_reason", "Select a valid choice"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_explained_and_kept(world, section, name, value, words):
    sent = typed(section, now(world), **{name: value})
    response = client_of(world, "amara").post(reverse("settings-edit", args=[section]), sent)
    assert response.status_code == 200 and words in response.content.decode()
    assert history(world) == []


def test_a_persons_own_address_is_no_mailbox_of_the_team(world):
    with pytest.raises(SettingRefused, match="one person’s own address"):
        change(world, Section.CONTACTS, contact_email=world.users["tom"].email.upper())


def test_the_last_contact_of_a_published_page_cannot_be_taken_away(world):
    change(world, Section.CONTACTS, contact_email="schools@northshire.police.example")
    change(world, Section.PUBLIC_PAGE, public_page_is_published=True)
    with pytest.raises(SettingRefused, match="how to reach the team"):
        change(world, Section.CONTACTS, contact_email="")


def test_hostile_words_come_out_as_plain_text(world):
    title = "Officer\0\u202e\x1b[31m <script>alert(1)</script>"
    sent = typed(Section.OFFICER, now(world), officer_title=title)
    client = client_of(world, "amara")
    assert client.post(reverse("settings-edit", args=[Section.OFFICER]), sent).status_code == 302
    assert now(world).officer_title == "Officer <script>alert(1)</script>"
    assert b"<script>alert" not in client.get(reverse("settings-view")).content


def test_a_section_takes_its_own_settings_alone(world):
    with pytest.raises(LookupError):
        change(world, Section.AGREEMENTS, suppression_threshold=6)
    sent = typed(Section.AGREEMENTS, now(world), suppression_threshold=19, force="2", id="9", has_duty_to_notify="on")
    assert client_of(world, "amara").post(reverse("settings-edit", args=["agreements"]), sent).status_code == 302
    assert history(world) == []


# Two at once ------------------------------------------------------------------------------------------------------


def test_the_second_of_two_coordinators_is_told_and_keeps_what_was_typed(world):
    sent = typed(Section.AGREEMENTS, now(world), notice_days=90)
    change(world, Section.AGREEMENTS, notice_days=60)
    client = client_of(world, "amara")
    page = client.post(reverse("settings-edit", args=["agreements"]), sent)
    text = page.content.decode()
    assert "Somebody changed these settings" in text and "60 days" in text and 'value="90"' in text
    assert now(world).notice_days == 60
    again = sent | {"shown": page.context["form"].data["shown"]}
    assert client.post(reverse("settings-edit", args=["agreements"]), again).status_code == 302
    assert now(world).notice_days == 90


def test_a_change_of_another_section_disturbs_nobody(world):
    shown = services.fingerprint(now(world), Section.AGREEMENTS)
    change(world, Section.CLOCKS, enquiry_answer_hours=24)
    change(world, Section.AGREEMENTS, shown=shown, notice_days=60)
    assert (now(world).notice_days, now(world).enquiry_answer_hours) == (60, 24)


def test_what_somebody_never_saw_is_not_changed(world):
    with pytest.raises(Stale):
        change(world, Section.AGREEMENTS, shown="0" * 64, notice_days=60)
    with world.acting("amara"):
        assert not ForceSettings.objects.exists()


# The data protection officer --------------------------------------------------------------------------------------


def confirmed(world):
    with world.acting("amara"):
        return queries.confirmations(preferences.of(world.forces["northshire"].pk))


def test_a_confirmation_says_who_and_when_and_ends_with_the_value_it_was_given_for(world):
    said = Confirmation(("suppression_threshold", "police_notes_months"), "Pat Lee, DPO", TODAY)
    change(world, Section.PROTECTION, confirmation=said, suppression_threshold=10)
    assert set(confirmed(world)) == {"suppression_threshold", "police_notes_months"}
    assert confirmed(world)["suppression_threshold"].confirmed_by == "Pat Lee, DPO"
    assert confirmed(world)["suppression_threshold"].confirmed_on == TODAY
    assert [line["field"] for line in lines(world, "settings.confirmed")] == list(said.settings)
    page = client_of(world, "noor").get(reverse("settings-view")).content.decode()
    assert "by Pat Lee, DPO on" in page and "Confirm with your data protection officer" in page
    change(world, Section.PROTECTION, suppression_threshold=12)
    change(world, Section.PROTECTION, suppression_threshold=10)
    assert set(confirmed(world)) == {"police_notes_months"}


def test_a_feature_that_waits_for_the_law_is_switched_on_with_the_confirmation_and_not_without(world):
    with pytest.raises(SettingRefused) as refused:
        change(world, Section.PROTECTION, has_duty_to_notify=True)
    assert refused.value.rule == "R20"
    other = Confirmation(("suppression_threshold",), "Pat Lee", TODAY)
    with pytest.raises(SettingRefused):
        change(world, Section.PROTECTION, confirmation=other, has_duty_to_notify=True)
    assert not now(world).has_duty_to_notify and history(world) == []
    sent = typed(
        Section.PROTECTION, now(world), has_duty_to_notify="on", confirms="has_duty_to_notify", confirmed_by="Pat Lee",
        **{"confirmed_on-day": "20", "confirmed_on-month": "11", "confirmed_on-year": "2026"},
    )  # fmt: skip
    assert client_of(world, "amara").post(reverse("settings-edit", args=["data-protection"]), sent).status_code == 302
    assert now(world).has_duty_to_notify
    change(world, Section.PROTECTION, has_duty_to_notify=False)
    assert not now(world).has_duty_to_notify


def test_nobody_has_confirmed_tomorrow_and_nobody_is_nobody(world):
    tomorrow = timezone.localdate() + timedelta(days=1)
    for who, on in (("Pat Lee", tomorrow), ("  ", TODAY)):
        with pytest.raises(SettingRefused):
            change(world, Section.PROTECTION, confirmation=Confirmation(("suppression_threshold",), who, on))
    assert confirmed(world) == {}


def test_the_database_keeps_no_confirmation_without_a_name_and_a_day(world):
    with pytest.raises(DatabaseError), world.acting("amara") as by:
        SettingChange.objects.create(
            force=world.forces["northshire"], setting="x", act=SettingAct.CONFIRMED, new="1", by=by
        )  # fmt: skip


# The history page -------------------------------------------------------------------------------------------------


def test_the_history_is_paged_and_bounded(world, django_assert_max_num_queries):
    with world.acting("amara") as by:
        SettingChange.objects.bulk_create(
            SettingChange(force=world.forces["northshire"], setting="notice_days", act="changed", old="1", new=f"{n}", by=by)
            for n in range(120)
        )  # fmt: skip
    client = client_of(world, "amara")
    with django_assert_max_num_queries(30):
        first = client.get(reverse("settings-history"))
    assert first.content.count(b'class="ssp-work__item"') == 50 and first.context["older_url"]
    last = client.get(reverse("settings-history") + first.context["older_url"])
    assert last.content.count(b'class="ssp-work__item"') == 50


# Where they are read ----------------------------------------------------------------------------------------------


def test_an_officer_is_called_on_the_pages_what_the_force_calls_them(world):
    change(world, Section.OFFICER, officer_title="Youth Engagement Officer", officer_title_short="YEO")
    today = timezone.localdate()
    with world.acting("tom") as by:
        memberships.give(
            user=world.users["ben"], role=Role.OFFICER, force=world.forces["northshire"], school=world.schools["ashfield"],
            starts_on=today, by=by,
        )  # fmt: skip
    page = client_of(world, "amara").get(reverse("accounts:people"))
    assert page.content.decode().count("Youth Engagement Officer") > 1  # the role held, and the role to look for
    assert "Youth Engagement Officer" in client_of(world, "ben").get("/account/").content.decode()
    for shown in (page, client_of(world, "amara").get(reverse("accounts:invite"))):
        assert "Safer Schools officer" not in shown.content.decode()
    with world.acting("dev"):
        frame = Page(force_id=world.forces["northshire"].pk)
        assert (frame.officer_title, frame.officer_title_short) == ("Youth Engagement Officer", "YEO")
    assert preferences.role_called("head_teacher", force_id=world.forces["northshire"].pk) == "Head teacher"


def test_time_to_sign_and_reviews_follow_the_settings(world):
    sealed = Document(sealed_at=timezone.now() - timedelta(days=1))
    agreement = Agreement(force=world.forces["northshire"], status="in_force", sealed=sealed)
    agreement.last_review_on = None  # type: ignore[attr-defined] # as `with_last_review` reads it
    with world.acting("amara"):
        before = review_due_on(agreement)
        assert time_to_sign(agreement.force_id) == timedelta(days=21)
    change(world, Section.AGREEMENTS, sign_within_days=10, review_first_months=2)
    with world.acting("amara"):
        assert time_to_sign(agreement.force_id) == timedelta(days=10)
        assert review_due_on(agreement) < before

"""Given somebody about to sign, when the text is another one by then, then nothing is signed and the page says so."""

import re

from acts import comes_in, confirms, fresh, reads, sent, signatures
from django.db import connections, transaction
from playwright.sync_api import expect
from psycopg2 import sql
from signing_in import code


def when_the_database_is_changed_behind_the_service(agreement, column, value):
    """As somebody with the owner's password could: the trigger that fixes an issued text is switched off for a moment."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("alter table partnerships_agreement disable trigger user")
        cursor.execute("alter table partnerships_agreement no force row level security")
        change = sql.SQL("update partnerships_agreement set {} = %s where id = %s").format(sql.Identifier(column))
        cursor.execute(change, [value, agreement.pk])
        assert cursor.rowcount == 1
        cursor.execute("alter table partnerships_agreement force row level security")
        cursor.execute("alter table partnerships_agreement enable trigger user")


def when_the_button_is_pressed(page, who):
    page.get_by_label("Security code").fill(code(who))
    page.get_by_label("Type your full name").fill(who.name)
    page.get_by_role("button", name=re.compile("^Sign the")).click()


def given_a_head_about_to_sign(new_page, world):
    agreement, head = sent(world, "ashfield"), world.users["dev"]
    page = comes_in(new_page(), head)
    reads(page, agreement)
    confirms(page)
    return page, agreement, head


def test_withdrawn_and_sent_anew_meanwhile(new_page, world, complaints):
    page, agreement, head = given_a_head_about_to_sign(new_page, world)
    coordinator = comes_in(new_page(), world.users["amara"])
    coordinator.goto(f"/agreements/{agreement.pk}/")
    coordinator.get_by_role("link", name="Withdraw it").click()
    coordinator.get_by_label("Why?").fill("The hours were wrong.")
    coordinator.get_by_role("button", name="Withdraw").click()
    expect(coordinator.get_by_text("The hours were wrong.")).to_be_visible()
    renewed = sent(world, "ashfield", response_time="1 school day")
    when_the_button_is_pressed(page, head)
    expect(page.get_by_role("main")).to_contain_text("nothing was done")
    assert (signatures(agreement), signatures(renewed)) == ([], [])
    assert fresh(agreement).status == "withdrawn"
    page.goto(f"/agreements/{renewed.pk}/sign/")
    expect(page).to_have_url(re.compile(f"/agreements/{renewed.pk}/read/$"))  # what was read was another text
    complaints.clear()


def test_another_text_while_reading(new_page, world, complaints):
    agreement, head = sent(world, "ashfield"), world.users["dev"]
    page = comes_in(new_page(), head)
    page.goto(f"/agreements/{agreement.pk}/read/")
    when_the_database_is_changed_behind_the_service(agreement, "fingerprint", "0" * 64)
    page.get_by_role("button", name="I have read it: continue").click()
    expect(page.get_by_role("main")).to_contain_text("The text is not the one you were shown. Nothing was signed.")
    complaints.clear()


def test_another_text_after_confirming(new_page, world, complaints):
    page, agreement, head = given_a_head_about_to_sign(new_page, world)
    when_the_database_is_changed_behind_the_service(agreement, "fingerprint", "0" * 64)
    when_the_button_is_pressed(page, head)
    expect(page.get_by_role("main")).to_contain_text("The text is not the one you were shown. Nothing was signed.")
    assert signatures(agreement) == []
    complaints.clear()


def test_another_file_after_confirming(new_page, world, complaints):
    page, agreement, head = given_a_head_about_to_sign(new_page, world)
    when_the_database_is_changed_behind_the_service(agreement, "body_sha256", "0" * 64)
    when_the_button_is_pressed(page, head)
    expect(page.get_by_role("main")).to_contain_text("The PDF is not the one you were shown. Nothing was signed.")
    assert signatures(agreement) == []
    complaints.clear()

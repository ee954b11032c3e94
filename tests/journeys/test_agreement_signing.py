"""Given an invitation, when both sides sign what was sent, then a stranger can tell the sealed file from a changed one."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from acts import LIMIT, confirms, fresh, reads, reads_and_signs, sent, signatures, signs, signs_in
from django.db import transaction
from playwright.sync_api import Page, expect
from signing_in import code_at

from partnerships.models import Agreement, Party
from ssp.accounts.models import User
from ssp.documents import pki
from ssp.documents.demo import port_of, prepared
from ssp.tenancy import context

EMAIL, NAME, PASSWORD = "nadia.hart@dunmore.example", "Nadia Hart", "copper lantern by the weir"


@pytest.fixture
def gate(seal_folder: Path) -> Iterator[threading.Event]:
    """A time-stamp authority that answers only once its gate is open, so that a page can be seen while it waits."""
    opened = threading.Event()
    server = pki.time_stamp_server(seal_folder, port=port_of(prepared(seal_folder, {})))
    at_once = server.RequestHandlerClass

    def answer(handler) -> None:
        opened.wait(60)
        at_once.do_POST(handler)

    server.RequestHandlerClass = type("Gated", (at_once,), {"do_POST": answer})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield opened
    opened.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_from_the_invitation_to_a_seal_a_stranger_verifies(new_page, world, worker, gate, tmp_path):
    agreement = sent(world, "dunmore")
    when_the_coordinator_invites_a_head(signs_in(new_page(), world, "amara"))
    head = new_page()
    head.goto(re.search(r"http\S+", worker.letter(EMAIL, "invited"))[0])
    when_the_account_is_opened_with_password_and_app(head)
    then_home_asks_to_sign(head, agreement)
    reads(head, agreement)
    confirms(head)
    signs(head, User.objects.get(email=EMAIL))
    expect(head.get_by_text("A police signatory countersigns next")).to_be_visible()
    worker.letter("esi@northshire.police.example", "")
    signatory = signs_in(new_page(), world, "esi")
    worker.freeze()
    reads_and_signs(signatory, agreement, world.users["esi"], party=Party.POLICE)
    then_the_page_follows_the_sealing(signatory, agreement, worker, gate)
    assert signatures(agreement) == [("school", NAME, "totp"), ("police", "Esi Mensah", "totp")]
    file = downloaded(signatory, tmp_path)
    assert worker.letter(EMAIL, "in force")
    then_a_stranger_can_tell(new_page(), file, fresh(agreement))


def when_the_coordinator_invites_a_head(page: Page) -> None:
    page.get_by_role("link", name="People").click()
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Head teacher").check()
    page.get_by_label(re.compile("^School")).fill("990004")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("rowheader", name=EMAIL)).to_be_visible()


def when_the_account_is_opened_with_password_and_app(page: Page) -> None:
    page.get_by_label("Your full name").fill(NAME)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    secret = page.locator("#totp-secret").inner_text()
    page.get_by_label("Code from the app").fill(code_at(secret, page.evaluate("Math.floor(Date.now() / 30000)")))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_role("button", name="Accept").click()


def then_home_asks_to_sign(page: Page, agreement: Agreement) -> None:
    expect(page.get_by_role("heading", name="2 things need you")).to_be_visible()  # the other is to appoint a SPOC
    page.get_by_role("link", name="Sign the protocol, version 1").click()
    expect(page).to_have_url(re.compile(f"/agreements/{agreement.pk}/read/$"))


def then_the_page_follows_the_sealing(page: Page, agreement: Agreement, worker, gate: threading.Event) -> None:
    """Each stage is held until the page shows it; the mark proves that the page was never loaded again."""
    page.evaluate("window.isTheSamePage = true")
    then_the_stage_is(page, "Queued")
    with transaction.atomic(), context.entered(context.system(agreement.force_id)):
        Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
        worker.wake()
        then_the_stage_is(page, "Rendering")
    then_the_stage_is(page, "Sealing")
    expect(page.get_by_role("heading", name="Your signature is recorded")).to_be_visible()
    assert fresh(agreement).status == "countersigned"  # never in force before the seal exists
    gate.set()
    expect(page.get_by_role("button", name="Download the sealed PDF")).to_be_visible(timeout=LIMIT)
    assert page.evaluate("window.isTheSamePage")
    assert fresh(agreement).status == "in_force"


def then_the_stage_is(page: Page, name: str) -> None:
    stage = page.get_by_role("listitem").filter(has_text=re.compile(f"^\\s*{name}:"))
    now = stage.filter(has_text=re.compile(r"Now\s*$"))
    expect(now).to_be_visible(timeout=LIMIT)


def downloaded(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the sealed PDF").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF-")
    return file


def then_a_stranger_can_tell(page: Page, file: Path, agreement: Agreement) -> None:
    changed = file.with_name("changed.pdf")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    for given, verdict in ((file, "Genuine and in force"), (changed, "Not genuine")):
        page.goto("/verify/")
        page.locator("input[type=file]").set_input_files(given)
        page.get_by_role("button", name="Check this file").click()
        expect(page.get_by_role("heading", name=verdict)).to_be_visible()
    for reference, verdict in ((agreement.verification_code, "Genuine and in force"), ("A" * 26, "Not genuine")):
        page.goto("/verify/")
        page.get_by_label("reference", exact=False).fill(reference)
        page.get_by_role("button", name="Check this reference").click()
        expect(page.get_by_role("heading", name=verdict)).to_be_visible()

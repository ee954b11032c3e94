"""Do the pages do what the services do, say what is wrong, and keep what was typed?"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from signing_in import code
from world import client_of, fresh, go, issued, work

from officers.demo import blanks
from officers.demo.world import DSA, PROTOCOL, draft, slugs
from partnerships import worklist
from partnerships.models import Agreement, Party, Step
from partnerships.services import agreements, families, sealing
from partnerships.workflow import AgreementStatus
from ssp.documents import verify
from ssp.documents.demo import demo_seals
from ssp.models import Task, TaskState
from ssp.refusals import Refused
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def agreement(shared, body):
    return issued(shared, body)


@pytest.fixture
def head(shared):
    return client_of(shared, "dev")


def page(agreement, name):
    return f"/agreements/{agreement.pk}/{name}/"


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def signs(client, user, agreement, verb="sign", **changed):
    now = fresh(agreement)
    data = {"fingerprint": now.fingerprint, "body_sha256": now.body_sha256, "typed_name": user.name, "code": code(user)}
    return client.post(page(agreement, verb), data | changed)


def confirmed(client, agreement):
    shown = {"fingerprint": fresh(agreement).fingerprint}
    client.get(page(agreement, "read"))
    client.post(page(agreement, "read"), shown)
    return client.post(page(agreement, "confirm"), {**shown, "has_authority": "on", "consents": "on"})


def test_from_reading_to_the_sealed_file(shared, agreement, head, tmp_path):
    """The whole journey of both parties through their pages."""
    assert confirmed(head, agreement)["Location"] == page(agreement, "sign")
    assert signs(head, shared.users["dev"], agreement)["Location"] == page(agreement, "signed")
    done = text(head.get(page(agreement, "signed")))
    assert "Your signature is recorded" in done and "It is not in force yet" in done
    police = client_of(shared, "esi")
    assert confirmed(police, agreement)["Location"] == page(agreement, "countersign")
    assert signs(police, shared.users["esi"], agreement, "countersign")["Location"] == page(agreement, "signed")
    assert "being sealed" in text(police.get(page(agreement, "signed")))
    assert police.get(f"/agreements/{agreement.pk}/sealed.pdf").status_code == 404
    with demo_seals(tmp_path, slugs()):
        work(shared)
        file = head.get(f"/agreements/{agreement.pk}/sealed.pdf")
        verdict = verify.verify_file(file.content)
    assert verdict.is_genuine and verdict.body_sha256 == fresh(agreement).body_sha256
    assert "In force" in text(head.get(f"/agreements/{agreement.pk}/"))
    home = text(head.get("/"))
    assert f"In force, {agreement.reference}" in home and "None in force" in home
    assert "Your partnership" not in text(police.get("/"))


@pytest.mark.parametrize(("asked", "leads_to"), [("confirm", "read"), ("sign", "read")])
def test_a_page_ahead_of_its_turn_leads_back(agreement, head, asked, leads_to):
    assert head.get(page(agreement, asked))["Location"] == page(agreement, leads_to)


def test_reading_then_skipping_the_confirmation_leads_back(agreement, head):
    head.get(page(agreement, "read"))
    head.post(page(agreement, "read"), {"fingerprint": agreement.fingerprint})
    assert head.get(page(agreement, "sign"))["Location"] == page(agreement, "confirm")


def test_downloading_counts_as_reading(agreement, head):
    head.get(page(agreement, "read"))
    file = head.post(f"/agreements/{agreement.pk}/text.pdf", {"fingerprint": agreement.fingerprint})
    assert file.content.startswith(b"%PDF")
    assert head.get(page(agreement, "confirm")).status_code == 200


def test_looking_at_the_text_by_link_is_not_reading_it(agreement, head):
    head.get(page(agreement, "read"))
    head.get(f"/agreements/{agreement.pk}/text.pdf")
    assert head.get(page(agreement, "confirm")).status_code == 302


def test_confirming_needs_both_ticks(agreement, head):
    head.get(page(agreement, "read"))
    head.post(page(agreement, "read"), {"fingerprint": agreement.fingerprint})
    answer = head.post(page(agreement, "confirm"), {"fingerprint": agreement.fingerprint, "has_authority": "on"})
    assert answer.status_code == 200 and "Confirm that you agree to sign electronically." in text(answer)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"typed_name": ""}, "Type your full name to sign."),
        ({"typed_name": "Dev Okafour"}, "Type your full name as we have it: Dev Okafor."),
        ({"code": "000000"}, "code"),
        ({"code": ""}, "code"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_signed(shared, agreement, head, changed, said):
    confirmed(head, agreement)
    answer = signs(head, shared.users["dev"], agreement, **changed)
    assert answer.status_code == 200 and said in text(answer) and "There is a problem" in text(answer)
    assert fresh(agreement).status == AgreementStatus.ISSUED


def test_a_code_that_fits_is_not_asked_for_again_after_a_wrong_name(shared, agreement, head):
    confirmed(head, agreement)
    answer = signs(head, shared.users["dev"], agreement, typed_name="")
    assert "Your second step is confirmed" in text(answer)
    assert signs(head, shared.users["dev"], agreement, code="")["Location"] == page(agreement, "signed")


def test_a_second_press_shows_the_first_ones_result(shared, agreement, head):
    confirmed(head, agreement)
    signs(head, shared.users["dev"], agreement)
    assert signs(head, shared.users["dev"], agreement)["Location"] == page(agreement, "signed")
    for name in ("confirm", "sign"):
        assert head.get(page(agreement, name))["Location"] == page(agreement, "signed")


@pytest.mark.parametrize("act", ["read", "confirm", "sign", "decline"])
def test_withdrawn_while_somebody_reads_is_said_in_words(shared, agreement, head, act):
    confirmed(head, agreement)
    with shared.acting("amara") as by:
        agreements.withdraw(agreement=agreement, reason="A wrong address.", by=by)
    answer = head.post(page(agreement, act), {"fingerprint": agreement.fingerprint, "reason": "No."})
    assert answer.status_code == 409 and "withdrawn" in text(answer)


@pytest.mark.parametrize("name", ["fingerprint", "body_sha256"])
def test_a_forged_field_is_refused(shared, agreement, head, name):
    """F1."""
    confirmed(head, agreement)
    assert signs(head, shared.users["dev"], agreement, **{name: "0" * 64}).status_code == 409


def test_a_spoc_sees_and_may_not_sign(shared, agreement):
    spoc = client_of(shared, "gwen")
    shown = text(spoc.get(f"/agreements/{agreement.pk}/"))
    assert "Waits for the head teacher" in shown and "Read and sign" not in shown
    assert spoc.get(page(agreement, "read")).status_code == 200
    for name in ("confirm", "sign", "decline", "withdraw", "issue", "edit"):
        assert spoc.get(page(agreement, name)).status_code == 403, name
    for name in ("read", "confirm", "sign", "decline"):
        assert spoc.post(page(agreement, name), {"fingerprint": agreement.fingerprint}).status_code in {403, 409}, name


@pytest.mark.parametrize("who", ["ruth", "ivy", "clara", "dan"])
def test_to_others_an_agreement_does_not_exist(shared, agreement, who):
    other = client_of(shared, who)
    for name in ("", "read/", "confirm/", "signed/", "text.pdf", "sealed.pdf", "progress/"):
        assert other.get(f"/agreements/{agreement.pk}/{name}").status_code in {403, 404}, name
    assert other.get(f"/agreements/{agreement.pk}/").status_code == 404


def test_staff_open_no_agreement_at_all(shared, agreement):
    assert client_of(shared, "maya").get("/agreements/").status_code == 403


def test_declining_tells_both_sides_and_asks_for_a_reason(shared, agreement, head):
    answer = head.post(page(agreement, "decline"), {"fingerprint": agreement.fingerprint, "clause": "", "reason": ""})
    assert answer.status_code == 200 and "Say why the school declines" in text(answer)
    clause = agreements.clause_keys(agreement)[2]
    data = {"fingerprint": agreement.fingerprint, "clause": clause, "reason": "Two days are too many."}
    assert head.post(page(agreement, "decline"), data).status_code == 302
    assert "Two days are too many." in text(client_of(shared, "amara").get(f"/agreements/{agreement.pk}/"))
    assert told(agreement, "agreement_declined") == {shared.users[key].pk for key in ("dev", "amara")}


def told(agreement, template):
    with context.entered(context.system(agreement.force_id)):
        return {t.payload["to"] for t in Task.objects.filter(key__startswith=f"mail:{template}:{agreement.pk}:")}


def test_from_the_school_to_a_sent_agreement(shared):
    """The coordinator's pages: choose, fill in, correct, read through, send."""
    amara, school = client_of(shared, "amara"), shared.schools["cedar"]
    assert "Cedar Grove" in text(amara.get("/agreements/new/", {"q": "cedar"}))
    address = f"/agreements/new/?school={school.pk}&template={shared.templates['northshire', DSA].pk}"
    values = posted(blanks.of(DSA, school))
    missing = amara.post(address, {**values, "school_dpo": "", "force_dpo": "Somebody Else"})
    assert (
        missing.status_code == 200
        and "There is a problem" in text(missing)
        and "Somebody Else" in missing.content.decode()
    )
    answer = amara.post(address, values)
    assert answer.status_code == 302, re.findall(r"error-message.*", answer.content.decode())
    with shared.acting("amara"):
        made = Agreement.objects.get(school=school, kind=DSA)
    assert "Send to the head teacher" in text(amara.get(page(made, "issue")))
    late = posted({"sign_by": made.ends_on + timedelta(days=1)})
    assert "Ask for the signature by a day" in text(amara.post(page(made, "issue"), late))
    assert amara.post(page(made, "issue"), posted({"sign_by": timezone.localdate()})).status_code == 302
    assert fresh(made).status == AgreementStatus.ISSUED
    assert amara.get(page(made, "edit")).status_code == 409


def posted(values):
    found = {}
    for name, value in values.items():
        if hasattr(value, "isoformat"):
            found |= {f"{name}-day": value.day, f"{name}-month": value.month, f"{name}-year": value.year}
        else:
            found[name] = value
    return found


def test_a_second_draft_beside_one_on_its_way_is_refused_and_keeps_what_was_typed(shared, agreement):
    amara, school = client_of(shared, "amara"), agreement.school
    address = f"/agreements/new/?school={school.pk}&template={agreement.template_id}"
    answer = amara.post(address, posted(blanks.of(PROTOCOL, school, officer_days="every second Sunday")))
    assert answer.status_code == 200 and "already on its way" in text(answer)
    assert "every second Sunday" in answer.content.decode()


def test_choosing_no_document_is_said(shared):
    answer = client_of(shared, "amara").get("/agreements/new/", {"school": shared.schools["cedar"].pk, "chosen": "1"})
    assert "There is a problem" in text(answer)


def test_the_next_agreement_starts_with_what_the_last_one_said(shared, agreement):
    amara = client_of(shared, "amara")
    amara.post(page(agreement, "withdraw"), {"reason": "A new one comes."})
    closed = amara.get(f"/agreements/{agreement.pk}/").content.decode()
    address = f"/agreements/new/?school={agreement.school_id}"
    assert address in closed
    form = amara.get(f"{address}&template={agreement.template_id}").content.decode()
    assert agreement.variables["school_site"] in form


def test_withdrawing_needs_a_reason_once_the_school_has_it(shared, agreement):
    amara = client_of(shared, "amara")
    assert "Say why it is withdrawn" in text(amara.post(page(agreement, "withdraw"), {"reason": ""}))
    assert amara.post(page(agreement, "withdraw"), {"reason": "A wrong address."}).status_code == 302
    assert fresh(agreement).status == AgreementStatus.WITHDRAWN
    assert told(agreement, "agreement_withdrawn") == {shared.users[key].pk for key in ("dev", "amara")}


def test_a_failed_seal_is_told_and_tried_again(shared, agreement, head, tmp_path):
    """Without certificates the seal fails; the signatures stay; somebody asks again and it comes into force."""
    go(shared, agreement, "dev")
    go(shared, agreement, "esi", party=Party.POLICE)
    with context.entered(context.system(agreement.force_id)):
        Task.objects.filter(key=sealing.seal_key(agreement)).update(state=TaskState.PARKED)
        sealing.give_up(agreement=agreement)
    shown = text(head.get(f"/agreements/{agreement.pk}/"))
    assert "sealing failed" in shown and "Nobody needs to sign again" in shown
    assert told(agreement, "agreement_seal_failed") == {shared.users["amara"].pk}
    assert head.post(page(agreement, "retry-seal")).status_code == 302
    with demo_seals(tmp_path, slugs()):
        work(shared)
    assert fresh(agreement).status == AgreementStatus.IN_FORCE
    assert head.post(page(agreement, "retry-seal")).status_code == 409


def test_a_pdf_that_cannot_be_made_is_told_and_tried_again(shared, body, monkeypatch):
    """The worker gives up; the coordinator is told and asks again; then the head teacher is asked to sign."""

    def fails(agreement):
        raise Refused("The renderer is away.")

    made = draft(shared, "ashfield", PROTOCOL)
    with shared.acting("amara") as by:
        agreements.issue(agreement=made, by=by)
    monkeypatch.setattr(sealing, "rendered", fails)
    work(shared)
    amara = client_of(shared, "amara")
    assert "Try again to make the PDF of the protocol with Ashfield Academy" in text(amara.get("/"))
    shown, seen = (text(client_of(shared, who).get(f"/agreements/{made.pk}/")) for who in ("amara", "gwen"))
    assert "could not be made" in shown and "Try again now" in shown
    assert "could not be made" in seen and "Try again now" not in seen
    assert told(made, "agreement_render_failed") == {shared.users["amara"].pk}
    monkeypatch.setattr(sealing, "rendered", lambda agreement: body)
    assert amara.post(page(made, "retry-seal")).status_code == 302
    work(shared)
    assert fresh(made).body_sha256 and told(made, "agreement_issued") == {shared.users["dev"].pk}
    assert "could not be made" not in text(amara.get(f"/agreements/{made.pk}/"))
    assert amara.post(page(made, "retry-seal")).status_code == 409


def test_the_list_holds_what_one_may_see(shared, agreement):
    draft(shared, "birchwood", PROTOCOL)
    listed = {who: client_of(shared, who).get("/agreements/").content.decode() for who in ("dev", "amara", "clara")}
    assert agreement.reference in listed["dev"] and "990002-P-01" not in listed["dev"]
    assert "990002-P-01" in listed["amara"] and "Prepare an agreement" in listed["amara"]
    assert agreement.reference not in listed["clara"] and "There is no agreement yet." in listed["clara"]
    assert "Prepare an agreement" not in listed["dev"]


def titles(world, who):
    with world.acting(who) as by:
        return [item.title for source in worklist.SOURCES for item in source(by)]


def test_each_person_finds_on_the_home_page_what_waits_for_them(shared, agreement):
    assert titles(shared, "dev") == ["Sign the protocol, version 1"]
    assert [titles(shared, who) for who in ("esi", "gwen", "ruth", "amara", "clara", "noor")] == [[]] * 6
    go(shared, agreement, "dev")
    assert titles(shared, "dev") == []
    assert titles(shared, "esi") == ["Countersign the protocol with Ashfield Academy"]
    draft(shared, "birchwood", DSA)
    assert titles(shared, "amara") == ["Send the data sharing agreement to Birchwood School"]


def test_a_declined_agreement_waits_for_the_coordinator_until_the_next(shared, agreement):
    with shared.acting("dev") as by:
        agreements.decline(agreement=agreement, fingerprint=agreement.fingerprint, clause="", reason="No.", by=by)
    assert titles(shared, "amara") == ["Answer Ashfield Academy, which declined the protocol"]
    draft(shared, "ashfield", PROTOCOL)
    assert titles(shared, "amara") == ["Send the protocol to Ashfield Academy"]


def test_steps_begin_only_when_somebody_looks(agreement, head):
    """A browser that asks for the headers alone opens nothing."""
    head.head(page(agreement, "read"))
    from partnerships.models import SigningStep

    with context.entered(context.system(agreement.force_id)):
        assert not SigningStep.objects.filter(agreement=agreement, step=Step.OPENED).exists()


def test_an_agreement_names_the_family_of_its_school(shared, agreement, head):
    with shared.acting("amara") as by:
        family = families.make(force=shared.forces["northshire"], name="Northport family", by=by)
        families.add(family=family, school=shared.schools["ashfield"], by=by)
    shown = [
        client.get(f"/agreements/{agreement.pk}/").content.decode() for client in (client_of(shared, "amara"), head)
    ]
    assert all("Northport family" in each for each in shown)
    link = f'href="/families/{family.pk}/"'
    assert [link in each for each in shown] == [True, False]  # the force alone opens the family's own page

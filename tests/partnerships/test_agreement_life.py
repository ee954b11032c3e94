"""Whatever two people and the clock do in whatever order: is the agreement ever in a state it must not be in?"""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import FACTOR, fresh, with_body

from officers.demo import blanks
from officers.demo.world import PROTOCOL, TRACE
from partnerships.models import Agreement, Party, Signature, SigningStep, Step
from partnerships.services import agreements, sealing, signing
from partnerships.workflow import AGREEMENT, ON_THE_WAY, AgreementStatus
from ssp.models import Task
from ssp.refusals import Refused
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

SEQUENCES = 10_000 if os.environ.get("SSP_TEST_LONG") else 60
HEAD, POLICE, COORDINATOR = "dev", "esi", "amara"
TEXTS = ("shown", "other")
STEPS = st.one_of(
    st.tuples(st.sampled_from(["draft", "issue", "render", "withdraw", "end", "close_past_end"]), st.just("shown")),
    st.tuples(st.just("decline"), st.sampled_from(TEXTS)),
    st.tuples(
        st.sampled_from(["open", "read", "confirm", "sign"]), st.sampled_from(TEXTS), st.sampled_from([HEAD, POLICE])
    ),
)


class Story:
    """One partnership, and what people try with its latest agreement."""

    def __init__(self, world, body):
        self.world, self.body = world, body
        self.seen: dict[int, str] = {}
        self.latest = None

    def tell(self, act, text, who=HEAD):
        try:
            with transaction.atomic():
                getattr(self, act)(text, who)
        except Refused:
            pass
        self.check()

    def draft(self, text, who):
        school = self.world.schools["ashfield"]
        with self.world.acting(COORDINATOR) as by:
            version = self.world.templates["northshire", PROTOCOL]
            self.latest = agreements.draft(
                school=school, template=version, variables=blanks.of(PROTOCOL, school), by=by
            )

    def on_latest(self, who, act):
        if self.latest is not None:
            with self.world.acting(who) as by:
                act(Agreement.objects.select_related("school", "force", "template").get(pk=self.latest.pk), by)

    def issue(self, text, who):
        self.on_latest(COORDINATOR, lambda it, by: agreements.issue(agreement=it, by=by))

    def render(self, text, who):
        if self.latest is not None:
            with_body(self.latest, self.body)

    def withdraw(self, text, who):
        self.on_latest(COORDINATOR, lambda it, by: agreements.withdraw(agreement=it, reason="No.", by=by))

    def end(self, text, who):
        today = timezone.localdate()
        self.on_latest(HEAD, lambda it, by: agreements.end(agreement=it, last_day=today, reason="No.", by=by))

    def close_past_end(self, text, who):
        if self.latest is not None:
            with context.entered(context.system(self.latest.force_id)):
                agreements.close_past_end(agreement=self.latest)

    def decline(self, text, who):
        def act(it, by):
            agreements.decline(agreement=it, fingerprint=of(it, text), clause="", reason="No.", by=by)

        self.on_latest(HEAD, act)

    def signing(self, verb, text, who, **more):
        party = Party.SCHOOL if who == HEAD else Party.POLICE

        def act(it, by):
            shown = {} if verb == "open_document" else {"fingerprint": of(it, text)}
            shown |= {"body_sha256": it.body_sha256, "typed_name": by.name} if verb == "sign" else {}
            getattr(signing, verb)(agreement=it, party=party, by=by, trace=TRACE, **shown, **more)

        self.on_latest(who, act)

    def open(self, text, who):
        self.signing("open_document", text, who)

    def read(self, text, who):
        self.signing("read", text, who, how="read")

    def confirm(self, text, who):
        self.signing("confirm", text, who, has_authority=True, consents=True)

    def sign(self, text, who):
        self.signing("sign", text, who, factor=FACTOR)

    def check(self):
        """What must hold after every act, whatever was tried."""
        with context.entered(context.system(self.world.forces["northshire"].pk)):
            every = list(Agreement.objects.all())
            for it in every:
                self.moved_as_told(it)
                signed_as_told(it)
            assert sum(it.status in ON_THE_WAY for it in every) <= 1

    def moved_as_told(self, it):
        before = self.seen.get(it.pk, AgreementStatus.DRAFT)
        follows = {t.target for t in AGREEMENT.transitions if before in t.source}
        assert it.status in {before, *follows}, (before, it.status)
        self.seen[it.pk] = it.status
        assert (it.status == AgreementStatus.IN_FORCE) <= (it.sealed_id is not None)


def of(agreement, text):
    return agreement.fingerprint if text == "shown" else "0" * 64


def signed_as_told(it):
    """The state says which signatures there are; each has all its steps before it, by the same person, on the same text."""
    signatures = {s.party: s for s in Signature.objects.filter(agreement=it)}
    if it.status in {AgreementStatus.DRAFT, AgreementStatus.ISSUED, AgreementStatus.DECLINED}:
        assert not signatures
    if it.status in {AgreementStatus.SIGNED, AgreementStatus.COUNTERSIGNED}:
        assert set(signatures) == {"school"} | ({"police"} if it.status == AgreementStatus.COUNTERSIGNED else set())
    assert len({s.person_id for s in signatures.values()}) == len(signatures)
    for signature in signatures.values():
        assert (signature.fingerprint, signature.body_sha256) == (it.fingerprint, it.body_sha256)
        done = SigningStep.objects.filter(agreement=it, person_id=signature.person_id, fingerprint=it.fingerprint)
        assert {step.step for step in done.filter(at__lte=signature.signed_at)} == set(Step)
    waits = Task.objects.filter(key=sealing.seal_key(it)).exists()
    assert waits == (it.status == AgreementStatus.COUNTERSIGNED)


# Most sequences that mean anything begin like this; the rest of each is anybody's guess.
BEGINNINGS = st.sampled_from(
    [
        [],
        [("draft", "shown"), ("issue", "shown"), ("render", "shown")],
        [("draft", "shown"), ("issue", "shown"), ("render", "shown")]
        + [(act, "shown", HEAD) for act in ("open", "read", "confirm", "sign")],
        [("draft", "shown"), ("issue", "shown"), ("render", "shown")]
        + [(act, "shown", who) for who in (HEAD, POLICE) for act in ("open", "read", "confirm")],
    ]
)


@settings(
    max_examples=SEQUENCES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(beginning=BEGINNINGS, then=st.lists(STEPS, max_size=10))
def test_no_sequence_of_acts_leads_to_a_state_that_must_not_be(shared, body, beginning, then):
    with transaction.atomic():
        story = Story(shared, body)
        for step in [*beginning, *then]:
            story.tell(*step)
        transaction.set_rollback(True)


def test_the_machine_reaches_both_signatures(shared, body):
    """The acts above really lead somewhere: otherwise nothing would be shown."""
    story = Story(shared, body)
    for act in ("draft", "issue", "render"):
        story.tell(act, "shown")
    for who in (HEAD, POLICE):
        for act in ("open", "read", "confirm", "sign"):
            story.tell(act, "shown", who)
    assert fresh(story.latest).status == AgreementStatus.COUNTERSIGNED
    assert story.latest.ends_on > timezone.localdate() + timedelta(days=1)

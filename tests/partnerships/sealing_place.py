"""A force with schools whose agreements can be made by the dozen, the workers that seal them, and what must be true after.

Agreements are drafted, issued and signed by the services, and their PDF is kept by the real handler; but unless a test asks
for real rendering, that handler is handed one body rendered once, so that a hundred agreements cost seconds. What is sealed
differs all the same: every agreement has its own signatures and evidence.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import Any
from unittest import mock

import crash
from django.test import override_settings
from django.utils import timezone

from officers.demo import blanks, world
from partnerships import wording
from partnerships.models import Agreement, AgreementKind, Party, Signature
from partnerships.services import agreements, sealing
from partnerships.workflow import ON_THE_WAY, AgreementStatus
from schools.models import School
from ssp import outbox, tasks
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.audit.models import AuditEvent
from ssp.documents import storage, verify
from ssp.documents.demo import demo_seals
from ssp.documents.models import Document, DocumentEnd
from ssp.models import Task, TaskState
from ssp.tenancy import context

FORCE, COORDINATOR, SIGNATORY, HEAD = "northshire", "amara", "esi", "dev"
TOLD_IN_FORCE = 3  # the head teacher, the coordinator, the signatory
BODY_OF: list[bytes] = []


@dataclass
class Place:
    """Where agreements are made and sealed; every agreement made here is looked at by `assert_whole`."""

    folder: Path
    site: crash.Site
    world: world.World
    seals: dict[str, str]
    pairs: list[tuple[School, AgreementKind]] = field(default_factory=list)  # in turn, one agreement each
    made: list[int] = field(default_factory=list)

    @property
    def force_id(self) -> int:
        return self.world.forces[FORCE].pk

    @contextmanager
    def system(self) -> Iterator[None]:
        with context.entered(context.system(self.force_id)):
            yield

    def start(self, *, workers: int = 2, **environment: str) -> None:
        """Start workers of two processes each and the scheduler, with this place's files, mail and seals."""
        own = {"SSP_MEDIA_URL": f"file:{self.media}", "SSP_EMAIL_URL": f"file:{self.folder / 'mail'}"}
        self.site.start(workers=workers, **(self.seals | own | {"SSP_TASK_MAX_DEATHS": "1000"} | environment))

    @property
    def media(self) -> Path:
        return self.folder / "media"

    def issue(self, count: int) -> list[int]:
        """Issue agreements, each with the next school and kind in turn; their PDFs are asked for."""
        return [self._issued() for _ in range(count)]

    def countersign(self, count: int) -> list[int]:
        """Agreements signed by both sides, whose sealing is asked for. No other work of theirs waits at the broker."""
        with untold():
            made = self.issue(count)
            for pk in made:
                self.give_body(pk)
                self.sign(pk, Party.SCHOOL)
        for pk in made:
            self.sign(pk, Party.POLICE)
        return made

    def sign(self, pk: int, party: Party) -> None:
        with self.system():
            agreement = Agreement.objects.get(pk=pk)
        world.sign(self.world, agreement, party, HEAD if party == Party.SCHOOL else SIGNATORY)

    def add_schools(self, count: int) -> None:
        """Take up more schools, all with the same head teacher (a federation), for both kinds of agreement."""
        with self.world.acting(COORDINATOR) as by:
            force = self.world.forces[FORCE]
            first = 800_000 + len(self.pairs)
            for urn in range(first, first + count):
                school = School.objects.using("owner").create(
                    force_id=force.pk, urn=urn, name=f"School {urn}", street="Mill Lane", town="Northport",
                    postcode="ZZ1 4AB", phase="secondary", status="open", la_name="Northshire",
                )  # fmt: skip
                school = School.objects.select_related("force").get(pk=school.pk)
                head = self.world.users[HEAD]
                memberships.give(
                    user=head, role=Role.HEAD_TEACHER, force=force, school=school, starts_on=_begun(), by=by
                )
                self.pairs[:0] = [(school, kind) for kind in AgreementKind]

    def works(self) -> Counter[str]:
        """How many tasks are in each state."""
        with self.system():
            return Counter(Task.objects.values_list("state", flat=True))

    def all_done(self) -> bool:
        return set(self.works()) <= {TaskState.DONE}

    def running(self) -> dict[tuple[Any, int], str]:
        """Name and stage of every task that is said to be running, by its id and fence."""
        with self.system():
            rows = Task.objects.filter(state=TaskState.RUNNING).values_list("pk", "fence", "name", "stage")
            return {(pk, fence): f"{name} {stage}".strip() for pk, fence, name, stage in rows}

    def _issued(self) -> int:
        school, kind = pair = self._free()
        self.pairs.remove(pair)
        self.pairs.append(pair)
        with self.world.acting(COORDINATOR) as by:
            values = blanks.of(kind, school)
            drafted = agreements.draft(
                school=school, template=self.world.templates[(FORCE, kind)], variables=values, by=by
            )
            issued = agreements.issue(agreement=drafted, by=by)
        self.made.append(issued.pk)
        return issued.pk

    def _free(self) -> tuple[School, AgreementKind]:
        """The next school and kind of which none is on its way."""
        with self.system():
            busy = set(Agreement.objects.filter(status__in=ON_THE_WAY).values_list("school_id", "kind"))
        return next(pair for pair in self.pairs if (pair[0].pk, str(pair[1])) not in busy)

    def give_body(self, pk: int) -> None:
        with self.system():
            task = Task.objects.get(key=f"agreement:{pk}:render")
        with mock.patch.object(sealing, "rendered", self._one_body):
            tasks.run(str(task.pk), self.force_id)
        crash.wait_for(lambda: self._has_body(pk))  # a worker may have been quicker

    def _has_body(self, pk: int) -> bool:
        with self.system():
            return bool(Agreement.objects.get(pk=pk).body_sha256)

    @staticmethod
    def _one_body(agreement: Agreement, real: Any = sealing.rendered) -> bytes:
        if not BODY_OF:
            BODY_OF.append(real(agreement))
        return BODY_OF[0]


@contextmanager
def opened(folder: Path) -> Iterator[Place]:
    """A place in the test's database, with a broker, test seals and a time-stamp authority; nothing is started yet."""
    kept = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder / "media"}}
    }
    with (
        override_settings(
            STORAGES={**_storages(), **kept},
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # nobody signs in with a password here
        ),
        demo_seals(folder / "pki", world.slugs()) as seals,
        crash.site(folder) as site,
    ):
        with untold():
            place = Place(folder, site, world.build(), seals)
            tasks.drain()
        place.add_schools(3)
        yield place


@contextmanager
def untold() -> Iterator[None]:
    """Tasks are rows, and the broker is not told of them."""
    with mock.patch.object(outbox, "_silent_until", inf):
        yield


def assert_whole(place: Place, sealed: Sequence[int] | None = None, *, failures: int = 0) -> int:
    """Every agreement was sealed exactly once, and everything that belongs to it is there exactly once.

    Args:
        sealed: look at these only, not at all that were made here.
        failures: how often each was given up before it was sealed.

    Returns how many kept files no row names: remains of runs that died, harmless, allowed.
    """
    with place.system():
        for agreement in Agreement.objects.filter(pk__in=place.made if sealed is None else sealed).order_by("pk"):
            _assert_sealed_once(agreement, failures)
        _assert_turns(place)
        named = _assert_files()
        assert Document.objects.count() == Agreement.objects.filter(sealed__isnull=False).count(), "a document too many"
    found = {path.stem for path in place.media.rglob("*.pdf")}
    assert named <= found
    return len(found - named)


def _assert_sealed_once(agreement: Agreement, failures: int) -> None:
    document = Document.objects.get(reference=agreement.verification_code)
    assert agreement.sealed_id == document.pk
    assert agreement.status in (AgreementStatus.IN_FORCE, AgreementStatus.SUPERSEDED)
    verdict = verify.verify_file(storage.read(document.sha256))
    assert verdict.is_genuine, verdict.reasons
    assert verdict.body_sha256 == agreement.body_sha256 == document.body_sha256
    evidence = wording.canonical_bytes(sealing.evidence.build(agreement))
    assert verdict.evidence == evidence, "the file carries other evidence than the database holds"
    assert Signature.objects.filter(agreement=agreement).count() == 2
    assert _events(agreement) == Counter(
        {"agreement.rendered": 1, "agreement.sealed": 1, "agreement.seal_failed": failures}
    )
    for template, people in (("agreement_issued", 1), ("agreement_signed", 1), ("agreement_in_force", TOLD_IN_FORCE)):
        mails = Task.objects.filter(name="mail.send", key__startswith=f"mail:{template}:{agreement.pk}:")
        told = Counter(mails.values_list("payload__to", flat=True))
        assert set(told.values()) == {1} and len(told) == people, (template, told)


def _events(agreement: Agreement) -> Counter[str]:
    watched = ("agreement.rendered", "agreement.sealed", "agreement.seal_failed")
    rows = AuditEvent.objects.filter(object_id=agreement.pk, event__in=watched)
    return Counter(rows.values_list("event", flat=True))


def _assert_turns(place: Place) -> None:
    """For each school and kind the last sealed one is in force; each before it was replaced, once, by nobody else."""
    sealed = Agreement.objects.filter(sealed__isnull=False).order_by("number")
    turns: dict[tuple[int, str], list[Agreement]] = {}
    for agreement in sealed:
        turns.setdefault((agreement.school_id, agreement.kind), []).append(agreement)
    for *before, last in turns.values():
        assert last.status == AgreementStatus.IN_FORCE
        for agreement in before:
            assert agreement.status == AgreementStatus.SUPERSEDED
            assert AuditEvent.objects.filter(object_id=agreement.pk, event="agreement.superseded").count() == 1
            assert DocumentEnd.objects.filter(document_id=agreement.sealed_id, reason="superseded").count() == 1
        assert not DocumentEnd.objects.filter(document_id=last.sealed_id).exists()


def _assert_files() -> set[str]:
    """No row without its file."""
    bodies = Agreement.objects.exclude(body_sha256="").values_list("body_sha256", flat=True)
    named = set(bodies) | set(Document.objects.values_list("sha256", flat=True))
    for digest in named:
        storage.read(digest)
    return named


def _begun() -> Any:
    return timezone.localdate() - timedelta(days=30)


def _storages() -> dict[str, Any]:
    from django.conf import settings

    return settings.STORAGES

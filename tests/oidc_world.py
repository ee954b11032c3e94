"""Two forces, their people, and providers that really answer: what the tests of signing in through a provider stand on."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from django.db import connections
from django.test import Client
from signing_in import person, signed_in

from schools.models import School
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts import oidc
from ssp.accounts.models import IdentityProvider, ProviderKind, User
from ssp.accounts.services import identity_links, identity_providers, invitations
from ssp.audit.models import AuditEvent
from ssp.tenancy import context
from ssp.tenancy.models import Force

CLIENT_ID, SECRET = "ssp-of-northshire", "a secret of the tests alone, 32 characters"
TENANT, OTHER_TENANT = "11111111-2222-3333-4444-555555555555", "99999999-2222-3333-4444-555555555555"
LONG_AGO = date(2026, 1, 1)
AMARA, BEN, CLARA = "amara@north.police.example", "ben@north.police.example", "clara@south.police.example"
HUGH = "hugh@ashfield.example"
SITE = "http://testserver"


class Provider:
    """The process, for a test: where it is, and what it is to say next."""

    def __init__(self, path: str = "") -> None:
        self.http = requests.Session()
        program = str(Path(__file__).with_name("oidc_provider.py"))
        self.process = subprocess.Popen([sys.executable, program, path], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.base = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        self.issuer = self.base + path

    def says(
        self, *, userinfo: dict[str, Any] | None = None, fault: dict[str, Any] | None = None, **claims: Any
    ) -> None:
        """Set the claims of the next tokens; None leaves one out."""
        said = {"claims": claims, "userinfo": userinfo or {}, "fault": fault or {}, "asked": []}
        assert self.http.put(f"{self.base}/control", json=said).status_code == 204

    def asked(self) -> list[str]:
        """What was asked of it since it was last told what to say."""
        found: list[str] = self.http.get(f"{self.base}/asked").json()
        return found

    def answers(self, url: str, *, consents: bool = True) -> str:
        """What a person does there: press the button. Returns where the browser is sent back to."""
        assert url.startswith(self.base), url
        answer = self.http.post(url, data={} if consents else {"no": "1"}, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    def stop(self) -> None:
        self.http.close()
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def entra(email: str, *, subject: str = "", **more: Any) -> dict[str, Any]:
    """The claims of somebody whom Entra ID knows under a proved address."""
    told = {
        "sub": subject or f"subject of {email}", "oid": "0000", "tid": TENANT, "email": email, "xms_edov": True,
        "preferred_username": email, "name": "Somebody",
    }  # fmt: skip
    return told | more


class World:
    """Northshire with Entra ID and two schools; Southmoor with nothing. Everybody has a password and an app."""

    def __init__(self, idp: Provider) -> None:
        self.idp = idp
        forces = Force.objects.using("owner")
        self.north, self.south = (
            forces.create(name=f"{name} Police", slug=f"{name.lower()}-police") for name in ("Northshire", "Southmoor")
        )
        schools = School.objects.using("owner")
        self.ashfield = schools.create(urn=100001, name="Ashfield Academy", force=self.north)
        self.birchwood = schools.create(urn=100002, name="Birchwood School", force=self.north)
        self.amara, self.ben = person(AMARA, name="Amara Whitfield"), person(BEN, name="Ben Carver")
        self.clara, self.hugh = person(CLARA, name="Clara Penhale"), person(HUGH, name="Hugh Adeyemi")
        self.give(self.amara, Role.FORCE_ADMIN, self.north)
        self.give(self.ben, Role.SERGEANT, self.north)
        self.give(self.clara, Role.FORCE_ADMIN, self.south)
        self.give(self.hugh, Role.HEAD_TEACHER, self.north, self.ashfield)
        self.provider = self.entra()

    def give(self, user: User, role: Role, force: Force, school: Any = None, **dates: Any) -> Any:
        given = {"starts_on": LONG_AGO} | dates
        with context.entered(context.system(force.pk)):
            return memberships.give(user=user, role=role, force=force, school=school, by=None, **given)

    def entra(self, *, force: Force | None = None, name: str = "Northshire Police", **more: Any) -> IdentityProvider:
        given: dict[str, Any] = {
            "kind": ProviderKind.ENTRA_ID, "client_id": CLIENT_ID, "tenant_id": TENANT, "issuer": self.idp.issuer,
            "domains": ["north.police.example"],
        }  # fmt: skip
        return identity_providers.add(force=force or self.north, name=name, **given | more)

    def connect(self, user: User, provider: IdentityProvider | None = None, subject: str = "") -> None:
        """As if the person had done it in their account."""
        connected(user, provider or self.provider, subject)

    def invite(self, email: str, role: Role = Role.SERGEANT, school: Any = None, by: User | None = None) -> Any:
        by = by or self.amara
        with acting(by):
            return invitations.send(email=email, role=role, force=self.north, school=school, by=by)

    def events(self, event: str) -> list[AuditEvent]:
        """Lines of Northshire's log, newest last, as its auditor finds them."""
        with sees_the_log():
            return list(AuditEvent.objects.using("owner").filter(force_id=self.north.pk, event=event).order_by("id"))

    def rules(self) -> list[str]:
        """Which checks refused, as the auditor reads it."""
        return [line.details["rule"] for line in self.events("account.provider_refused")]


def connected(user: User, provider: IdentityProvider, subject: str = "") -> None:
    """An account connected to a subject, by the service that its page calls."""
    key = oidc.key_of(provider, subject or f"subject of {user.email}")
    identity_links.connect(user=user, provider=provider, identity=oidc.Identity(key, user.email, "", None))


@contextmanager
def sees_the_log() -> Iterator[None]:
    """The owner sees every line, for the test alone."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent NO FORCE ROW LEVEL SECURITY")
        yield
        cursor.execute("ALTER TABLE audit_auditevent FORCE ROW LEVEL SECURITY")


def goes(client: Client, slug: str = "northshire-police", **query: str) -> str:
    """Press “Sign in with …”; returns where the browser is sent."""
    answer = client.get(f"/sign-in/with/{slug}/", query)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def comes_back(client: Client, location: str) -> Any:
    assert location.startswith(SITE), location
    parts = urlsplit(location)
    return client.get(f"{parts.path}?{parts.query}")


def through(client: Client, idp: Provider, slug: str = "northshire-police", **query: str) -> Any:
    """Out, the button there, and back."""
    return comes_back(client, idp.answers(goes(client, slug, **query)))


def connects(client: Client, idp: Provider, user: User, slug: str = "northshire-police") -> Any:
    """Somebody signed in who showed both factors just now connects their account."""
    signed_in(client, user)
    answer = client.get(f"/account/sign-in/{slug}/connect/")
    assert answer.status_code == 302, answer.content.decode()
    return comes_back(client, idp.answers(answer["Location"]))

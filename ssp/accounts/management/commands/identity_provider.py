"""Let a force's or a school's own sign-in vouch for its people: add, look, check, change, close, and let a connection go."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from ssp.accounts import oidc
from ssp.accounts.models import IdentityProvider, ProviderKind, User, normalised
from ssp.accounts.services import identity_links, identity_providers
from ssp.refusals import Refused
from ssp.tenancy import context
from ssp.tenancy.context import Context
from ssp.tenancy.models import Force

YES_NO = {"yes": True, "no": False}


class Command(BaseCommand):
    help = "Keep the identity providers (OpenID Connect) through which people of a force or a school may sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add", help="add one; its secret is set in the environment, never here")
        add.add_argument("force", help="the force's short name, for example northshire-police")
        add.add_argument("--name", required=True, help="as people know it: “Sign in with …”")
        add.add_argument("--kind", required=True, choices=ProviderKind.values)
        add.add_argument("--client-id", required=True)
        add.add_argument("--domains", required=True, help="of its people's addresses, separated by commas")
        add.add_argument("--tenant", default="", help="Entra ID: the directory (tenant) id")
        add.add_argument("--issuer", default="", help="where it is not the usual one of its kind")
        add.add_argument("--school", type=int, metavar="URN", help="for one school alone")
        add.add_argument("--slug", default="", help="its short name, where the name does not make a good one")
        add.add_argument("--addresses-proved", action="store_true", help="it proves every address, and does not say so")
        acts.add_parser("list", help="all of them")
        for act, words in {
            "check": "ask it now",
            "close": "let nobody in by it; its sessions end",
            "open": "open it again",
        }.items():
            acts.add_parser(act, help=words).add_argument("slug")
        change = acts.add_parser("change", help="change what may change; for another issuer or directory, add another")
        change.add_argument("slug")
        change.add_argument("--name")
        change.add_argument("--client-id")
        change.add_argument("--domains")
        change.add_argument(
            "--required", choices=YES_NO, help="whether people connected to it may sign in no other way"
        )
        change.add_argument("--addresses-proved", choices=YES_NO)
        unlink = acts.add_parser("unlink", help="let a person's connection go, whose account there was made anew")
        unlink.add_argument("slug")
        unlink.add_argument("email")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        try:
            with context.entered(Context()):
                getattr(self, f"_{act}")(**options)
        except Refused as error:
            raise CommandError(str(error)) from error

    def _add(self, force: str, kind: str, school: int | None, domains: str, tenant: str, **options: Any) -> None:
        found = Force.objects.filter(slug=force).first()
        if found is None:
            raise Refused(
                f"There is no force {force}. There are: {', '.join(Force.objects.values_list('slug', flat=True))}."
            )
        with context.entered(context.system(found.pk)):
            place = apps.get_model("schools.School").objects.filter(urn=school).first() if school else None
        if school and place is None:
            raise Refused(f"{found} has no school with the number {school}.")
        given = {name: options[name] for name in ("name", "client_id", "issuer", "slug")}
        provider = identity_providers.add(
            force=found, school=place, kind=ProviderKind(kind), tenant_id=tenant, domains=domains.split(","),
            proves_addresses=options["addresses_proved"], **given,
        )  # fmt: skip
        self.stdout.write(f"{provider.name} is added for {place or found}. Now:")
        self.stdout.write(f"  there, allow this redirect address:  {oidc.redirect_uri(provider)}")
        self.stdout.write(f"  here, set the client secret:         {oidc.secret_name(provider.slug)} (or …_FILE)")
        self.stdout.write(f"  then:                                manage.py identity_provider check {provider.slug}")

    def _list(self, **options: Any) -> None:
        for each in IdentityProvider.objects.select_related("force").order_by("force_id", "id"):
            state = ("open" if each.is_active else "closed") + (", required" if each.requires_provider else "")
            self.stdout.write(
                f"{each.slug}: {each.name}, {each.get_kind_display()}, {each.force.name}, {', '.join(each.domains)} ({state})"
            )

    def _check(self, slug: str, **options: Any) -> None:
        provider = _found(slug)
        oidc.forget()
        url, _ = oidc.begin(provider)
        self.stdout.write(f"It answers as {provider.issuer} and sends people to {url.partition('?')[0]}.")
        self.stdout.write(f"Redirect address: {oidc.redirect_uri(provider)}")

    def _close(self, slug: str, **options: Any) -> None:
        self._changed(slug, is_active=False)

    def _open(self, slug: str, **options: Any) -> None:
        self._changed(slug, is_active=True)

    def _change(self, slug: str, domains: str | None, **options: Any) -> None:
        changes = {name: options[name] for name in ("name", "client_id")}
        changes["domains"] = domains.split(",") if domains else None
        changes["requires_provider"] = YES_NO.get(options["required"] or "")
        changes["proves_addresses"] = YES_NO.get(options["addresses_proved"] or "")
        self._changed(slug, **changes)

    def _unlink(self, slug: str, email: str, **options: Any) -> None:
        provider = _found(slug)
        person = User.objects.filter(email=normalised(email)).first()
        links = [each for each in identity_links.of(person) if each.provider_id == provider.pk] if person else []
        if not links:
            raise Refused(f"Nobody with this address is connected to {provider.name}.")
        identity_links.disconnect(link=links[0], by=None)
        self.stdout.write(
            f"{email} is no longer connected to {provider.name}; they sign in another way and connect anew."
        )

    def _changed(self, slug: str, **changes: Any) -> None:
        provider = identity_providers.change(provider=_found(slug), **changes)
        self.stdout.write(f"{provider.slug} is changed.")


def _found(slug: str) -> IdentityProvider:
    provider = IdentityProvider.objects.filter(slug=slug).first()
    if provider is None:
        raise Refused(f"There is no provider {slug}: see manage.py identity_provider list.")
    return provider

"""Which providers may vouch for people of a force or a school? Kept by the operator, with the owner's connection."""

import re
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from ssp.accounts import fetch
from ssp.accounts.models import IdentityProvider, ProviderKind, normalised
from ssp.audit import log
from ssp.refusals import Refused
from ssp.tenancy import context
from ssp.tenancy.models import Force

ENTRA = "https://login.microsoftonline.com/{tenant}/v2.0"
DFE = "https://oidc.signin.education.gov.uk"
TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
DOMAIN = re.compile(r"(?=.{4,120}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
# Anybody can have an address there, so that it says nothing about whose people they are.
PUBLIC_MAIL = frozenset(
    """
    aol.com btinternet.com gmail.com googlemail.com hotmail.co.uk hotmail.com icloud.com live.co.uk live.com me.com
    outlook.com proton.me protonmail.com sky.com yahoo.co.uk yahoo.com
    """.split()  # noqa: SIM905 - words are read more easily than a list of strings
)
CHANGEABLE = ("name", "client_id", "domains", "proves_addresses", "requires_provider", "is_active")


def add(
    *,
    force: Force,
    school: Any = None,
    kind: ProviderKind,
    name: str,
    client_id: str,
    domains: list[str],
    tenant_id: str = "",
    issuer: str = "",
    slug: str = "",
    proves_addresses: bool = False,
    requires_provider: bool = False,
) -> IdentityProvider:
    """Let a provider vouch for people of ``force``, or of one ``school`` alone. Nobody gains an account or a role by it.

    Args:
        tenant_id: Entra ID's one directory.
        issuer: as the provider writes it, to the letter; without one, the usual one of its kind.
        slug: its short name; without one, made of ``name``.

    Raises:
        Refused: what was given does not name one directory, one issuer over https, and domains of their own.
    """
    tenant = tenant_id.strip().lower()
    made = {
        "force_id": force.pk, "school_id": school.pk if school else None, "kind": kind, "name": " ".join(name.split()),
        "slug": slug or slugify(name)[:60].strip("-"), "issuer": issuer or (ENTRA.format(tenant=tenant) if tenant else DFE),
        "client_id": client_id.strip(), "tenant_id": tenant, "domains": _domains(domains),
        "proves_addresses": proves_addresses, "requires_provider": requires_provider,
    }  # fmt: skip
    _refuse_unfit(made, school=school, force=force)
    with context.entered(context.system(force.pk)), transaction.atomic(using="owner"):
        if IdentityProvider.objects.filter(slug=made["slug"]).exists():
            raise Refused(f"There is a provider with the short name {made['slug']} already. Give another.")
        provider = IdentityProvider.objects.using("owner").create(**made)
        log.record("identity_provider.added", provider, by=None, details={"provider": provider.slug})
    return IdentityProvider.objects.get(pk=provider.pk)  # as the application sees it


def change(*, provider: IdentityProvider, **changes: Any) -> IdentityProvider:
    """Change what `CHANGEABLE` names. Its issuer and directory never change: that would be another provider.

    Raises:
        Refused: nothing is changed, or to something unfit.
    """
    wanted = {name: value for name, value in changes.items() if name in CHANGEABLE and value is not None}
    if "domains" in wanted:
        wanted["domains"] = _domains(wanted["domains"])
    if wanted.get("proves_addresses") and provider.kind == ProviderKind.ENTRA_ID:
        raise Refused("Entra ID says of each address whether it is proved; it cannot be left out.")
    wanted = {name: value for name, value in wanted.items() if getattr(provider, name) != value}
    if not wanted or wanted.get("name") == "" or wanted.get("client_id") == "":
        raise Refused("Nothing would change.")
    with context.entered(context.system(provider.force_id)), transaction.atomic(using="owner"):
        IdentityProvider.objects.using("owner").filter(pk=provider.pk).update(**wanted)
        details = {"provider": provider.slug, "fields": ",".join(sorted(wanted))}
        if "is_active" in wanted:
            details["state"] = "open" if wanted["is_active"] else "closed"
        log.record("identity_provider.changed", provider, by=None, details=details)
    return IdentityProvider.objects.get(pk=provider.pk)


def offered_to(email: str) -> list[IdentityProvider]:
    """The providers that speak for an address's domain, whether or not anybody has that address (C6)."""
    domain = normalised(email).rpartition("@")[2]
    return list(IdentityProvider.objects.filter(is_active=True, domains__contains=[domain]).order_by("name", "id"))


def any_open() -> bool:
    """Whether anybody at all may come in through a provider."""
    return IdentityProvider.objects.filter(is_active=True).exists()


def by_slug(slug: str) -> IdentityProvider | None:
    """The open provider of a short name."""
    return IdentityProvider.objects.filter(slug=slug, is_active=True).first()


def _domains(given: list[str]) -> list[str]:
    domains = sorted({each.strip().lower().removeprefix("@") for each in given if each.strip()})
    if odd := [each for each in domains if not DOMAIN.fullmatch(each)]:
        raise Refused(f"{odd[0]} is no domain of an e-mail address.")
    if public := [each for each in domains if each in PUBLIC_MAIL]:
        raise Refused(f"Anybody can have an address at {public[0]}. Name domains of the force or the school alone.")
    if not domains:
        raise Refused("Name at least one domain whose addresses the provider may speak for.")
    return domains


def _refuse_unfit(made: dict[str, Any], *, school: Any, force: Force) -> None:
    is_entra = made["kind"] == ProviderKind.ENTRA_ID
    if is_entra and not TENANT.fullmatch(made["tenant_id"]):
        raise Refused("Give the id of the one directory (tenant), 8-4-4-4-12 figures and letters; never “common”.")
    if is_entra and made["tenant_id"] not in made["issuer"]:
        raise Refused("The issuer does not name that directory.")
    if is_entra and made["proves_addresses"]:
        raise Refused("Entra ID says of each address whether it is proved; it cannot be left out.")
    if not is_entra and made["tenant_id"]:
        raise Refused("DfE Sign-in has no directories.")
    if not fetch.is_fit(made["issuer"]) or "?" in made["issuer"]:
        raise Refused("The issuer must be an https address.")
    if not made["name"] or not made["client_id"] or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made["slug"]):
        raise Refused(
            "Give a name, a client id and, if the name does not make one, a short name of letters and figures."
        )
    if school is not None and school.force_id != force.pk:
        raise Refused(f"{school} is not a school of {force}.")

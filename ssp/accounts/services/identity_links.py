"""Whose account is it that a provider vouches for? Found by the subject alone; connected only by people who proved the account."""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.standing import roles_today
from ssp.accounts import notices
from ssp.accounts.models import IdentityLink, IdentityProvider, Invitation, ProviderKind, User, normalised
from ssp.accounts.oidc import Identity, NotBelieved
from ssp.accounts.services import identity_providers
from ssp.audit import log
from ssp.refusals import Refused
from ssp.tenancy import context
from ssp.tenancy.context import Context


def admit(*, provider: IdentityProvider, identity: Identity, invitation: Invitation | None = None) -> User:
    """The person who may sign in as the subject the provider has just proved.

    Args:
        invitation: an open one whose link this browser holds; it stands in for a role not held yet.

    Raises:
        NotBelieved: nobody connected that subject; it changed for that address; the account is closed; the person holds no
            role today that the provider reaches; DfE Sign-in names another school.
    """
    with context.entered(context.holding(identity.key)):
        link = IdentityLink.objects.filter(key_hash=identity.key, provider=provider).select_related("user").first()
    if link is None:
        raise _unknown(provider, identity)
    person = link.user
    if not person.is_active:
        raise NotBelieved("account_closed", person=person)
    invited = invitation if invitation is not None and invitation.email == normalised(person.email) else None
    check_place(provider=provider, identity=identity, person=person, invitation=invited)
    return person


def check_place(
    *, provider: IdentityProvider, identity: Identity, person: User | None, invitation: Invitation | None
) -> None:
    """Whether the person holds, or is invited into, a role that the provider reaches; and DfE Sign-in says that school.

    Raises:
        NotBelieved: neither, or another school.
    """
    places = _schools(provider, person) if person is not None else {}
    if invitation is not None and covers(provider, invitation):
        places[("invited", invitation.pk)] = _urn_of(invitation)
    if not places:
        raise NotBelieved("no_role", person=person)
    if provider.kind == ProviderKind.DFE_SIGN_IN and identity.urn not in places.values():
        raise NotBelieved("organisation", person=person)


def covers(provider: IdentityProvider, invitation: Invitation) -> bool:
    """Whether a provider reaches the role somebody is invited into."""
    return provider.reach.covers(
        role=Role(invitation.role), force_id=invitation.force_id, school_id=invitation.school_id
    )


@transaction.atomic
def connect(*, user: User, provider: IdentityProvider, identity: Identity) -> IdentityLink:
    """Connect an account to a subject. The caller has proved the account: both factors just now, or its first opening.

    Raises:
        NotBelieved: the provider vouches for another address; the subject, or the account, is connected already.
    """
    return _made(user=user, provider=provider, key=identity.key, email=identity.email)


@transaction.atomic
def open_account(*, provider: IdentityProvider, key: str, invitation: Invitation, name: str) -> User:
    """Open the account of somebody invited, whom a provider vouches for under that very address. It has no password.

    Raises:
        NotBelieved: the subject belongs to somebody else.
        IntegrityError: the account was opened meanwhile.
    """
    user = User.objects.create_user(invitation.email, None, name=name)
    _made(user=user, provider=provider, key=key, email=invitation.email, is_first=True)
    return user


@transaction.atomic
def disconnect(*, link: IdentityLink, by: User | None) -> None:
    """Let an account go from a provider.

    Args:
        by: the person themself, or None for the operator.

    Raises:
        Refused: the person would be left without a way in, or the provider is the one way they may use.
    """
    locked = User.objects.select_for_update().get(pk=link.user_id)
    if by is not None and link.provider.requires_provider and link.provider.is_active:
        raise Refused(f"You sign in through {link.provider.name} alone. Ask the operator of this service.")
    if by is not None and not locked.has_usable_password() and not _has_passkey(locked):
        raise Refused("Set a password or add a passkey first: otherwise you could not sign in any more.")
    with context.entered(context.system(link.force_id)):
        IdentityLink.objects.filter(pk=link.pk).delete()
        details = {"provider": link.provider.slug}
        log.record("account.provider_unlinked", locked, by=by, subject=locked, details=details)
        notices.changed(locked, f"Your account is no longer connected to {link.provider.name}.")


def of(user: User) -> list[IdentityLink]:
    """A person's own links, oldest first."""
    with context.entered(Context(user_id=user.pk)):
        return list(IdentityLink.objects.filter(user=user).select_related("provider").order_by("id"))


def requiring(user: User) -> IdentityProvider | None:
    """The open provider through which alone this person signs in, where one demands it."""
    return next(
        (each.provider for each in of(user) if each.provider.is_active and each.provider.requires_provider), None
    )


def connectable(user: User, *, links: Iterable[IdentityLink] | None = None) -> list[IdentityProvider]:
    """Open providers of the domain of a person's address that reach a role they hold today and are not connected yet.

    Args:
        links: the person's own links, where they have been read already.
    """
    connected = {each.provider_id for each in (of(user) if links is None else links)}
    offered = [each for each in identity_providers.offered_to(user.email) if each.pk not in connected]
    return [each for each in offered if roles_today(user, within=each.reach)]


def record_refusal(*, provider: IdentityProvider, rule: str, person: User | None) -> None:
    """Tell the auditors of the provider's force, whatever becomes of the request."""
    with context.entered(context.system(provider.force_id)):
        details = {"rule": rule, "provider": provider.slug}
        log.refused("account.provider_refused", person, by=None, subject=person, details=details)


def _unknown(provider: IdentityProvider, identity: Identity) -> NotBelieved:
    """Nobody connected this subject. An account of that address connected to another one is what an auditor must see."""
    person = User.objects.filter(email=identity.email).first()
    if person is None:
        return NotBelieved("not_invited")
    is_changed = any(each.provider_id == provider.pk for each in of(person))
    return NotBelieved("changed_subject" if is_changed else "not_connected", person=person)


def _schools(provider: IdentityProvider, person: User) -> dict[Any, int | None]:
    """The roles held today within reach, each with its school's register number."""
    with context.entered(Context(user_id=person.pk)):
        held = roles_today(person, within=provider.reach)
    if provider.kind != ProviderKind.DFE_SIGN_IN:
        return dict.fromkeys(held)
    with context.entered(context.system(provider.force_id)):
        rows = Membership.objects.filter(user=person, school_id__in=[each.school_id for each in held])
        return dict(rows.values_list("school_id", "school__urn"))


def _urn_of(invitation: Invitation) -> int | None:
    with context.entered(context.system(invitation.force_id)):
        school = Invitation.objects.select_related("school").get(pk=invitation.pk).school
        return school.urn if school else None


def _made(*, user: User, provider: IdentityProvider, key: str, email: str, is_first: bool = False) -> IdentityLink:
    if email != normalised(user.email):
        raise NotBelieved("another_address", person=user)
    with context.entered(context.system(provider.force_id)):
        taken = IdentityLink.objects.filter(provider=provider)
        if taken.filter(key_hash=key).exists() or taken.filter(user=user).exists():
            raise NotBelieved("connected_already", person=user)
        link = IdentityLink.objects.create(force_id=provider.force_id, provider=provider, user=user, key_hash=key)
        log.record("account.provider_linked", user, by=user, subject=user, details={"provider": provider.slug})
        if not is_first:
            notices.changed(user, f"Your account was connected to {provider.name}: you can sign in there.")
    return link


def _has_passkey(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()

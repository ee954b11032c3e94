"""Which items stand in the menu of this person's pages?

Apps register their items in ``AppConfig.ready``; an item shows only to those who may use it.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Item:
    """One line of the menu as an app registered it."""

    label: str
    url_name: str
    permission: str | None = None
    order: int = 50
    prefix: str | None = None


@dataclass(frozen=True)
class Link:
    """One line of the menu as a page shows it; ``current`` is "page", "true" or empty, as aria-current wants it."""

    label: str
    url: str
    current: str = ""


_items: list[Item] = []


def register(
    label: str, url_name: str, permission: str | None = None, *, order: int = 50, prefix: str | None = None
) -> None:
    """Put an item into the menu; registering the same ``url_name`` again replaces it.

    Args:
        label: the words of the link, in sentence case.
        url_name: a URL name that needs no arguments.
        permission: the permission that makes it show (``user.standing.may``); None shows it to everyone signed in.
        order: low first; items of one order stand as registered.
        prefix: pages whose path begins so belong to the item; the item's own path when None.
    """
    _items[:] = [item for item in _items if item.url_name != url_name]
    _items.append(Item(label=label, url_name=url_name, permission=permission, order=order, prefix=prefix))


def items() -> tuple[Item, ...]:
    """Every registered item in menu order."""
    return tuple(sorted(_items, key=lambda item: item.order))


def links_for(request: HttpRequest) -> list[Link]:
    """The menu of this request's person: empty when nobody is signed in or the person has no standing."""
    standing = getattr(getattr(request, "user", None), "standing", None)
    if standing is None:
        return []
    shown = (item for item in items() if item.permission is None or standing.may(item.permission))
    return [link for link in (_link(item, request.path) for item in shown) if link is not None]


def _link(item: Item, path: str) -> Link | None:
    try:
        url = reverse(item.url_name)
    except NoReverseMatch:
        return None
    return Link(label=item.label, url=url, current=_current(path, url=url, prefix=item.prefix or url))


def _current(path: str, *, url: str, prefix: str) -> str:
    if path == url:
        return "page"
    return "true" if prefix != "/" and path.startswith(prefix) else ""

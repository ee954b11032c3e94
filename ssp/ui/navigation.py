"""Which items stand in the menu of this person's pages?

Apps register their items in ``AppConfig.ready``; an item shows only to those who may use it. Items that belong to another,
its section, stand in a second row on that section's pages, so that the menu itself stays short.
"""

import re
from dataclasses import dataclass, replace

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
    section: str | None = None
    first: str = ""
    of_school: str = ""


@dataclass(frozen=True)
class Link:
    """One line of the menu as a page shows it; ``current`` is "page", "true" or empty, as aria-current wants it."""

    label: str
    url: str
    current: str = ""


_items: list[Item] = []


def register(
    label: str,
    url_name: str,
    permission: str | None = None,
    *,
    order: int = 50,
    prefix: str | None = None,
    section: str | None = None,
    first: str = "",
    of_school: str = "",
) -> None:
    """Put an item into the menu; registering the same ``url_name`` again replaces it.

    Args:
        label: the words of the link, in sentence case.
        url_name: a URL name that needs no arguments.
        permission: the permission that makes it show (``user.standing.may``); None shows it to everyone signed in.
        order: low first; items of one order stand as registered.
        prefix: pages whose path begins so belong to the item; the item's own path when None.
        section: the URL name of the item it belongs to. Whoever may not open that one has this one in the menu itself.
        first: for an item that is a section: what its own page is called beside the others of the section.
        of_school: pages of one school, ``/schools/<number>/<of_school>/…``, belong to the item too.
    """
    _items[:] = [item for item in _items if item.url_name != url_name]
    _items.append(Item(label, url_name, permission, order, prefix, section, first or label, of_school))


def items() -> tuple[Item, ...]:
    """Every registered item in menu order."""
    return tuple(sorted(_items, key=lambda item: item.order))


def links_for(request: HttpRequest) -> list[Link]:
    """The menu of this request's person: empty when nobody is signed in or the person has no standing."""
    menu = (_entry(item, others, request.path) for item, others in _sections(request))
    return [link for link in menu if link is not None]


def section_for(request: HttpRequest) -> list[Link]:
    """The second row of the menu: what stands together with this page; empty where nothing does."""
    for item, others in _sections(request):
        row = [_link(replace(item, label=item.first), request.path), *(_link(each, request.path) for each in others)]
        links = [link for link in row if link is not None]
        if len(links) > 1 and any(link.current for link in links):
            return _marked_once(links)
    return []


def _marked_once(links: list[Link]) -> list[Link]:
    """The first, whose prefix may hold those of the others, is not marked beside one of them."""
    if any(link.current for link in links[1:]):
        return [replace(links[0], current=""), *links[1:]]
    return links


def _sections(request: HttpRequest) -> list[tuple[Item, list[Item]]]:
    """What this person may open: each item of the menu with those that belong to it."""
    standing = getattr(getattr(request, "user", None), "standing", None)
    if standing is None:
        return []
    shown = [item for item in items() if item.permission is None or standing.may(item.permission)]
    names = {item.url_name for item in shown if item.section is None}
    return [
        (item, [each for each in shown if each.section == item.url_name]) for item in shown if item.section not in names
    ]


def _entry(item: Item, others: list[Item], path: str) -> Link | None:
    """The link of an item, marked on the pages of its section too."""
    link = _link(item, path)
    is_inside = any(found.current for each in others if (found := _link(each, path)))
    return replace(link, current="true") if link and is_inside else link


def _link(item: Item, path: str) -> Link | None:
    try:
        url = reverse(item.url_name)
    except NoReverseMatch:
        return None
    is_of_school = bool(item.of_school and re.match(rf"/schools/\d+/{re.escape(item.of_school)}/", path))
    current = _current(path, url=url, prefix=item.prefix or url)
    return Link(label=item.label, url=url, current=current or ("true" if is_of_school else ""))


def _current(path: str, *, url: str, prefix: str) -> str:
    if path == url:
        return "page"
    return "true" if prefix != "/" and path.startswith(prefix) else ""

"""Which addresses are there, what did each declare, and which methods does it take? Read off the resolver."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from ssp.access.decorators import Access

ANY = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    view: Callable[..., Any] = field(repr=False)
    arguments: tuple[str, ...] = ()

    @property
    def access(self) -> Access | None:
        found = getattr(self.view, "access", None)
        return found if isinstance(found, Access) else None

    @property
    def methods(self) -> frozenset[str]:
        """What `require_http_methods` and its like let through, wherever among the wrappers it stands."""
        found, view = ANY, self.view
        while view is not None:
            closed = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
            if "request_method_list" in closed:
                found &= set(closed["request_method_list"])
            view = getattr(view, "__wrapped__", None)
        return frozenset(found)


def routes(patterns: Iterable[Any] | None = None, prefix: str = "", names: str = "") -> Iterator[Route]:
    """Every address of the service, through every include."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        path = f"{prefix}{getattr(each, 'pattern', '')}"
        if isinstance(each, URLResolver):
            inner = f"{names}{each.namespace}:" if each.namespace else names
            yield from routes(each.url_patterns, path, inner)
        elif isinstance(each, URLPattern):
            yield Route(f"{names}{each.name or ''}", path, each.callback, tuple(each.pattern.converters))
        else:
            raise TypeError(f"what is {each!r} in the list of addresses?")


def problems(found: Iterable[Route]) -> list[str]:
    """What is wrong with a list of addresses: no name, no declared access, the same address or name twice."""
    wrong, names, paths = [], set(), set()
    for route in found:
        what = f"{route.name or '(no name)'} at /{route.pattern}"
        if not route.name or route.name.endswith(":"):
            wrong.append(f"{what}: has no name")
        if route.access is None:
            wrong.append(f"{what}: declares neither a permission, @signed_in nor @public")
        elif route.access.permission and route.access.public:
            wrong.append(f"{what}: declares both a permission and @public")
        if route.name in names:
            wrong.append(f"{what}: the name is used twice")
        if route.pattern in paths:
            wrong.append(f"{what}: the address is used twice")
        names.add(route.name)
        paths.add(route.pattern)
    return wrong

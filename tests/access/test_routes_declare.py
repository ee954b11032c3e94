import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from ssp.access.decorators import public, requires, signed_in
from ssp.access.permissions import PERMISSIONS
from tests.access.routes import problems, routes


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


open_to_all = public("planted")(bare)
asked = requires("agreement.view")(bare)


def test_every_address_declares_who_may_open_it():
    assert problems(routes()) == []
    assert len(list(routes())) > 40


def test_every_permission_asked_for_by_an_address_exists():
    assert {r.access.permission for r in routes() if r.access and r.access.permission} <= set(PERMISSIONS)


def test_every_public_address_says_why():
    assert [r.name for r in routes() if r.access and r.access.public and len(r.access.public) < 15] == []


def test_every_address_says_which_methods_it_takes():
    assert [
        r.name for r in routes() if r.methods == frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    ] == []


@pytest.mark.parametrize(
    ("planted", "complaint"),
    [
        ([path("a/", bare, name="a")], "declares neither"),
        ([path("a/", include([path("b/", bare, name="b")]))], "declares neither"),
        ([path("a/", include(([path("b/", bare, name="b")], "inner")))], "inner:b at /a/b/: declares neither"),
        ([path("a/", open_to_all, name="a"), path("a/", asked, name="b")], "the address is used twice"),
        ([path("a/", open_to_all, name="a"), path("b/", asked, name="a")], "the name is used twice"),
        ([path("a/", asked)], "has no name"),
    ],
)
def test_the_walker_finds_what_is_planted(planted, complaint):
    (found,) = problems(routes(planted))
    assert complaint in found


def test_the_walker_accepts_what_is_declared():
    assert (
        problems(
            routes(
                [path("a/", asked, name="a"), path("b/", signed_in(bare), name="b"), path("c/", open_to_all, name="c")]
            )
        )
        == []
    )


def test_the_walker_refuses_what_it_does_not_know():
    with pytest.raises(TypeError):
        list(routes(["admin/"]))

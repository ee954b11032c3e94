"""Does a step-up ask for the second factor again, say which it was, and keep what happened though the act is refused (C11)?"""

import time

import pytest
from django.test import RequestFactory
from signing_in import code, person, signed_in

from ssp.accounts import factors, step_up
from ssp.accounts.step_up import Factor, TooManyTries, WrongCode

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture
def user():
    return person("a@north.example")


@pytest.fixture
def request_(client, user):
    """A request of somebody signed in, as a view gets it."""
    from allauth.core import context

    signed_in(client, user)
    request = RequestFactory().post("/sign/", REMOTE_ADDR="127.0.0.1")
    request.user, request.session = user, client.session
    with context.request_context(request):
        yield request


def test_a_code_confirms_and_says_what_it_was(request_, user):
    assert step_up.check(request_, code=code(user)) == Factor(method="totp", label="authenticator app")
    assert step_up.is_recent(request_) and step_up.age(request_) < 5


def test_a_recovery_code_confirms_and_says_what_it_was(request_, user):
    first, *_ = factors.make_recovery_codes(user)
    assert step_up.check(request_, code=first).method == "recovery_code"


def test_a_code_confirms_once(request_, user):
    now = code(user)
    step_up.check(request_, code=now)
    with pytest.raises(WrongCode):
        step_up.check(request_, code=now)


def test_nothing_or_nonsense_is_refused(request_):
    for given in ({}, {"code": "000000"}, {"credential": "{}"}, {"credential": "no json"}):
        with pytest.raises(WrongCode):
            step_up.check(request_, **given)


def test_tries_are_counted(request_, user):
    for _ in range(10):
        with pytest.raises(WrongCode):
            step_up.check(request_, code="000000")
    with pytest.raises(TooManyTries):
        step_up.check(request_, code=code(user))


def test_age_is_of_the_second_factor_alone(request_):
    records = [{"method": "mfa", "type": "totp", "at": time.time() - 400}, {"method": "password", "at": time.time()}]
    request_.session["account_authentication_methods"] = records
    assert 399 < step_up.age(request_) < 410 and not step_up.is_recent(request_)


def test_without_a_passkey_there_are_no_options(request_):
    assert step_up.begin(request_) == {}


def test_a_planted_record_of_another_person_does_not_count(request_):
    request_.session["account_authentication_methods_user"] = "999999"
    assert step_up.age(request_) is None


def test_after_confirming_one_comes_back_to_the_page_of_the_act_also_from_a_post():
    """A view that takes no GET names the page to come back to; all others are their own."""
    from tests.access.routes import routes

    stepped = {route.name: route for route in routes() if _confirmed_back(route.view) is not None}
    assert {"accounts:password_change", "accounts:recovery_codes", "accounts:factor_remove"} <= set(stepped)
    for name, route in stepped.items():
        assert "GET" in route.methods or _confirmed_back(route.view), name


def _confirmed_back(view):
    while view is not None:
        if hasattr(view, "confirmed_back"):
            return view.confirmed_back
        view = getattr(view, "__wrapped__", None)
    return None


def test_an_old_confirmation_sends_a_post_round_and_back(client, user):
    signed_in(client, user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time() - 400}]
    session.save()
    assert client.post("/account/password/", {})["Location"] == "/confirm/?next=%2Faccount%2Fpassword%2F"
    assert client.post("/account/second-factor/recovery-codes/")["Location"] == "/confirm/?next=%2Faccount%2F"

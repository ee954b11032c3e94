"""What reaches the log, who may read it, and what nobody may do to it."""

# ruff: noqa: S608 - statements of the tests' own words
import threading
import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import DatabaseError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from ssp.access.middleware import StandingMiddleware
from ssp.access.roles import Role
from ssp.access.standing import acting
from ssp.audit import log, partitions
from ssp.audit.content import safe
from ssp.audit.models import AuditEvent, AuditSeal
from ssp.refusals import NotPermitted, WrongState
from ssp.tenancy import context
from tests.ssp.audit_world import lines, make_force, make_person, owner_sql, seal_now, write_lines

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


@pytest.fixture(autouse=True)
def _heads(settings, tmp_path):
    settings.AUDIT_HEADS = str(tmp_path / "heads")


@pytest.fixture
def north():
    return make_force("North")


@pytest.fixture
def coordinator(north):
    return make_person("Amara Osei", Role.FORCE_ADMIN, north)


@pytest.fixture
def auditor(north):
    return make_person("Ines Whitcombe", Role.AUDITOR, north)


def shown(user):
    """A session in which this person showed both factors."""
    return {
        AUTHENTICATION_METHODS_SESSION_KEY: [{"method": "mfa", "type": "totp", "at": time.time()}],
        "account_authentication_methods_user": str(user.pk),
    }


def visited(user, view, *, ip="203.0.113.9"):
    """What the middleware answers for a page."""
    request = RequestFactory().get("/", REMOTE_ADDR=ip)
    request.user, request.session, request.resolver_match, request.csp_nonce = user, shown(user), None, ""
    middleware = StandingMiddleware(lambda r: view(r))

    def as_django_does(request: HttpRequest) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request)
        except Exception as error:  # the handler hands every exception of a view to the middleware
            response = middleware.process_exception(request, error)
            if response is None:
                raise
            return response

    middleware.get_response = as_django_does
    return middleware(request)


def test_a_line_says_who_what_about_whom_and_when(coordinator, north):
    with acting(coordinator):
        log.record(
            "agreement.issued",
            north,
            by=coordinator,
            subject=coordinator,
            recipient="Ashfield Academy",
            reason="Yearly",
            details={"version": 2},
        )
    (line,) = lines(event="agreement.issued")
    assert (line.actor_id, line.actor_role, line.actor_side) == (coordinator.pk, "force_admin", "police")
    assert (line.operation, line.object_type, line.object_id) == ("disclosure", "tenancy.force", north.pk)
    assert (line.subject_type, line.subject_id) == ("accounts.user", coordinator.pk)
    assert (line.recipient, line.reason, line.details) == ("Ashfield Academy", "Yearly", {"version": 2})
    assert line.force_id == north.pk and line.xid > 0 and line.at is not None


def test_a_line_is_small(coordinator):
    write_lines(coordinator, 20)
    ((width,),) = owner_sql("SELECT max(pg_column_size(e.*)) FROM audit_auditevent e")
    assert width <= 250


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_auditevent SET reason = 'x'", "DELETE FROM audit_auditevent", "TRUNCATE audit_auditevent"],
)
@pytest.mark.parametrize("alias", ["default", "owner"])
def test_nobody_changes_a_line_not_even_the_owner(coordinator, statement, alias):
    write_lines(coordinator)
    with pytest.raises(DatabaseError, match=r"append-only|permission denied"), connections[alias].cursor() as cursor:
        cursor.execute(statement)
    assert lines(event="agreement.drafted")


@pytest.mark.parametrize("statement", ["UPDATE {0} SET events = 1", "DELETE FROM {0}", "TRUNCATE {0}"])
@pytest.mark.parametrize("alias", ["default", "owner"])
def test_nobody_changes_a_seal(coordinator, north, statement, alias):
    write_lines(coordinator)
    seal_now(north.pk)
    with pytest.raises(DatabaseError, match=r"append-only|permission denied"), connections[alias].cursor() as cursor:
        cursor.execute(statement.format("audit_auditseal"))
    assert AuditSeal.objects.using("owner").exists()


def test_a_partition_is_reached_by_nobody_directly(coordinator):
    write_lines(coordinator)
    ((partition,),) = owner_sql("SELECT DISTINCT tableoid::regclass::text FROM audit_auditevent")
    assert owner_sql(f"SELECT count(*) FROM {partition}") == [(0,)]  # the owner sees nothing: no policy
    for statement in (f"SELECT * FROM {partition}", f"DELETE FROM {partition}"):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError, match="append-only"):
        owner_sql(f"TRUNCATE {partition}")


def test_only_the_auditor_of_the_force_reads(coordinator, auditor, north):
    stranger = make_person("Other Auditor", Role.AUDITOR, make_force("South"))
    write_lines(coordinator)
    seen = {}
    for person in (coordinator, auditor, stranger):
        with acting(person):
            seen[person.name] = AuditEvent.objects.filter(event="agreement.drafted").count()
    assert seen == {"Amara Osei": 0, "Ines Whitcombe": 1, "Other Auditor": 0}
    assert AuditEvent.objects.count() == 0  # without a context


def test_a_line_cannot_be_written_into_another_force_or_back_dated(coordinator):
    other = make_force("South")
    values = (
        "actor_role, actor_side, operation, event, object_type, subject_type, recipient, reason, request_id, details"
    )
    for column, value in (("force_id", str(other.pk)), ("at", "now() - interval '1 day'"), ("xid", "1")):
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            acting(coordinator),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"INSERT INTO audit_auditevent ({column}, {values}) "
                f"VALUES ({value}, '', '', 'erasure', 'x', '', '', '', '', '', '{{}}')"
            )


def test_a_change_and_its_line_are_kept_or_lost_together(coordinator):
    with pytest.raises(WrongState), acting(coordinator):
        log.record("agreement.signed", by=coordinator)
        raise WrongState("No.")
    assert not lines(event="agreement.signed")


def test_reads_are_written_in_one_statement_before_the_page_leaves(coordinator, django_assert_num_queries):
    with acting(coordinator):
        log.begin()
        for _ in range(5):
            log.consulted("agreement.read", by=coordinator)
        with django_assert_num_queries(1):
            log.flush()
        log.end()
    assert len({line.request_id for line in lines(event="agreement.read")}) == 1
    assert len(lines(event="agreement.read")) == 5


def test_no_page_when_the_right_to_write_the_log_is_gone(coordinator):
    def page(request):
        log.consulted("agreement.read", by=request.user)
        return HttpResponse("Rosa Quillfeather")

    assert visited(coordinator, page).status_code == 200
    app_role = connections["default"].settings_dict["USER"]
    owner_sql(f'REVOKE INSERT ON audit_auditevent FROM "{app_role}"')
    try:
        response = visited(coordinator, page)
    finally:
        owner_sql(f'GRANT INSERT ON audit_auditevent TO "{app_role}"')
    assert response.status_code == 503 and b"Quillfeather" not in response.content


def test_no_page_while_the_log_is_locked(coordinator):
    locked, leave = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(using="owner"):
            owner_sql("LOCK TABLE audit_auditevent IN ACCESS EXCLUSIVE MODE")
            locked.set()
            leave.wait(30)
        connections["owner"].close()

    def page(request):
        log.consulted("agreement.read", by=request.user)
        return HttpResponse("Rosa Quillfeather")

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert locked.wait(10)
        response = visited(coordinator, page)
    finally:
        leave.set()
        holder.join()
    assert response.status_code == 503 and b"Quillfeather" not in response.content
    assert not lines(event="agreement.read")


def test_no_page_when_a_change_cannot_be_logged(coordinator):
    def act(request):
        log.record("agreement.signed", by=request.user, reason="x")
        raise log.LogUnavailable("The log cannot be written just now.")

    assert visited(coordinator, act).status_code == 503
    assert not lines(event="agreement.signed")


def test_a_refusal_is_logged_although_the_act_is_rolled_back(coordinator):
    def act(request):
        log.record("agreement.signed", by=request.user)
        raise NotPermitted("Your role does not open this page.", rule="R5")

    assert visited(coordinator, act).status_code == 403
    assert not lines(event="agreement.signed")
    (line,) = lines(event="access.refused")
    assert (line.actor_id, line.actor_role, line.details["rule"]) == (coordinator.pk, "force_admin", "R5")


def test_a_refusal_the_service_words_itself_is_logged_once(coordinator, north):
    def act(request):
        log.refused("agreement.refused", north, by=request.user, details={"rule": "N4"})
        raise WrongState("It was signed already.")

    assert visited(coordinator, act).status_code == 409
    assert [line.event for line in lines(event__in=["agreement.refused", "act.refused"])] == ["agreement.refused"]


def test_no_answer_when_a_refusal_cannot_be_logged(coordinator):
    def act(request):
        raise NotPermitted("No.")

    app_role = connections["default"].settings_dict["USER"]
    owner_sql(f'REVOKE INSERT ON audit_auditevent FROM "{app_role}"')
    try:
        assert visited(coordinator, act).status_code == 503
    finally:
        owner_sql(f'GRANT INSERT ON audit_auditevent TO "{app_role}"')


def test_the_address_stands_on_sign_in_lines_alone(coordinator):
    def page(request):
        log.record("account.signed_in", by=request.user)
        log.record("agreement.drafted", by=request.user)
        return HttpResponse("")

    visited(coordinator, page, ip="2001:db8::7")
    assert lines(event="account.signed_in")[0].ip == "2001:db8::7"
    assert lines(event="agreement.drafted")[0].ip is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb", "a b"),
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07x", "red x"),
        ("nul\x00tab\tend", "nul tab end"),
        ("a\u202eb\u2028c\ud800", "a b c"),
        ("Siân Ó Briain 李", "Siân Ó Briain 李"),
        ("x" * 1_000_000, "x" * 499 + "…"),
    ],
)
def test_text_is_made_safe_and_short(typed, kept):
    assert safe(typed, 500) == kept


def test_unsafe_text_never_reaches_the_table(coordinator):
    with acting(coordinator):
        log.record(
            "agreement.declined", by=coordinator, reason="no\r\n2026 forged line", recipient="\x1b[2J" + "y" * 5000
        )
    (line,) = lines(event="agreement.declined")
    assert line.reason == "no 2026 forged line" and len(line.recipient) == 200


@pytest.mark.parametrize(
    "details", [{"role": "a sentence about a child"}, {"role": ["x"]}, {"role": "x" * 81}, {"role": 1.5}]
)
def test_details_hold_no_narrative(coordinator, details):
    with pytest.raises(ValueError, match="narrative"), acting(coordinator):
        log.record("membership.given", by=coordinator, details=details)


def test_details_hold_declared_keys_alone(coordinator):
    with pytest.raises(LookupError, match="story"), acting(coordinator):
        log.record("membership.given", by=coordinator, details={"story": 1})


def test_an_unknown_event_is_refused(coordinator):
    with pytest.raises(LookupError, match="nonsense"), acting(coordinator):
        log.record("agreement.nonsense", by=coordinator)


def test_months_are_made_ahead_by_the_weak_role(coordinator):
    name = f"audit_auditevent_{(timezone.localdate().year + 1)}_{timezone.localdate().month:02}"
    with context.entered(context.Context()):
        assert name in partitions.make_ahead(12)
        assert partitions.make_ahead(12) == []
        assert not partitions.has_strays()
        transaction.set_rollback(True)


def test_a_line_without_a_month_goes_to_the_default_partition_and_alarms(coordinator, caplog):
    with transaction.atomic(using="owner"):
        owner_sql(
            "INSERT INTO audit_auditevent (at, actor_role, actor_side, operation, event, object_type, subject_type, recipient, "
            "reason, request_id, details) VALUES ('2050-01-01', '', '', 'erasure', 'x', '', '', '', '', '', '{}')"
        )
    assert partitions.alarm_on_strays()
    assert "default partition" in caplog.text

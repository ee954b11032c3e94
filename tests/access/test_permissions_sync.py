"""Does the command find and mend rows that memberships and matrix do not explain?"""

import pytest
from django.core.management import CommandError, call_command

from ssp.access.models import ForceGrant, SchoolGrant
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def grants_of(force, model):
    return context.entered(context.system(force.pk)), model.objects


def test_nothing_is_amiss_after_roles_were_given(shared, capsys):
    call_command("sync_permissions", "--check")
    assert capsys.readouterr().out.splitlines() == [
        "Northshire Police: missing=0 surplus=0",
        "Southmoor Police: missing=0 surplus=0",
    ]


@pytest.mark.parametrize("model", [ForceGrant, SchoolGrant])
def test_a_missing_row_is_found_and_only_then_mended(shared, model):
    within, rows = grants_of(shared.forces["northshire"], model)
    with within:
        count = rows.count()
        rows.filter(pk=rows.order_by("pk").first().pk).delete()
    with pytest.raises(CommandError, match="differ") as refused:
        call_command("sync_permissions", "--check")
    assert refused.value.returncode == 1
    call_command("sync_permissions")
    call_command("sync_permissions", "--check")
    within, rows = grants_of(shared.forces["northshire"], model)
    with within:
        assert rows.count() == count


def test_a_surplus_row_is_found_and_taken_away(shared):
    """A row nobody's role explains."""
    within, rows = grants_of(shared.forces["northshire"], ForceGrant)
    with within:
        row = rows.order_by("pk").first()
        rows.create(user=shared.users["maya"], permission=row.permission, content_object=row.content_object)
    with pytest.raises(CommandError):
        call_command("sync_permissions", "--check")
    call_command("sync_permissions")
    within, rows = grants_of(shared.forces["northshire"], ForceGrant)
    with within:
        assert not rows.filter(user=shared.users["maya"]).exists()

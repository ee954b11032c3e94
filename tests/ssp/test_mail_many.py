"""Are many e-mails asked for at once like one: each once, each on the list, in a number of statements that does not grow?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ssp import tasks
from ssp.accounts.models import User
from ssp.models import Task
from ssp.notifications import mail
from ssp.notifications.models import SentMail
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def test_many_are_asked_for_in_the_statements_of_one_and_each_goes_once(forces, mailoutbox):
    people = [User.objects.create_user(f"p{number}@ashfield.example", name=f"Person {number}") for number in range(20)]
    said = {"count": 1, "own": [], "others": []}
    letters = {f"many:{user.pk}": (user, said) for user in people}
    counted = []
    for some in (dict([*letters.items()][:1]), letters, letters):
        with context.entered(context.system(forces[0].pk)), CaptureQueriesContext(connection) as captured:
            mail.send_many("reminder", some)
        counted.append(len(captured))
    assert len(set(counted)) == 1
    with context.entered(context.system(forces[0].pk)):
        assert (Task.objects.count(), SentMail.objects.count()) == (20, 20)
    tasks.drain()
    assert sorted(message.to[0] for message in mailoutbox) == sorted(user.email for user in people)
    with context.entered(context.system(forces[0].pk)):
        assert set(SentMail.objects.values_list("state", flat=True)) == {"sent"}

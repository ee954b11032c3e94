"""Two people press at once: one puts an officer's probation off, the other posts the officer. Who is refused (R5)?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from crash import wait_for
from django.db import DatabaseError, connections
from places import day, officer, posting_row, protocol

from officers.models import Officer, Posting
from ssp.access.standing import acting
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def test_probation_put_off_while_somebody_posts_is_seen(world):
    protocol(world)
    who = officer(world)
    row = posting_row(world, who, "ashfield")
    put_off, answers = Event(), []

    def posts():
        put_off.wait(timeout=30)
        try:
            with acting(world.users["tom"]):
                Posting.objects.create(**row)
            answers.append("posted")
        except DatabaseError as error:
            answers.append(str(error))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with world.acting("amara"):
            Officer.objects.filter(pk=who.pk).update(probation_ends_on=day(90))
            put_off.set()
            done = pool.submit(posts)
            wait_for(lambda: done.done() or waits_for_a_lock(), limit=30)
        done.result()
    assert len(answers) == 1 and "within probation" in answers[0]
    with context.entered(context.system(who.force_id)):
        assert not Posting.objects.exists()


def waits_for_a_lock():
    with connections["owner"].cursor() as cursor:
        cursor.execute("select exists (select from pg_locks where not granted)")
        return cursor.fetchone()[0]

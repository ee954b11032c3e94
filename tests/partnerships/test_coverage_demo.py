"""The demo world shows every state that coverage knows, so that nobody meets one for the first time at work."""

import pytest
from coverage_world import asked

from officers.demo import more_schools
from officers.demo.world import slugs
from partnerships.queries.coverage import State
from ssp.documents import render
from ssp.documents.demo import demo_seals

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def test_the_schools_beside_the_story_stand_in_every_state(world, tmp_path):
    with demo_seals(tmp_path, slugs()):
        try:
            more_schools.tell(world)
        finally:
            render.stop_renderer()
    found = asked(world)
    assert all(found.counts[state] for state in State), found.counts
    from partnerships import coverage as words

    rows = {row.name: row for row in words.rows(found)}
    assert rows["Ingleby High School"].missing == ""
    assert rows["Eastgate School"].dsa.text == "Lapsed" and rows["Eastgate School"].spoc.notes[0].startswith("Since ")
    assert rows["Fernley Academy"].spoc.text == "Tess Quill, deputy"
    assert rows["Harrow Lane School"].spoc.notes[0].startswith("Kofi Mensah from ")
    assert {area.name for area in found.areas} >= {"Westbrook", "Calder"}

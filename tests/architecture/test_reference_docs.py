"""Do the generated documents say what the tables say now?"""

from pathlib import Path

import pytest

from partnerships.management.commands import agreement_life_cycle
from ssp.access.management.commands import permission_matrix
from ssp.access.matrix import MATRIX

DOCS = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize(
    ("name", "command"), [("agreement-life-cycle.md", agreement_life_cycle), ("permissions.md", permission_matrix)]
)
def test_a_generated_document_is_up_to_date(name, command):
    made = command.__name__.rpartition(".")[2]
    assert (DOCS / name).read_text(encoding="utf-8") == command.markdown(), f"manage.py {made} > docs/reference/{name}"


def test_every_permission_has_its_line():
    assert all(f"`{permission}`" in permission_matrix.markdown() for permission in MATRIX)

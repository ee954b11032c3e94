"""How does a page carry out what a form asks for, so that a refusal stands on the form and nothing typed is lost (N10)?"""

from collections.abc import Callable
from typing import Any, TypeVar

from ssp.refusals import NotPermitted, Refused, WrongState

T = TypeVar("T")


def acted(form: Any, act: Callable[[], T], *, field: str | None = None) -> T | None:
    """Do it and give back the record the service gives; a refusal goes on the form, at ``field`` or above it all, and gives None.

    Raises:
        NotPermitted: a page of its own says so (403).
        WrongState: what was typed has nothing left to apply to (409).
    """
    try:
        return act()
    except (NotPermitted, WrongState):
        raise
    except Refused as error:
        form.add_error(field, str(error))
        return None

"""Why does an agreement refuse? Typed refusals of this app, in the user's words."""

from collections.abc import Mapping

from ssp.refusals import Refused


class BlanksRefused(Refused):
    """Blanks of a wording were filled wrongly; ``problems`` maps each blank's name to what to do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("Some of the details need your attention.")
        self.problems = dict(problems)


class StepMissing(Refused):
    """A step before this one was not done on this text by this person; ``step`` names it."""

    def __init__(self, step: str, message: str) -> None:
        super().__init__(message)
        self.step = step


class NameDiffers(Refused):
    """The typed name is not the account's name."""


class BothSides(Refused):
    """One person may not sign for both sides."""

    rule = "N3"


class NotSealed(Refused):
    """Nothing is shown as in force unless its seal exists and verifies."""

    rule = "N4"

"""What does a service raise when it will not do something? Exceptions whose text is fit for the user."""


class Refused(Exception):
    """A service will not do this. ``str(error)`` says why, in the field's words, and who can help.

    ``rule`` names the product rule that refuses (``"R5"``, ``"N4"``), for the log and the tests.
    """

    rule = ""

    def __init__(self, message: str, *, rule: str = "") -> None:
        super().__init__(message)
        self.rule = rule or self.rule


class NotPermitted(Refused):
    """The person may see the record but not do this to it. Pages answer 403."""


class WrongState(Refused):
    """The record is not in a state in which this can be done: it was done already, or something must come first."""


class Stale(Refused):
    """What the person saw is not what is there now. Nothing was changed; they should look again."""

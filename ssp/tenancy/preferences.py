"""What has this force decided for itself? One answer for everybody who asks: its settings, or the defaults."""

from ssp.access.roles import Role
from ssp.tenancy import context
from ssp.tenancy.models import ForceSettings

_MEMORY = "settings of a force"


def of(force_id: int) -> ForceSettings:
    """The settings of a force; a force that never changed any has the defaults. Never None.

    Read once for as long as a context lasts (a request, a task), then asked again. What comes back is for reading: changes go
    through `ssp.tenancy.services.preferences`. In a context of another force row-level security shows nothing, so the defaults.
    """
    memory = context.memory()
    if memory is not None and (_MEMORY, force_id) in memory:
        found: ForceSettings = memory[_MEMORY, force_id]
        return found
    read = ForceSettings.objects.filter(force_id=force_id).first() or ForceSettings(force_id=force_id)
    if memory is not None:
        memory[_MEMORY, force_id] = read
    return read


def forget(force_id: int) -> None:
    """Ask the database again next time: the settings have just been changed."""
    memory = context.memory()
    if memory is not None:
        memory.pop((_MEMORY, force_id), None)


def role_called(role: str, *, force_id: int) -> str:
    """A role in words; the officer's as the force calls it."""
    return of(force_id).officer_title if role == Role.OFFICER else str(Role(role).label)

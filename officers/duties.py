"""What does an officer not do, why, and whom does one ask instead (R7)? As agreed in the protocol's own list; read 2026-11-22.

Source: "What's the policing purpose?", the seven things outside an officer's role. The words are ours.
"""

from dataclasses import dataclass

from officers.models import Door, Duty


@dataclass(frozen=True)
class Refusal:
    """The reason in a sentence, why the rule is there, and whom to ask instead."""

    reason: str
    why: str
    ask: str


# Said to whoever reads it: a school rings, an officer is the one who comes.
EMERGENCY: dict[str, str] = {
    Door.REQUEST: "If a child is at risk of harm now, call 999. An officer then uses police powers and records them; "
    "this refusal does not apply.",
    Door.ACTIVITY: "Use your powers and call control. This refusal does not apply.",
}

REFUSALS: dict[str, Refusal] = {
    Duty.ALTERCATION: Refusal(
        "An officer does not step into a fight where school staff are there to do it.",
        "Order in the school is the head teacher’s. A police officer who steps in turns what the school could settle into a "
        "police matter.",
        "The member of staff on duty, then the senior leader on call.",
    ),
    Duty.PLAYGROUND: Refusal(
        "An officer does not take a playground duty in place of staff.",
        "Supervision is the school’s. Talking to pupils at break is an officer’s work, but as engagement, beside staff on duty.",
        "Whoever makes the school’s duty rota.",
    ),
    Duty.ACCOMPANY: Refusal(
        "An officer does not accompany a pupil away from the school.",
        "A pupil who leaves is in the school’s care until a parent or carer has them. No policing purpose covers taking this over.",
        "The SPOC: the school arranges it with the parent or carer.",
    ),
    Duty.PERSONAL_NUMBER: Refusal(
        "An officer does not give a personal number as an emergency contact.",
        "An emergency is answered by the police as a service, at any hour, and not by one person’s telephone.",
        "999 in an emergency, 101 otherwise; the partnership’s contact page for the team’s number.",
    ),
    Duty.OUT_OF_HOURS: Refusal(
        "An officer is not to be reached outside working hours.",
        "Whoever is on duty answers. A call that waits for one officer comes too late.",
        "999 in an emergency, 101 otherwise. An enquiry through the SPOC is read on the next working day.",
    ),
    Duty.CAF_REFERRAL: Refusal(
        "An officer does not complete a CAF referral.",
        "The assessment is made by whoever works with the family. What the police know goes into it as a disclosure.",
        "The school’s designated safeguarding lead, or children’s services.",
    ),
    Duty.HEADS_AUTHORITY: Refusal(
        "An officer does not act on the head teacher’s authority without a power of the police.",
        "What staff may do by the head’s authority, such as a search under the school’s policy, staff do. An officer acts only "
        "on police powers, and records them.",
        "The head teacher, who authorises a member of staff.",
    ),
}

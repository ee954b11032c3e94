"""What can be permitted at all? One line a permission, in the words an information-governance lead signs off."""

PERMISSIONS: dict[str, str] = {
    "agreement.view": "Read protocols and data sharing agreements, who signed them and where they stand",
    "agreement.draft": "Prepare an agreement for a school from a published template",
    "agreement.issue": "Send an agreement to the school to be signed",
    "agreement.sign": "Sign an agreement for the school, or decline it",
    "agreement.countersign": "Countersign an agreement for the chief constable",
    "agreement.withdraw": "Take back an agreement before it is countersigned",
    "agreement.end": "End an agreement in force with notice",
    "agreement.retry_seal": "Ask for a failed sealing to be tried again",
    "partnership.import": "Bring in a list of partner schools and decide which school each line means",
    "family.view": "See which schools work together as a family",
    "family.edit": "Make and rename school families, and say which schools belong to them",
    "template.view": "Read the templates agreements are made from",
    "template.edit": "Write and publish template versions",
    "school.view": "See a school's entry, its people and its partnership",
    "people.view": "See who holds which role, from when to when",
    "people.invite_police": "Invite people into police roles and end their roles",
    "people.invite_school": "Invite people into school roles and end their roles",
    "posting.plan": "Post officers to schools and end postings",
    "posting.view": "See which officer is posted to which school",
    "audit.search": "Search and export the log",
}

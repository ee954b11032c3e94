"""Where do the records of what happened stand in the navigation, and who is shown each place?"""

from ssp.ui import navigation


def register() -> None:
    """Called when the app is ready; what has no place of its own in the bar stands within the section it names."""
    _between_both()
    _of_the_school()
    _of_the_police()


def _of_the_school() -> None:
    add = navigation.register
    add("Report a concern", "concern-start", "concern.report", order=5, prefix="/concerns/new/")
    add("Desk", "desk", "concern.triage", order=12, prefix="/desk/", first="The desk")
    add("Pupils", "pupil-find", "pupil.view", order=13, prefix="/pupils/", section="desk")
    add(
        "Police notices", "morning-notice-received", "morning_notice.read", order=26,
        prefix="/morning-notices/received/",
    )  # fmt: skip


def _between_both() -> None:
    add, enquiries = navigation.register, "enquiry-list"
    add("Enquiries", enquiries, "enquiry.view", order=12, prefix="/enquiries/", first="Enquiries")
    add("Said directly", "direct-list", "direct_contact.view", order=13, prefix="/direct/", section=enquiries)
    add("Advice", "advice-list", "advice.ask", order=14, section=enquiries)
    add("Questions for advice", "advice-queue", "advice.answer", order=14, prefix="/advice/", section=enquiries)
    add("Disclosures", "disclosure-list", "disclosure.ledger", order=16, prefix="/disclosures/")


def _of_the_police() -> None:
    add, incidents = navigation.register, "incident-list"
    add("Incidents", incidents, "incident.view", order=24, prefix="/incidents/", first="All incidents")
    for label, url_name, prefix in (
        ("Powers used", "power-list", "/powers/"),
        ("Referrals", "referral-list", "/referrals/"),
        ("Conferences", "conference-list", "/conferences/"),
    ):
        add(label, url_name, "incident.view", order=25, prefix=prefix, section=incidents)
    add(
        "Morning notices", "morning-notice-list", "morning_notice.view", order=26, prefix="/morning-notices/",
        section=incidents,
    )  # fmt: skip
    add("Kinds of incident", "incident-kind-list", "settings.view", order=74, section="settings-view")

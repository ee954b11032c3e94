import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("partnerships", "0008_in_force_on"),
        ("schools", "0005_spoc_absence"),
        ("tenancy", "0003_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseConference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("purpose", models.TextField()),
                ("meets_on", models.DateField()),
                ("meets_at_time", models.TimeField(blank=True, help_text="Europe/London.", null=True)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("decided", models.TextField(blank=True, help_text="What was said and decided: fact.")),
                ("planned_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("settled_at", models.DateTimeField(help_text="When holding or cancelling it was entered.", null=True)),
                ("press", models.UUIDField()),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "case conference",
                "default_permissions": (),
                "indexes": [models.Index(fields=["force", "school", "status", "-meets_on"], name="conference_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "press"), name="conference_planned_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["planned", "held", "cancelled"])),
                        name="conference_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True), name="conference_has_a_purpose"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided", ""), ("settled_at", None), ("settled_by", None), ("status", "planned")
                            ),
                            models.Q(
                                models.Q(("status", "planned"), _negated=True),
                                models.Q(("decided", ""), _negated=True),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="conference_settled_with_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "made_side",
                    models.CharField(choices=[("police", "The police"), ("staff", "The school")], max_length=6),
                ),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("text", models.TextField()),
                ("press", models.UUIDField(help_text="Of the form it was sent from: sent twice, it is recorded once.")),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "about",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["force", "school", "-made_at"], name="complaint_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "made_by", "press"), name="complaint_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="complaint_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="complaint_answered_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Concern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="Counts up within the school; makes the reference.")),
                (
                    "status",
                    models.CharField(
                        choices=[("reported", "Reported"), ("open", "Being acted on"), ("closed", "Closed")],
                        default="reported",
                        max_length=10,
                    ),
                ),
                (
                    "is_urgent",
                    models.BooleanField(default=False, help_text="The reporter says it cannot wait until tomorrow."),
                ),
                ("observed", models.TextField(help_text="What was seen or heard: fact.")),
                (
                    "opinion",
                    models.TextField(blank=True, help_text="What the reporter makes of it: professional opinion."),
                ),
                ("done_already", models.TextField(blank=True)),
                ("happened_on", models.DateField()),
                (
                    "happened_at_time",
                    models.TimeField(blank=True, help_text="Europe/London; unknown when null.", null=True),
                ),
                ("is_time_approximate", models.BooleanField(default=False)),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("classroom", "In a lesson"),
                            ("site", "Elsewhere in school"),
                            ("gate", "At the gate or just outside"),
                            ("journey", "On the way to or from school"),
                            ("home", "At home"),
                            ("online", "Online or by phone"),
                            ("elsewhere", "Somewhere else"),
                            ("unknown", "I do not know"),
                        ],
                        max_length=12,
                    ),
                ),
                ("place_detail", models.CharField(blank=True, max_length=200)),
                (
                    "reported_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="When it was entered; not when it happened.",
                    ),
                ),
                (
                    "press",
                    models.UUIDField(help_text="Of the draft it was sent from: sent twice, it is recorded once."),
                ),
                ("triaged_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["force", "school", "status", "reported_at"], name="concern_desk"),
                    models.Index(fields=["force", "reported_by", "-reported_at"], name="concern_reporter"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "number"), name="concern_number_once"),
                    models.UniqueConstraint(fields=("school", "press"), name="concern_recorded_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["reported", "open", "closed"])), name="concern_status_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "place__in",
                                ["classroom", "site", "gate", "journey", "home", "online", "elsewhere", "unknown"],
                            )
                        ),
                        name="concern_place_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("observed", ""), _negated=True), name="concern_says_what_was_seen"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "reported"), ("triaged_at", None)),
                            models.Q(models.Q(("status", "reported"), _negated=True), ("triaged_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="concern_open_once_triaged",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "closed"), _negated=True),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="concern_closed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Addendum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("observed", models.TextField(blank=True, help_text="Fact.")),
                ("opinion", models.TextField(blank=True, help_text="Professional opinion.")),
                ("happened_on", models.DateField(blank=True, null=True)),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="addenda", to="incidents.concern"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["concern", "entered_at"], name="addendum_in_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("concern", "press"), name="addendum_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("observed", ""), _negated=True),
                            models.Q(("opinion", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="addendum_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConcernAttachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        help_text="As it was given, made safe; the ending is that of the kind.", max_length=120
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("application/pdf", "PDF"),
                            ("image/jpeg", "Photo (JPEG)"),
                            ("image/png", "Picture (PNG)"),
                            ("image/webp", "Picture (WebP)"),
                            ("video/mp4", "Video (MP4)"),
                            ("video/quicktime", "Video (MOV)"),
                            ("audio/mp4", "Sound (M4A)"),
                            (
                                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                "Word document",
                            ),
                        ],
                        max_length=80,
                    ),
                ),
                ("size", models.PositiveIntegerField(help_text="Of what is kept, in bytes.")),
                ("sha256", models.CharField(help_text="Of what is kept.", max_length=64)),
                ("storage_key", models.CharField(max_length=120)),
                (
                    "scan",
                    models.CharField(
                        choices=[
                            ("waiting", "Being checked"),
                            ("held", "Held: it could not be checked"),
                            ("clean", "Checked"),
                            ("refused", "Refused and deleted"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("scanned_at", models.DateTimeField(null=True)),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="incidents.concern"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["concern", "entered_at"], name="concern_attachment_in_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("concern", "press", "sha256"), name="concern_attachment_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "application/pdf",
                                    "image/jpeg",
                                    "image/png",
                                    "image/webp",
                                    "video/mp4",
                                    "video/quicktime",
                                    "audio/mp4",
                                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                ],
                            )
                        ),
                        name="concern_attachment_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scan__in", ["waiting", "held", "clean", "refused"])),
                        name="concern_attachment_scan_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scan__in", ("waiting", "held")), ("scanned_at", None)),
                            models.Q(
                                models.Q(("scan__in", ("waiting", "held")), _negated=True),
                                ("scanned_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="concern_attachment_settled_when_scanned",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConcernClosing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(choices=[("closed", "Closed"), ("reopened", "Opened again")], max_length=10)),
                ("summary", models.TextField(blank=True)),
                ("action", models.TextField(blank=True)),
                ("outcome", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True, help_text="Why it was opened again.")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closings", to="incidents.concern"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["concern", "at"], name="concern_closings")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("step", "closed"),
                                models.Q(("summary", ""), _negated=True),
                                models.Q(("action", ""), _negated=True),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            models.Q(("step", "reopened"), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="concern_closing_tells_its_story",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConcernDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(help_text="Of this concern: 1 is the first.")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("assault", "Assault"),
                                ("criminal_damage", "Criminal damage"),
                                ("cyber", "Cyber crime"),
                                ("drugs", "Drugs"),
                                ("harassment", "Harassment"),
                                ("sexual", "Sexual offences"),
                                ("theft", "Theft"),
                                ("weapons", "Weapons"),
                                ("home", "Home, neglect or abuse"),
                                ("exploitation", "Exploitation or gangs"),
                                ("wellbeing", "Wellbeing or self-harm"),
                                ("behaviour", "Behaviour or bullying"),
                                ("other", "Something else"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("assault", "Assault"),
                            ("criminal_damage", "Criminal damage"),
                            ("cyber", "Cyber crime"),
                            ("drugs", "Drugs"),
                            ("harassment", "Harassment"),
                            ("sexual", "Sexual offences"),
                            ("theft", "Theft"),
                            ("weapons", "Weapons"),
                            ("home", "Home, neglect or abuse"),
                            ("exploitation", "Exploitation or gangs"),
                            ("wellbeing", "Wellbeing or self-harm"),
                            ("behaviour", "Behaviour or bullying"),
                            ("other", "Something else"),
                        ],
                        help_text="The gravest of its kinds.",
                        max_length=20,
                    ),
                ),
                ("guidance", models.CharField(help_text="Version of the questions that were asked.", max_length=20)),
                ("answers", models.JSONField(default=dict, help_text="Question of the guide → yes, no, not_known.")),
                (
                    "advice",
                    models.CharField(
                        choices=[
                            ("call", "call the police"),
                            ("consider", "consider the police"),
                            ("school", "deal with it in school"),
                            ("ask", "find out more first"),
                            ("none", "nothing: it is not about this kind of thing"),
                        ],
                        help_text="What the guide suggested.",
                        max_length=10,
                    ),
                ),
                (
                    "outcomes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("school", "School handles it under its own behaviour policy"),
                                ("early_help", "Early help, or the multi-agency safeguarding hub (MASH)"),
                                ("diversion", "Refer to an intervention or diversion"),
                                ("advice", "Ask the officer for advice, without names"),
                                ("disclose", "Disclose to the officer"),
                                ("crime_report", "Report a crime"),
                                ("duty_to_notify", "Duty to notify: suspected child sexual offence"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                (
                    "parent_wish",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("school", "School discipline"),
                            ("police", "The police"),
                            ("not_known", "Not known, or not asked yet"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "can_school_deal",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")], max_length=10
                    ),
                ),
                (
                    "is_serious",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not known")],
                        help_text="On the force's list (R9).",
                        max_length=10,
                    ),
                ),
                (
                    "over_threshold",
                    models.TextField(blank=True, help_text="Why a crime is reported that school could deal with."),
                ),
                ("families", models.JSONField(default=list, help_text="For each child: person, told, who, on, why.")),
                ("reason", models.TextField()),
                ("decided_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="incidents.concern"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("concern", "press"), name="concern_decided_once_a_press"),
                    models.UniqueConstraint(fields=("concern", "number"), name="concern_decision_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcomes__contained_by",
                                [
                                    "school",
                                    "early_help",
                                    "diversion",
                                    "advice",
                                    "disclose",
                                    "crime_report",
                                    "duty_to_notify",
                                ],
                            ),
                            ("outcomes__len__gt", 0),
                        ),
                        name="concern_decision_outcomes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kinds__contained_by",
                                [
                                    "assault",
                                    "criminal_damage",
                                    "cyber",
                                    "drugs",
                                    "harassment",
                                    "sexual",
                                    "theft",
                                    "weapons",
                                    "home",
                                    "exploitation",
                                    "wellbeing",
                                    "behaviour",
                                    "other",
                                ],
                            ),
                            ("kinds__len__gt", 0),
                        ),
                        name="concern_decision_kinds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "subject__in",
                                [
                                    "assault",
                                    "criminal_damage",
                                    "cyber",
                                    "drugs",
                                    "harassment",
                                    "sexual",
                                    "theft",
                                    "weapons",
                                    "home",
                                    "exploitation",
                                    "wellbeing",
                                    "behaviour",
                                    "other",
                                ],
                            )
                        ),
                        name="concern_decision_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("advice__in", ["call", "consider", "school", "ask", "none"])),
                        name="concern_decision_advice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="concern_decision_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcomes__contains", ["crime_report"]), _negated=True),
                            models.Q(
                                models.Q(("parent_wish", ""), _negated=True),
                                models.Q(("can_school_deal", ""), _negated=True),
                                models.Q(("is_serious", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="concern_crime_over_the_threshold",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConcernNudge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "why",
                    models.CharField(
                        choices=[("undecided", "Not decided on"), ("quiet", "Open without an entry")], max_length=10
                    ),
                ),
                ("since", models.DateField(help_text="Since when it lies; an entry begins a new count.")),
                ("level", models.PositiveSmallIntegerField(help_text="0 the desk, 1 the deputy, 2 the head.")),
                ("nudged_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="nudges", to="incidents.concern"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "told",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("concern", "why", "since", "level", "told"), name="concern_nudged_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("level__lte", 2)), name="concern_nudge_level_known"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConcernPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("subject", "The child I am worried about"),
                            ("victim", "Harmed, or at risk of harm"),
                            ("witness", "Saw or heard it"),
                            ("alleged", "Said to have done it"),
                            ("reporter", "Told me"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pupil", "Pupil of this school"),
                            ("child", "Other child"),
                            ("staff", "Member of staff"),
                            ("family", "Parent, carer or family"),
                            ("adult", "Other adult"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(help_text="As it was given.", max_length=120)),
                ("year_group", models.CharField(blank=True, max_length=20)),
                ("born_on", models.DateField(blank=True, null=True)),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="people", to="incidents.concern"
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.pupil",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["force", "school", "pupil"], name="concern_person_pupil")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="concern_person_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["subject", "victim", "witness", "alleged", "reporter"])),
                        name="concern_person_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["pupil", "child", "staff", "family", "adult"])),
                        name="concern_person_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConcernTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=300)),
                ("due_on", models.DateField()),
                ("given_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("what_was_done", models.TextField(blank=True)),
                (
                    "concern",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="incidents.concern"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "task",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at", None)),
                        fields=["force", "school", "due_on"],
                        name="concern_task_due",
                    ),
                    models.Index(condition=models.Q(("settled_at", None)), fields=["owner"], name="concern_task_owner"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("concern", "press"), name="concern_task_given_once"),
                    models.CheckConstraint(
                        condition=models.Q(("what", ""), _negated=True), name="concern_task_says_what"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("settled_by", None)),
                            models.Q(
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                models.Q(("what_was_done", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="concern_task_settled_with_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConferenceAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=300)),
                (
                    "owner",
                    models.CharField(help_text="Who does it, whether or not they use the service.", max_length=120),
                ),
                ("due_on", models.DateField()),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("done_at", models.DateTimeField(null=True)),
                ("done_words", models.CharField(blank=True, max_length=300)),
                ("press", models.UUIDField()),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="incidents.caseconference",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "verbose_name": "action of a conference",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["force", "school", "done_at", "due_on"], name="conference_action_due")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("conference", "press"), name="conference_action_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what", ""), _negated=True), models.Q(("owner", ""), _negated=True)
                        ),
                        name="conference_action_says_who_and_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None), ("done_words", "")),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                models.Q(("done_words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="conference_action_done_with_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConferenceAttendee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                (
                    "comes_from",
                    models.CharField(
                        blank=True, help_text="The organisation, or what they are to the child.", max_length=120
                    ),
                ),
                ("is_present", models.BooleanField(default=True)),
                (
                    "conference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendees",
                        to="incidents.caseconference",
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="attendee_has_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "counts",
                    models.CharField(
                        choices=[("C", "Concern"), ("E", "Enquiry"), ("D", "Disclosure"), ("I", "Incident")],
                        max_length=1,
                    ),
                ),
                ("last", models.PositiveIntegerField(default=0)),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("school", "counts"), name="counter_once"),
                    models.CheckConstraint(
                        condition=models.Q(("counts__in", ["C", "E", "D", "I"])), name="counter_counts_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DirectContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("emergency", "Emergency"), ("duty_to_notify", "Duty to notify")], max_length=14
                    ),
                ),
                (
                    "made_side",
                    models.CharField(choices=[("police", "The police"), ("staff", "The school")], max_length=6),
                ),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "happened_at",
                    models.DateTimeField(
                        help_text="Of an emergency: when. Under the duty: when it was first suspected."
                    ),
                ),
                (
                    "spoken_to",
                    models.CharField(blank=True, help_text="Whom they have told already, and how.", max_length=200),
                ),
                ("text", models.TextField()),
                ("press", models.UUIDField(help_text="Of the form it was sent from: sent twice, it is recorded once.")),
                (
                    "due_at",
                    models.DateTimeField(help_text="When the other side should have confirmed that it arrived."),
                ),
                ("received_at", models.DateTimeField(help_text="The other side confirmed that it arrived.", null=True)),
                ("noted_at", models.DateTimeField(help_text="The SPOC's desk was told, and has read it.", null=True)),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["force", "school", "-made_at"], name="direct_contact_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "made_by", "press"), name="direct_contact_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["emergency", "duty_to_notify"])),
                        name="direct_contact_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "emergency"), ("made_side", "police")),
                            ("made_side", "staff"),
                            _connector="OR",
                        ),
                        name="direct_contact_duty_is_the_schools",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="direct_contact_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_at", None), ("received_by", None)),
                            models.Q(("received_at__isnull", False), ("received_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="direct_contact_received_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("noted_at", None), ("noted_by", None)),
                            models.Q(("noted_at__isnull", False), ("noted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="direct_contact_noted_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="Counts what was sent; a draft has none, so that no gap tells of one withheld.",
                        null=True,
                    ),
                ),
                (
                    "from_side",
                    models.CharField(choices=[("school", "The school"), ("police", "The police")], max_length=10),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("drafted", "Draft"),
                            ("sent", "Sent"),
                            ("acknowledged", "Acknowledged"),
                            ("corrected", "Corrected"),
                            ("recalled", "Recalled"),
                            ("withheld", "Withheld"),
                        ],
                        default="drafted",
                        max_length=14,
                    ),
                ),
                ("is_urgent", models.BooleanField(default=False)),
                (
                    "recipient_kind",
                    models.CharField(
                        choices=[
                            ("officer", "The police officer of the school"),
                            ("spoc", "The school’s single point of contact"),
                            ("outside", "Another body"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "recipient_name",
                    models.CharField(blank=True, help_text="The other body; never a person.", max_length=120),
                ),
                (
                    "purpose",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("prevention", "Prevent crime"),
                            ("investigation", "Investigate or detect crime"),
                            ("safeguarding", "Safeguard people, as a policing purpose"),
                            ("child", "Safeguard or support a child"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "basis",
                    models.CharField(blank=True, help_text="Its key in the list of that edition.", max_length=40),
                ),
                ("basis_edition", models.CharField(blank=True, max_length=10)),
                ("version", models.PositiveSmallIntegerField(default=0, help_text="The newest version that was sent.")),
                ("press", models.UUIDField(help_text="Of the form it was made on: pressed twice, it is one.")),
                ("drafted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(help_text="Sent, or withheld.", null=True)),
                ("acknowledge_by", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "reason_due_at",
                    models.DateTimeField(help_text="Of an urgent one: 24 hours after it went (R4).", null=True),
                ),
                ("reason_given_at", models.DateTimeField(null=True)),
                ("look_again_on", models.DateField(help_text="Of one withheld.", null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        help_text="The data sharing agreement in force when it was sent (N5).",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.agreement",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["force", "-drafted_at", "-id"], name="disclosure_newest"),
                    models.Index(fields=["force", "school", "-drafted_at", "-id"], name="disclosure_of_a_school"),
                    models.Index(
                        condition=models.Q(("acknowledged_at", None), ("status__in", ("sent", "corrected"))),
                        fields=["force", "acknowledge_by"],
                        name="disclosure_to_acknowledge",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "number"), name="disclosure_number_once"),
                    models.UniqueConstraint(fields=("school", "press"), name="disclosure_made_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["drafted", "sent", "acknowledged", "corrected", "recalled", "withheld"])
                        ),
                        name="disclosure_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_side__in", ["school", "police"])), name="disclosure_side_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("purpose__in", ("", "prevention", "investigation", "safeguarding", "child"))
                        ),
                        name="disclosure_purpose_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_side", "school"), ("recipient_kind", "officer"), ("recipient_name", "")),
                            models.Q(("from_side", "police"), ("recipient_kind", "spoc"), ("recipient_name", "")),
                            models.Q(("recipient_kind", "outside"), models.Q(("recipient_name", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="disclosure_goes_to_the_other_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("status", "drafted")),
                            models.Q(
                                models.Q(("status", "drafted"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="disclosure_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ("sent", "acknowledged", "corrected", "recalled")),
                                ("acknowledge_by__isnull", False),
                                ("number__isnull", False),
                                ("version__gte", 1),
                            ),
                            models.Q(
                                models.Q(
                                    ("status__in", ("sent", "acknowledged", "corrected", "recalled")), _negated=True
                                ),
                                ("acknowledge_by", None),
                                ("number", None),
                                ("version", 0),
                            ),
                            _connector="OR",
                        ),
                        name="disclosure_numbered_when_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("sent", "acknowledged", "corrected", "recalled")), _negated=True),
                            models.Q(("is_urgent", True), ("reason_due_at__isnull", False)),
                            models.Q(
                                models.Q(("agreement__isnull", False), ("recipient_kind", "outside"), _connector="OR"),
                                ("is_urgent", False),
                                models.Q(("purpose", ""), _negated=True),
                                models.Q(("basis", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="disclosure_routine_under_an_agreement",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recipient_kind", "outside"), _negated=True), ("agreement", None), _connector="OR"
                        ),
                        name="disclosure_agreement_covers_two_sides",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_at", None), ("acknowledged_by", None)),
                            models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="disclosure_acknowledged_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "acknowledged"), _negated=True),
                            ("acknowledged_at__isnull", False),
                            _connector="OR",
                        ),
                        name="disclosure_acknowledged_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("acknowledged_by", None),
                            ("recipient_kind", "outside"),
                            models.Q(("acknowledged_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="disclosure_not_acknowledged_by_the_sender",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "withheld"), ("look_again_on", None), _connector="OR"),
                        name="disclosure_looked_at_again_when_withheld",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisclosureDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("typed", models.JSONField()),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "disclosure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="draft", to="incidents.disclosure"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DisclosureRecipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_named", models.BooleanField(default=False)),
                ("added_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recipients",
                        to="incidents.disclosure",
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["person", "disclosure"], name="disclosure_recipient_person")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("disclosure", "person"), name="disclosure_recipient_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_named", True), ("opened_at__isnull", False), _connector="OR"),
                        name="disclosure_recipient_had_it",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisclosureNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(choices=[("corrected", "Corrected"), ("recalled", "Recalled")], max_length=10),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="incidents.disclosure"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="incidents.disclosurerecipient",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("acknowledged_at", None)),
                        fields=["force", "school"],
                        name="disclosure_notice_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("recipient", "act", "version"), name="disclosure_notice_once"),
                    models.CheckConstraint(
                        condition=models.Q(("act__in", ("corrected", "recalled"))), name="disclosure_notice_act"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("acknowledged_at", None), ("acknowledged_by", None)),
                            models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="disclosure_notice_acknowledged_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisclosureVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.TextField(help_text="Canonical JSON (see incidents/extracts.py).")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "reason",
                    models.TextField(blank=True, help_text="Of a correction: what was wrong. The recipient reads it."),
                ),
                ("press", models.UUIDField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="incidents.disclosure"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("disclosure", "number"), name="disclosure_version_once"),
                    models.UniqueConstraint(fields=("disclosure", "press"), name="disclosure_version_pressed_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__range", (1, 9999))), name="disclosure_version_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", 1), ("reason", "")),
                            models.Q(("number__gt", 1), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="disclosure_corrected_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="disclosure_version_hashed"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="Counts up within the school; makes the reference.")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("with_spoc", "With the SPOC"),
                            ("with_officer", "With the officer"),
                            ("answered", "Answered"),
                            ("sent_back", "Sent back"),
                            ("closed", "Closed"),
                        ],
                        default="with_spoc",
                        max_length=12,
                    ),
                ),
                (
                    "opened_side",
                    models.CharField(
                        choices=[
                            ("police", "The police"),
                            ("desk", "The SPOC’s desk"),
                            ("staff", "Staff of the school"),
                        ],
                        max_length=6,
                    ),
                ),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField(help_text="Of the form it was sent from: sent twice, it is asked once.")),
                (
                    "due_at",
                    models.DateTimeField(help_text="When the desk should have seen to it; then the deputy is told."),
                ),
                ("deputy_told_at", models.DateTimeField(null=True)),
                (
                    "head_told_at",
                    models.DateTimeField(
                        help_text="From then on the head may release too (escalated cover).", null=True
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["force", "school", "status", "due_at"], name="enquiry_desk"),
                    models.Index(fields=["force", "school", "-opened_at", "-id"], name="enquiry_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "number"), name="enquiry_number_once"),
                    models.UniqueConstraint(fields=("school", "opened_by", "press"), name="enquiry_asked_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["with_spoc", "with_officer", "answered", "sent_back", "closed"])
                        ),
                        name="enquiry_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opened_side__in", ["police", "desk", "staff"])), name="enquiry_side_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), ("status", "closed")),
                            models.Q(
                                models.Q(("status", "closed"), _negated=True), ("closed_at", None), ("closed_by", None)
                            ),
                            _connector="OR",
                        ),
                        name="enquiry_closed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EnquiryMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("police", "The police"),
                            ("desk", "The SPOC’s desk"),
                            ("staff", "Staff of the school"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("question", "asked"),
                            ("reply", "replied"),
                            ("forward", "asked a colleague"),
                            ("answer", "answered"),
                            ("pass_on", "passed on"),
                            ("sent_back", "sent it back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=120)),
                (
                    "purpose",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("prevention", "Crime prevention"),
                            ("investigation", "Investigation and detection"),
                            ("safeguarding", "Safeguarding"),
                        ],
                        help_text="Of a question of the police (R3).",
                        max_length=15,
                    ),
                ),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField(help_text="Of the form it was sent from: sent twice, it is written once.")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "enquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="incidents.enquiry"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["enquiry", "written_at", "id"], name="enquiry_message_in_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("enquiry", "author", "press"), name="enquiry_message_once"),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["police", "desk", "staff"])), name="enquiry_message_side_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act__in", ["question", "reply", "forward", "answer", "pass_on", "sent_back"])
                        ),
                        name="enquiry_message_act_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ("", "prevention", "investigation", "safeguarding"))),
                        name="enquiry_message_purpose_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act", "question"), ("side", "police"), _negated=True),
                            models.Q(("purpose", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="enquiry_has_a_policing_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="enquiry_message_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EnquiryRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "to_side",
                    models.CharField(
                        choices=[
                            ("police", "The police"),
                            ("desk", "The SPOC’s desk"),
                            ("staff", "Staff of the school"),
                        ],
                        max_length=6,
                    ),
                ),
                ("released_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "enquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="releases", to="incidents.enquiry"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="incidents.enquirymessage",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "to_person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["message", "to_side", "to_person"], name="enquiry_release_message"),
                    models.Index(fields=["enquiry", "to_side", "to_person"], name="enquiry_release_enquiry"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("to_side", "police")),
                        fields=("message",),
                        name="enquiry_release_to_police_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("to_side", "staff")),
                        fields=("message", "to_person"),
                        name="enquiry_release_to_one_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("to_person", None), ("to_side", "police")),
                            models.Q(("to_person__isnull", False), ("to_side", "staff")),
                            _connector="OR",
                        ),
                        name="enquiry_release_to_police_or_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Identification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("same", "A child who has an entry already"),
                            ("new", "A child without an entry: a new one was made"),
                            ("no_pupil", "Not a pupil of this school"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identifications",
                        to="incidents.concernperson",
                    ),
                ),
                (
                    "pupil",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.pupil"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["person", "-id"], name="identification_latest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pupil", None), ("verdict", "no_pupil")),
                            models.Q(("pupil__isnull", False), ("verdict__in", ["same", "new"])),
                            _connector="OR",
                        ),
                        name="identification_names_a_pupil",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="Counts up within the school; makes the reference.")),
                (
                    "status",
                    models.CharField(
                        choices=[("recorded", "Recorded"), ("outcome", "Outcome decided"), ("closed", "Closed")],
                        default="recorded",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("injury", "Serious visible injury"),
                            ("sexual_assault", "Sexual assault"),
                            ("grooming", "Sexual grooming"),
                            ("indecent_images", "Indecent images of a child"),
                            ("extreme_pornography", "Extreme pornographic images"),
                            ("extreme_violence", "Images of extreme violence"),
                            ("drugs", "Drugs"),
                            ("blade", "A blade of any type"),
                            ("weapon", "Any other weapon"),
                            ("own", "A kind of the force’s own"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "kind_words",
                    models.CharField(blank=True, help_text="What it is, where no kind fits.", max_length=60),
                ),
                (
                    "image_act",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("possession", "Having them"),
                            ("sending", "Sending or sharing them"),
                            ("both", "Having and sharing them"),
                        ],
                        max_length=10,
                    ),
                ),
                ("what_happened", models.TextField(help_text="Fact.")),
                ("happened_on", models.DateField()),
                (
                    "happened_at_time",
                    models.TimeField(blank=True, help_text="Europe/London; unknown when null.", null=True),
                ),
                ("is_time_approximate", models.BooleanField(default=False)),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("classroom", "In a lesson"),
                            ("site", "Elsewhere in school"),
                            ("gate", "At the gate or just outside"),
                            ("journey", "On the way to or from school"),
                            ("home", "At home"),
                            ("online", "Online or by phone"),
                            ("elsewhere", "Somewhere else"),
                            ("unknown", "I do not know"),
                        ],
                        max_length=12,
                    ),
                ),
                ("place_detail", models.CharField(blank=True, max_length=200)),
                (
                    "force_reference",
                    models.CharField(blank=True, help_text="Of the force's own log, as it was entered.", max_length=40),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="When it was entered; not when it happened.",
                    ),
                ),
                ("press", models.UUIDField(help_text="Of the form it was sent from: sent twice, it is recorded once.")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("school_discipline", "The school deals with it by its own discipline"),
                            ("restorative", "Restorative conference"),
                            ("diversion", "Diversion or intervention"),
                            ("advice", "Words of advice"),
                            ("crime", "Recorded as a crime"),
                            ("no_action", "No further action"),
                        ],
                        help_text="As last decided.",
                        max_length=20,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("closing_words", models.TextField(blank=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["force", "school", "-recorded_at"], name="incident_newest"),
                    models.Index(fields=["force", "status", "-recorded_at"], name="incident_by_status"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "number"), name="incident_number_once"),
                    models.UniqueConstraint(fields=("school", "press"), name="incident_recorded_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["recorded", "outcome", "closed"])),
                        name="incident_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "injury",
                                    "sexual_assault",
                                    "grooming",
                                    "indecent_images",
                                    "extreme_pornography",
                                    "extreme_violence",
                                    "drugs",
                                    "blade",
                                    "weapon",
                                    "own",
                                    "other",
                                ],
                            )
                        ),
                        name="incident_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "place__in",
                                ["classroom", "site", "gate", "journey", "home", "online", "elsewhere", "unknown"],
                            )
                        ),
                        name="incident_place_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                ("", "school_discipline", "restorative", "diversion", "advice", "crime", "no_action"),
                            )
                        ),
                        name="incident_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what_happened", ""), _negated=True), name="incident_says_what_happened"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "other"), models.Q(("kind_words", ""), _negated=True)),
                            models.Q(models.Q(("kind", "other"), _negated=True), ("kind_words", "")),
                            _connector="OR",
                        ),
                        name="incident_other_kind_said",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("image_act__in", ["possession", "sending", "both"]), ("kind", "indecent_images")),
                            models.Q(models.Q(("kind", "indecent_images"), _negated=True), ("image_act", "")),
                            _connector="OR",
                        ),
                        name="incident_image_act_said",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("status", "recorded")),
                            models.Q(
                                models.Q(("status", "recorded"), _negated=True),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="incident_outcome_once_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "closed"), _negated=True),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                models.Q(("closing_words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="incident_closed_with_words",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="caseconference",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conferences",
                to="incidents.incident",
            ),
        ),
        migrations.CreateModel(
            name="IncidentAddendum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(help_text="Fact.")),
                ("happened_on", models.DateField(blank=True, null=True)),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="addenda", to="incidents.incident"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["incident", "entered_at"], name="incident_addendum_in_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "press"), name="incident_addendum_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="incident_addendum_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="As it was given.", max_length=120)),
                ("year_group", models.CharField(blank=True, max_length=20)),
                ("born_on", models.DateField(blank=True, null=True)),
                (
                    "age",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="In years on the day; without a date of birth.", null=True
                    ),
                ),
                ("sex", models.CharField(blank=True, choices=[("female", "Female"), ("male", "Male")], max_length=6)),
                (
                    "ethnicity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("W1", "White: English, Welsh, Scottish, Northern Irish or British"),
                            ("W2", "White: Irish"),
                            ("W3", "White: Gypsy or Irish Traveller"),
                            ("W4", "White: Roma"),
                            ("W9", "White: any other White background"),
                            ("M1", "Mixed: White and Black Caribbean"),
                            ("M2", "Mixed: White and Black African"),
                            ("M3", "Mixed: White and Asian"),
                            ("M9", "Mixed: any other mixed background"),
                            ("A1", "Asian: Indian"),
                            ("A2", "Asian: Pakistani"),
                            ("A3", "Asian: Bangladeshi"),
                            ("A4", "Asian: Chinese"),
                            ("A9", "Asian: any other Asian background"),
                            ("B1", "Black: Caribbean"),
                            ("B2", "Black: African"),
                            ("B9", "Black: any other Black background"),
                            ("O2", "Arab"),
                            ("O9", "Any other ethnic group"),
                            ("NS", "Not stated"),
                        ],
                        help_text="Self-defined.",
                        max_length=2,
                    ),
                ),
                (
                    "special_needs",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None known"),
                            ("support", "SEN support"),
                            ("plan", "Education, health and care plan"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "care_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None known"),
                            ("looked_after", "Looked after"),
                            ("previously", "Previously looked after"),
                            ("in_need", "Child in need"),
                            ("protection_plan", "Child protection plan"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("victim", "Victim"),
                            ("alleged", "Suspect"),
                            ("concern", "Child of concern"),
                            ("witness", "Witness"),
                            ("reporter", "Reported it"),
                            ("subject", "Otherwise involved"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pupil", "Pupil of this school"),
                            ("child", "Other child"),
                            ("staff", "Member of staff"),
                            ("family", "Parent, carer or family"),
                            ("adult", "Other adult"),
                        ],
                        max_length=10,
                    ),
                ),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("struck_at", models.DateTimeField(null=True)),
                ("struck_why", models.CharField(blank=True, max_length=300)),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="people", to="incidents.incident"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "struck_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "person in an incident",
                "abstract": False,
                "default_permissions": (),
                "indexes": [models.Index(fields=["incident", "id"], name="incident_person_in_order")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="incidentperson_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("age", None), ("age__lte", 120), _connector="OR"),
                        name="incidentperson_age_possible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sex__in", ("", "female", "male"))), name="incidentperson_sex_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ethnicity__in",
                                (
                                    "",
                                    "W1",
                                    "W2",
                                    "W3",
                                    "W4",
                                    "W9",
                                    "M1",
                                    "M2",
                                    "M3",
                                    "M9",
                                    "A1",
                                    "A2",
                                    "A3",
                                    "A4",
                                    "A9",
                                    "B1",
                                    "B2",
                                    "B9",
                                    "O2",
                                    "O9",
                                    "NS",
                                ),
                            )
                        ),
                        name="incidentperson_ethnicity_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("special_needs__in", ("", "none", "support", "plan"))),
                        name="incidentperson_special_needs_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "care_status__in",
                                ("", "none", "looked_after", "previously", "in_need", "protection_plan"),
                            )
                        ),
                        name="incidentperson_care_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["victim", "alleged", "concern", "witness", "reporter", "subject"])
                        ),
                        name="incident_person_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["pupil", "child", "staff", "family", "adult"])),
                        name="incident_person_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "alleged"), _negated=True),
                            ("born_on__isnull", False),
                            ("age__isnull", False),
                            ("kind__in", ("staff", "family", "adult")),
                            _connector="OR",
                        ),
                        name="incident_suspect_has_an_age",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("struck_at", None), ("struck_by", None), ("struck_why", "")),
                            models.Q(
                                ("struck_at__isnull", False),
                                ("struck_by__isnull", False),
                                models.Q(("struck_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="incident_person_struck_with_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("linked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="became", to="incidents.disclosure"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "incident",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="source", to="incidents.incident"
                    ),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "verbose_name": "source of an incident",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MorningNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("child_name", models.CharField(max_length=120)),
                ("born_on", models.DateField(blank=True, null=True)),
                ("year_group", models.CharField(blank=True, max_length=20)),
                ("happened_on", models.DateField()),
                (
                    "happened_at_time",
                    models.TimeField(blank=True, help_text="Europe/London; unknown when null.", null=True),
                ),
                (
                    "whereabouts",
                    models.CharField(
                        choices=[
                            ("present", "In the room, or saw it"),
                            ("near", "In the home, and may have heard it"),
                            ("elsewhere", "Not there, but lives in the home"),
                            ("unknown", "Not known"),
                        ],
                        max_length=10,
                    ),
                ),
                ("circumstances", models.TextField(help_text="Fact, as little as the school needs.")),
                ("child_said", models.TextField(blank=True, help_text="The voice of the child, in their words.")),
                (
                    "take_care",
                    models.TextField(blank=True, help_text="What the school should not do, such as ringing home."),
                ),
                ("force_reference", models.CharField(max_length=40)),
                ("version", models.PositiveSmallIntegerField(default=1, help_text="Counts up with each correction.")),
                ("for_day", models.DateField(help_text="The school day before which the school should know.")),
                (
                    "read_by_at",
                    models.DateTimeField(help_text="Half past eight of that day: what “in time” is counted by."),
                ),
                (
                    "look_at",
                    models.DateTimeField(
                        help_text="Not read by then, the deputy, the head and the sergeant are told.", null=True
                    ),
                ),
                ("is_in_time", models.BooleanField(help_text="Delivered by the hour set for it.")),
                ("sent_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("escalated_at", models.DateTimeField(null=True)),
                ("press", models.UUIDField()),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "notice before the school day",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["force", "school", "-sent_at"], name="morning_notice_newest"),
                    models.Index(fields=["force", "look_at"], name="morning_notice_due"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "press"), name="morning_notice_sent_once"),
                    models.CheckConstraint(
                        condition=models.Q(("whereabouts__in", ["present", "near", "elsewhere", "unknown"])),
                        name="morning_notice_where_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("child_name", ""), _negated=True),
                            models.Q(("circumstances", ""), _negated=True),
                            models.Q(("force_reference", ""), _negated=True),
                        ),
                        name="morning_notice_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("for_day__gte", models.F("happened_on"))),
                        name="morning_notice_for_a_day_after",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MorningAddendum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addenda",
                        to="incidents.morningnotice",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "press"), name="morning_addendum_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="morning_addendum_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MorningReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                ("read_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="incidents.morningnotice",
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "version", "reader"), name="morning_receipt_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OutcomeDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("school_discipline", "The school deals with it by its own discipline"),
                            ("restorative", "Restorative conference"),
                            ("diversion", "Diversion or intervention"),
                            ("advice", "Words of advice"),
                            ("crime", "Recorded as a crime"),
                            ("no_action", "No further action"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "is_serious",
                    models.BooleanField(help_text="Among the offences the force always records as a crime."),
                ),
                ("school_deals", models.BooleanField(help_text="The school deals with it by its own procedure.")),
                (
                    "victim_wish",
                    models.CharField(
                        choices=[
                            ("school", "The school’s own discipline"),
                            ("crime", "To have it recorded as a crime"),
                            ("unknown", "Not asked, or not known yet"),
                            ("no_victim", "There is no victim"),
                        ],
                        max_length=10,
                    ),
                ),
                ("why", models.TextField()),
                ("crime_reference", models.CharField(blank=True, help_text="The force's own.", max_length=40)),
                ("decided_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="incidents.incident"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "press"), name="outcome_decided_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                ["school_discipline", "restorative", "diversion", "advice", "crime", "no_action"],
                            )
                        ),
                        name="outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("victim_wish__in", ["school", "crime", "unknown", "no_victim"])),
                        name="outcome_wish_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="outcome_says_why"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "crime"), _negated=True),
                            models.Q(("crime_reference", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="outcome_crime_has_its_reference",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "crime"), _negated=True),
                            ("is_serious", True),
                            ("school_deals", False),
                            ("victim_wish", "crime"),
                            _connector="OR",
                        ),
                        name="outcome_no_crime_where_the_school_deals",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_serious", True), _negated=True),
                            models.Q(("outcome__in", ("school_discipline", "restorative", "advice")), _negated=True),
                            _connector="OR",
                        ),
                        name="outcome_serious_is_not_settled_in_school",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("added_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of incident",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("force", "name"), name="own_kind_once"),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="own_kind_has_a_name"),
                ],
            },
        ),
        migrations.AddField(
            model_name="incident",
            name="own_kind",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.ownkind",
            ),
        ),
        migrations.CreateModel(
            name="PoliceDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("given", "Given"),
                            ("withheld", "Withheld"),
                            ("reason", "Reason given for an urgent one"),
                            ("corrected", "Corrected"),
                            ("recalled", "Recalled"),
                            ("receipt", "Receipt by another body recorded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "proportionality",
                    models.TextField(blank=True, help_text="Why it is needed, and no more than is needed."),
                ),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="incidents.disclosure"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions_to_share",
                        to="incidents.incident",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["disclosure", "made_at"], name="police_decision_in_order")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act__in", ["given", "withheld", "reason", "corrected", "recalled", "receipt"])
                        ),
                        name="police_decision_act_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("act", "given"), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="police_decision_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PowerUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="As it was given.", max_length=120)),
                ("year_group", models.CharField(blank=True, max_length=20)),
                ("born_on", models.DateField(blank=True, null=True)),
                (
                    "age",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="In years on the day; without a date of birth.", null=True
                    ),
                ),
                ("sex", models.CharField(blank=True, choices=[("female", "Female"), ("male", "Male")], max_length=6)),
                (
                    "ethnicity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("W1", "White: English, Welsh, Scottish, Northern Irish or British"),
                            ("W2", "White: Irish"),
                            ("W3", "White: Gypsy or Irish Traveller"),
                            ("W4", "White: Roma"),
                            ("W9", "White: any other White background"),
                            ("M1", "Mixed: White and Black Caribbean"),
                            ("M2", "Mixed: White and Black African"),
                            ("M3", "Mixed: White and Asian"),
                            ("M9", "Mixed: any other mixed background"),
                            ("A1", "Asian: Indian"),
                            ("A2", "Asian: Pakistani"),
                            ("A3", "Asian: Bangladeshi"),
                            ("A4", "Asian: Chinese"),
                            ("A9", "Asian: any other Asian background"),
                            ("B1", "Black: Caribbean"),
                            ("B2", "Black: African"),
                            ("B9", "Black: any other Black background"),
                            ("O2", "Arab"),
                            ("O9", "Any other ethnic group"),
                            ("NS", "Not stated"),
                        ],
                        help_text="Self-defined.",
                        max_length=2,
                    ),
                ),
                (
                    "special_needs",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None known"),
                            ("support", "SEN support"),
                            ("plan", "Education, health and care plan"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "care_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("none", "None known"),
                            ("looked_after", "Looked after"),
                            ("previously", "Previously looked after"),
                            ("in_need", "Child in need"),
                            ("protection_plan", "Child protection plan"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("recorded", "To be reviewed"), ("reviewed", "Reviewed")],
                        default="recorded",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("search", "Search of a person"),
                            ("exposing_search", "Search that exposes intimate parts"),
                            ("seizure", "Something was seized"),
                            ("force", "Use of force, or handcuffs"),
                            ("statement", "Statement taken from a pupil"),
                            ("interview", "Interview under caution"),
                            ("arrest", "Arrest"),
                            ("home_visit", "Home visit"),
                        ],
                        max_length=20,
                    ),
                ),
                ("used_on", models.DateField()),
                ("used_at_time", models.TimeField(help_text="Europe/London.")),
                ("place_detail", models.CharField(max_length=200)),
                ("grounds", models.TextField(help_text="What led to it, and what it was for.")),
                ("legal_power", models.CharField(blank=True, help_text="The Act and section.", max_length=200)),
                ("why_then", models.TextField(blank=True, help_text="Why it could not wait, or be done elsewhere.")),
                ("result", models.TextField(help_text="What came of it, at once.")),
                (
                    "has_exception",
                    models.BooleanField(
                        help_text="Something that should stand before it did not: the sergeant sees it first."
                    ),
                ),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("in_order", "In order"),
                            ("learning", "Something to learn from"),
                            ("taken_further", "Taken further"),
                        ],
                        max_length=15,
                    ),
                ),
                ("review_words", models.TextField(blank=True)),
                ("reviewed_at", models.DateTimeField(null=True)),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="powers",
                        to="incidents.incident",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a police power",
                "abstract": False,
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["force", "status", "recorded_at"], name="power_to_review"),
                    models.Index(fields=["force", "school", "-recorded_at"], name="power_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="poweruse_has_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(("age", None), ("age__lte", 120), _connector="OR"),
                        name="poweruse_age_possible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sex__in", ("", "female", "male"))), name="poweruse_sex_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ethnicity__in",
                                (
                                    "",
                                    "W1",
                                    "W2",
                                    "W3",
                                    "W4",
                                    "W9",
                                    "M1",
                                    "M2",
                                    "M3",
                                    "M9",
                                    "A1",
                                    "A2",
                                    "A3",
                                    "A4",
                                    "A9",
                                    "B1",
                                    "B2",
                                    "B9",
                                    "O2",
                                    "O9",
                                    "NS",
                                ),
                            )
                        ),
                        name="poweruse_ethnicity_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("special_needs__in", ("", "none", "support", "plan"))),
                        name="poweruse_special_needs_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "care_status__in",
                                ("", "none", "looked_after", "previously", "in_need", "protection_plan"),
                            )
                        ),
                        name="poweruse_care_known",
                    ),
                    models.UniqueConstraint(fields=("school", "press"), name="power_recorded_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "search",
                                    "exposing_search",
                                    "seizure",
                                    "force",
                                    "statement",
                                    "interview",
                                    "arrest",
                                    "home_visit",
                                ],
                            )
                        ),
                        name="power_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["recorded", "reviewed"])), name="power_status_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("grounds", ""), _negated=True), models.Q(("result", ""), _negated=True)
                        ),
                        name="power_says_why_and_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("search", "exposing_search", "seizure", "force", "arrest")), _negated=True
                            ),
                            models.Q(("legal_power", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="power_by_which_law",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("exposing_search", "interview", "arrest")), _negated=True),
                            models.Q(("why_then", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="power_why_it_could_not_wait",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finding", ""), ("reviewed_at", None), ("reviewed_by", None), ("status", "recorded")
                            ),
                            models.Q(
                                ("finding__in", ["in_order", "learning", "taken_further"]),
                                ("status", "reviewed"),
                                ("reviewed_at__isnull", False),
                                ("reviewed_by__isnull", False),
                                models.Q(("review_words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="power_reviewed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by", None),
                            models.Q(("reviewed_by", models.F("recorded_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="power_not_reviewed_by_its_user",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PowerNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "power",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="incidents.poweruse"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("power", "press"), name="power_note_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="power_note_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PowerGate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "gate",
                    models.CharField(
                        choices=[
                            ("head_agreed", "Did the head teacher agree?"),
                            ("school_agreed", "Did the school agree?"),
                            ("school_told", "Was the head or the SPOC told?"),
                            ("keeps_lessons", "Was it done without interfering with lessons?"),
                            ("staff_present", "Was a member of school staff there?"),
                            ("adult_present", "Was an appropriate adult there?"),
                            ("parents_told", "Were the parents told?"),
                            ("authorised", "Did an inspector or above authorise it?"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("yes", "Yes"), ("no", "No"), ("not_needed", "Not needed: they are 18 or over")],
                        max_length=10,
                    ),
                ),
                ("words", models.CharField(max_length=300)),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "power",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="gates", to="incidents.poweruse"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("power", "gate"), name="power_gate_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gate__in",
                                [
                                    "head_agreed",
                                    "school_agreed",
                                    "school_told",
                                    "keeps_lessons",
                                    "staff_present",
                                    "adult_present",
                                    "parents_told",
                                    "authorised",
                                ],
                            )
                        ),
                        name="power_gate_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["yes", "no", "not_needed"])), name="power_gate_answer_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="power_gate_says_who_or_why"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PupilMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(choices=[("together", "Put together"), ("apart", "Taken apart")], max_length=10),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges_kept", to="schools.pupil"
                    ),
                ),
                (
                    "merged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges_merged", to="schools.pupil"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("merged")), _negated=True), name="pupil_merge_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["together", "apart"])), name="pupil_merge_step_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="pupil_merge_says_why"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("prepared", "Not sent yet"),
                            ("sent", "Waiting for the scheme"),
                            ("accepted", "Accepted"),
                            ("declined", "Not accepted"),
                            ("finished", "Finished"),
                            ("withdrawn", "Withdrawn"),
                            ("returned", "Told back"),
                        ],
                        default="prepared",
                        max_length=10,
                    ),
                ),
                ("scheme", models.CharField(help_text="Its name, and who runs it.", max_length=120)),
                (
                    "scheme_kind",
                    models.CharField(
                        choices=[
                            ("diversion", "Diversion from prosecution"),
                            ("intervention", "Early intervention"),
                            ("mentoring", "Mentoring"),
                            ("substances", "Drugs and alcohol service"),
                            ("victim", "Support for a victim"),
                            ("other", "Another scheme"),
                        ],
                        max_length=15,
                    ),
                ),
                ("why", models.TextField()),
                ("has_child_consent", models.BooleanField(default=False)),
                (
                    "parent_consent",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Yes"),
                            ("not_needed", "Not needed: the child is old enough to decide"),
                            ("not_asked", "Not asked: asking would put somebody at risk"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "consent_words",
                    models.CharField(blank=True, help_text="Who consented, to whom, how.", max_length=300),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("completed", "Completed"),
                            ("in_part", "Completed in part"),
                            ("not_completed", "Not completed"),
                        ],
                        max_length=15,
                    ),
                ),
                ("due_on", models.DateField(blank=True, help_text="When somebody looks at it again.", null=True)),
                ("prepared_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="incidents.incident"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="incidents.incidentperson",
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["force", "school", "status", "due_on"], name="referral_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "press"), name="referral_prepared_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["prepared", "sent", "accepted", "declined", "finished", "withdrawn", "returned"],
                            )
                        ),
                        name="referral_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "scheme_kind__in",
                                ["diversion", "intervention", "mentoring", "substances", "victim", "other"],
                            )
                        ),
                        name="referral_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scheme", ""), _negated=True), models.Q(("why", ""), _negated=True)
                        ),
                        name="referral_says_where_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent_consent__in", ("", "yes", "not_needed", "not_asked"))),
                        name="referral_parent_consent_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("result__in", ("", "completed", "in_part", "not_completed"))),
                        name="referral_result_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("prepared", "withdrawn", "returned")),
                            models.Q(
                                ("has_child_consent", True),
                                models.Q(("parent_consent", ""), _negated=True),
                                models.Q(("consent_words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="referral_sent_with_consent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "finished"), _negated=True),
                            models.Q(("result", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="referral_finished_with_result",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(help_text="Of the workflow; “note” for words alone.", max_length=10)),
                ("happened_on", models.DateField()),
                ("words", models.TextField()),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="incidents.referral"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("referral", "press"), name="referral_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="referral_step_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RestorativeConference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("held", "Held, to be followed up"),
                            ("followed_up", "Followed up"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        max_length=12,
                    ),
                ),
                ("is_minor", models.BooleanField(help_text="A minor matter: none of the force's serious offences.")),
                ("is_admitted", models.BooleanField(help_text="Whoever is responsible admits it.")),
                ("meets_on", models.DateField()),
                ("planned_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("harmed_consents", models.BooleanField(default=False)),
                ("responsible_consents", models.BooleanField(default=False)),
                ("facilitator", models.CharField(blank=True, max_length=120)),
                ("is_facilitator_trained", models.BooleanField(default=False)),
                ("agreement", models.TextField(blank=True)),
                ("follow_up_on", models.DateField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(help_text="When holding or cancelling it was entered.", null=True)),
                ("cancelled_why", models.TextField(blank=True)),
                (
                    "is_kept",
                    models.CharField(
                        blank=True, choices=[("yes", "Yes"), ("in_part", "In part"), ("no", "No")], max_length=8
                    ),
                ),
                ("follow_up_words", models.TextField(blank=True)),
                ("followed_up_at", models.DateTimeField(null=True)),
                ("press", models.UUIDField()),
                (
                    "followed_up_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "harmed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="incidents.incidentperson"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="restorative", to="incidents.incident"
                    ),
                ),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="incidents.incidentperson"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "restorative conference",
                "default_permissions": (),
                "indexes": [models.Index(fields=["force", "school", "status", "follow_up_on"], name="restorative_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "press"), name="restorative_planned_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["planned", "held", "followed_up", "cancelled"])),
                        name="restorative_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_admitted", True), ("is_minor", True)),
                        name="restorative_minor_and_admitted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("harmed", models.F("responsible")), _negated=True),
                        name="restorative_between_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("planned", "cancelled")),
                            models.Q(
                                ("harmed_consents", True),
                                ("is_facilitator_trained", True),
                                ("responsible_consents", True),
                                models.Q(("facilitator", ""), _negated=True),
                                models.Q(("agreement", ""), _negated=True),
                                ("follow_up_on__isnull", False),
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="restorative_held_with_its_gates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "cancelled"), _negated=True),
                            models.Q(("cancelled_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="restorative_cancelled_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "followed_up"), _negated=True),
                            models.Q(
                                ("followed_up_at__isnull", False),
                                ("followed_up_by__isnull", False),
                                ("is_kept__in", ["yes", "in_part", "no"]),
                                models.Q(("follow_up_words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="restorative_followed_up_with_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SchoolDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("given", "Given"),
                            ("withheld", "Withheld"),
                            ("reason", "Reason given for an urgent one"),
                            ("corrected", "Corrected"),
                            ("recalled", "Recalled"),
                            ("receipt", "Receipt by another body recorded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "proportionality",
                    models.TextField(blank=True, help_text="Why it is needed, and no more than is needed."),
                ),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "concern",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions_to_share",
                        to="incidents.concern",
                    ),
                ),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="incidents.disclosure"
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["disclosure", "made_at"], name="school_decision_in_order")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("act__in", ["given", "withheld", "reason", "corrected", "recalled", "receipt"])
                        ),
                        name="school_decision_act_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("act", "given"), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="school_decision_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdviceQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "asked_side",
                    models.CharField(choices=[("police", "The police"), ("desk", "The SPOC’s desk")], max_length=6),
                ),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("question", models.TextField()),
                (
                    "is_without_names",
                    models.BooleanField(help_text="Whoever asked confirmed that no child can be known by it."),
                ),
                ("press", models.UUIDField(help_text="Of the form it was sent from: sent twice, it is asked once.")),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "force",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["force", "school", "-asked_at"], name="advice_newest")],
                "constraints": [
                    models.UniqueConstraint(fields=("school", "asked_by", "press"), name="advice_once"),
                    models.CheckConstraint(condition=models.Q(("is_without_names", True)), name="advice_names_nobody"),
                    models.CheckConstraint(
                        condition=models.Q(("question", ""), _negated=True), name="advice_asks_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="advice_answered_by_somebody",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="advicequestion",
            trigger=pgtrigger.compiler.Trigger(
                name="advice_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="15357ec0951bf23ddecc55b33627b21e954f95e5",
                    operation="DELETE",
                    pgid="pgtrigger_advice_kept_beadb",
                    table="incidents_advicequestion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="advicequestion",
            trigger=pgtrigger.compiler.Trigger(
                name="advice_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.asked_side, NEW.asked_by_id, NEW.asked_at, NEW.question, NEW.school_id, NEW.force_id)\n                       IS DISTINCT FROM\n                       (OLD.asked_side, OLD.asked_by_id, OLD.asked_at, OLD.question, OLD.school_id, OLD.force_id)\n                       OR OLD.answered_at IS NOT NULL AND (NEW.answer, NEW.answered_at, NEW.answered_by_id)\n                       IS DISTINCT FROM (OLD.answer, OLD.answered_at, OLD.answered_by_id)\n                    THEN RAISE EXCEPTION 'a question and its answer are fixed'; END IF;\n                    RETURN NEW;\n                ",
                    hash="5eecb11ab61b2e0d493e32a72b49905863940499",
                    operation="UPDATE",
                    pgid="pgtrigger_advice_words_kept_e7e52",
                    table="incidents_advicequestion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="complaint",
            trigger=pgtrigger.compiler.Trigger(
                name="complaint_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="5f56328cfe52ff5d5a09eb28a03af9769ae3f2c0",
                    operation="DELETE",
                    pgid="pgtrigger_complaint_kept_b4374",
                    table="incidents_complaint",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="complaint",
            trigger=pgtrigger.compiler.Trigger(
                name="complaint_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.about_id, NEW.made_side, NEW.made_by_id, NEW.made_at, NEW.text, NEW.school_id, NEW.force_id)\n                       IS DISTINCT FROM\n                       (OLD.about_id, OLD.made_side, OLD.made_by_id, OLD.made_at, OLD.text, OLD.school_id, OLD.force_id)\n                       OR OLD.answered_at IS NOT NULL AND (NEW.answer, NEW.answered_at, NEW.answered_by_id)\n                       IS DISTINCT FROM (OLD.answer, OLD.answered_at, OLD.answered_by_id)\n                    THEN RAISE EXCEPTION 'a complaint and its answer are fixed'; END IF;\n                    RETURN NEW;\n                ",
                    hash="66970386391357bbf7c3c45b39eec868237e7a08",
                    operation="UPDATE",
                    pgid="pgtrigger_complaint_words_kept_238aa",
                    table="incidents_complaint",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concern",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="ee5108095d7153a317e32c8e55d1f32f5dcc6e1f",
                    operation="DELETE",
                    pgid="pgtrigger_concern_kept_63002",
                    table="incidents_concern",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concern",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.observed, NEW.opinion, NEW.done_already, NEW.happened_on, NEW.happened_at_time, NEW.place,\n                        NEW.place_detail, NEW.reported_at, NEW.reported_by_id, NEW.number, NEW.school_id, NEW.force_id,\n                        NEW.is_urgent)\n                       IS DISTINCT FROM\n                       (OLD.observed, OLD.opinion, OLD.done_already, OLD.happened_on, OLD.happened_at_time, OLD.place,\n                        OLD.place_detail, OLD.reported_at, OLD.reported_by_id, OLD.number, OLD.school_id, OLD.force_id,\n                        OLD.is_urgent)\n                    THEN RAISE EXCEPTION 'what was reported is corrected by an addendum, never edited'; END IF;\n                    IF (NEW.status, NEW.triaged_at, NEW.closed_at, NEW.closed_by_id) IS DISTINCT FROM\n                       (OLD.status, OLD.triaged_at, OLD.closed_at, OLD.closed_by_id) AND NOT coalesce(current_setting('app.side', true) = 'school' AND NEW.school_id = ANY (\n                        nullif(current_setting('app.record_school_ids', true), '')::bigint[]), false)\n                    THEN RAISE EXCEPTION 'what becomes of a concern is for the desk to say'; END IF;\n                    IF NEW.status = 'closed' AND OLD.status <> 'closed' AND NOT EXISTS (\n                        SELECT FROM incidents_concernclosing c WHERE c.concern_id = NEW.id AND c.step = 'closed')\n                    THEN RAISE EXCEPTION 'a concern is closed with its story'; END IF;\n                    RETURN NEW;\n                ",
                    hash="63d3d9a78bd22ad083e49ed57691bc5228d29392",
                    operation="UPDATE",
                    pgid="pgtrigger_concern_words_kept_3b8e2",
                    table="incidents_concern",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="addendum",
            trigger=pgtrigger.compiler.Trigger(
                name="addendum_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="23ba468150bef57fa47bacd4f1d6e6c5e9b90c84",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_addendum_kept_02efa",
                    table="incidents_addendum",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concernattachment",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_attachment_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="f52d8590f7585de696e13f579959e64c64b81ad4",
                    operation="DELETE",
                    pgid="pgtrigger_concern_attachment_kept_9ec30",
                    table="incidents_concernattachment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concernattachment",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_attachment_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                IF to_jsonb(NEW) - 'scan' - 'scanned_at' IS DISTINCT FROM to_jsonb(OLD) - 'scan' - 'scanned_at'\n                   OR OLD.scan IN ('clean', 'refused')\n                THEN RAISE EXCEPTION 'a file is kept as it was given'; END IF;\n                RETURN NEW;\n            ",
                    hash="cfa8a1a5cfe7add987327d7ed64e8307c0f9d156",
                    operation="UPDATE",
                    pgid="pgtrigger_concern_attachment_fixed_763ae",
                    table="incidents_concernattachment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concernclosing",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_closing_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="29b64f5741c0cbf2a5c47ba9023287aa7a122b3c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_concern_closing_kept_a3d7b",
                    table="incidents_concernclosing",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concerndecision",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_decision_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="15b21c298509f1bac2e1805898f6797d8f9765dc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_concern_decision_kept_334aa",
                    table="incidents_concerndecision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concernnudge",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_nudge_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="687de8d5997445ae7d2f531dc3700e847001e39a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_concern_nudge_kept_aace2",
                    table="incidents_concernnudge",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concernperson",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_person_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="4c001e3bb64e6aceb3ba5f6f73f4f0154428558f",
                    operation="DELETE",
                    pgid="pgtrigger_concern_person_kept_8d6a3",
                    table="incidents_concernperson",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concernperson",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_person_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF to_jsonb(NEW) - 'pupil_id' IS DISTINCT FROM to_jsonb(OLD) - 'pupil_id'\n                    THEN RAISE EXCEPTION 'who was named is corrected by an addendum, never edited'; END IF;\n                    IF NEW.pupil_id IS DISTINCT FROM OLD.pupil_id AND NOT coalesce(current_setting('app.side', true) = 'school' AND NEW.school_id = ANY (\n                        nullif(current_setting('app.record_school_ids', true), '')::bigint[]), false)\n                    THEN RAISE EXCEPTION 'who a child is, is for the desk to say'; END IF;\n                    RETURN NEW;\n                ",
                    hash="5f6139b4f3ef059dbd1afa2d71826a9c2891c440",
                    operation="UPDATE",
                    pgid="pgtrigger_concern_person_words_kept_f3e94",
                    table="incidents_concernperson",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concerntask",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_task_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="920852455e1b9f0c31b356aa842ee811e626989d",
                    operation="DELETE",
                    pgid="pgtrigger_concern_task_kept_b2af2",
                    table="incidents_concerntask",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="concerntask",
            trigger=pgtrigger.compiler.Trigger(
                name="concern_task_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."settled_at" IS NOT NULL OR OLD."what" IS DISTINCT FROM (NEW."what") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."concern_id" IS DISTINCT FROM (NEW."concern_id") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="41ee143720a013ab164f981e03a569bef5d19999",
                    operation="UPDATE",
                    pgid="pgtrigger_concern_task_words_kept_c7985",
                    table="incidents_concerntask",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conferenceaction",
            trigger=pgtrigger.compiler.Trigger(
                name="conference_action_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="4126c98b942881d2d03a4f83f4f3bbc1dc3b46f1",
                    operation="DELETE",
                    pgid="pgtrigger_conference_action_kept_373df",
                    table="incidents_conferenceaction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conferenceaction",
            trigger=pgtrigger.compiler.Trigger(
                name="conference_action_stays_done",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."done_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="1e295a5343f8411a4d41f0de49cb42bbb19e8487",
                    operation="UPDATE",
                    pgid="pgtrigger_conference_action_stays_done_52c33",
                    table="incidents_conferenceaction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="conferenceattendee",
            trigger=pgtrigger.compiler.Trigger(
                name="attendee_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1b0362b98ab2292a132847e1dd561016f99d9e89",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_attendee_kept_1b022",
                    table="incidents_conferenceattendee",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="directcontact",
            trigger=pgtrigger.compiler.Trigger(
                name="direct_contact_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="d30f69b266bed61a11718a9cbdf5f1ae103462d0",
                    operation="DELETE",
                    pgid="pgtrigger_direct_contact_kept_e3f9b",
                    table="incidents_directcontact",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="directcontact",
            trigger=pgtrigger.compiler.Trigger(
                name="direct_contact_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.kind, NEW.made_side, NEW.made_by_id, NEW.made_at, NEW.happened_at, NEW.spoken_to, NEW.text,\n                        NEW.school_id, NEW.force_id, NEW.press, NEW.due_at)\n                       IS DISTINCT FROM\n                       (OLD.kind, OLD.made_side, OLD.made_by_id, OLD.made_at, OLD.happened_at, OLD.spoken_to, OLD.text,\n                        OLD.school_id, OLD.force_id, OLD.press, OLD.due_at)\n                       OR OLD.received_at IS NOT NULL AND NEW.received_at IS DISTINCT FROM OLD.received_at\n                       OR OLD.noted_at IS NOT NULL AND NEW.noted_at IS DISTINCT FROM OLD.noted_at\n                    THEN RAISE EXCEPTION 'what was said directly is fixed, and so is who received it'; END IF;\n                    IF NEW.noted_at IS DISTINCT FROM OLD.noted_at AND current_setting('app.side', true) <> 'school'\n                       OR NEW.received_at IS DISTINCT FROM OLD.received_at\n                       AND (current_setting('app.side', true) = 'police') = (OLD.made_side = 'police')\n                    THEN RAISE EXCEPTION 'the desk notes it, and the other side confirms it'; END IF;\n                    RETURN NEW;\n                ",
                    hash="87b10b5a2ef42475cb1e5d93c14a70ca044500f9",
                    operation="UPDATE",
                    pgid="pgtrigger_direct_contact_words_kept_75714",
                    table="incidents_directcontact",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="directcontact",
            trigger=pgtrigger.compiler.Trigger(
                name="direct_contact_in_ones_own_name",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NEW.made_by_id IS DISTINCT FROM nullif(current_setting('app.user_id', true), '')::bigint\n                       OR (current_setting('app.side', true) = 'police') <> (NEW.made_side = 'police')\n                    THEN RAISE EXCEPTION 'what is said directly is said in one''s own name'; END IF;\n                    RETURN NEW;\n                ",
                    hash="0af89c65fd01fa71677af18ab900a2cee29db86c",
                    operation="INSERT",
                    pgid="pgtrigger_direct_contact_in_ones_own_name_e587c",
                    table="incidents_directcontact",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disclosure",
            trigger=pgtrigger.compiler.Trigger(
                name="disclosure_begins_as_a_draft",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NEW.status <> 'drafted'\n                    THEN RAISE EXCEPTION 'a disclosure begins as a draft'; END IF;\n                    RETURN NEW;\n                ",
                    hash="7f4437fe02eda9141a4750d02848335bbab58187",
                    operation="INSERT",
                    pgid="pgtrigger_disclosure_begins_as_a_draft_5ddaa",
                    table="incidents_disclosure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disclosure",
            trigger=pgtrigger.compiler.Trigger(
                name="disclosure_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.status <> 'drafted'\n                    THEN RAISE EXCEPTION 'what was decided is kept'; END IF;\n                    RETURN OLD;\n                ",
                    hash="97ca7b7a9bbe9480b7ed7f9dbe25861f58c43ec8",
                    operation="DELETE",
                    pgid="pgtrigger_disclosure_kept_84686",
                    table="incidents_disclosure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disclosure",
            trigger=pgtrigger.compiler.Trigger(
                name="disclosure_moves_forward",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.force_id, NEW.school_id, NEW.from_side, NEW.press, NEW.drafted_by_id, NEW.drafted_at)\n                       IS DISTINCT FROM\n                       (OLD.force_id, OLD.school_id, OLD.from_side, OLD.press, OLD.drafted_by_id, OLD.drafted_at)\n                    THEN RAISE EXCEPTION 'whose disclosure this is does not change'; END IF;\n                    IF OLD.status <> 'drafted' AND\n                       (NEW.number, NEW.is_urgent, NEW.recipient_kind, NEW.recipient_name, NEW.agreement_id,\n                        NEW.decided_at, NEW.decided_by_id, NEW.acknowledge_by, NEW.reason_due_at)\n                       IS DISTINCT FROM\n                       (OLD.number, OLD.is_urgent, OLD.recipient_kind, OLD.recipient_name, OLD.agreement_id,\n                        OLD.decided_at, OLD.decided_by_id, OLD.acknowledge_by, OLD.reason_due_at)\n                    THEN RAISE EXCEPTION 'what was decided is kept'; END IF;\n                    IF OLD.status <> 'drafted' AND (NEW.purpose, NEW.basis, NEW.basis_edition)\n                       IS DISTINCT FROM (OLD.purpose, OLD.basis, OLD.basis_edition)\n                       AND NOT (OLD.is_urgent AND OLD.reason_given_at IS NULL AND NEW.reason_given_at IS NOT NULL)\n                    THEN RAISE EXCEPTION 'purpose and basis are kept'; END IF;\n                    IF NEW.status IS DISTINCT FROM OLD.status AND (OLD.status, NEW.status) NOT IN (\n                        ('drafted', 'sent'), ('drafted', 'withheld'), ('sent', 'acknowledged'), ('sent', 'corrected'),\n                        ('sent', 'recalled'), ('acknowledged', 'corrected'), ('acknowledged', 'recalled'),\n                        ('corrected', 'recalled'))\n                    THEN RAISE EXCEPTION 'a disclosure does not go from % to %', OLD.status, NEW.status; END IF;\n                    IF OLD.acknowledged_at IS NOT NULL AND (NEW.acknowledged_at, NEW.acknowledged_by_id)\n                       IS DISTINCT FROM (OLD.acknowledged_at, OLD.acknowledged_by_id)\n                    THEN RAISE EXCEPTION 'an acknowledgement is kept'; END IF;\n                    IF OLD.reason_given_at IS NOT NULL AND NEW.reason_given_at IS DISTINCT FROM OLD.reason_given_at\n                    THEN RAISE EXCEPTION 'a reason is given once'; END IF;\n                    IF NEW.status IN ('corrected', 'recalled', 'sent', 'withheld') AND NEW.status <> OLD.status\n                       AND current_setting('app.side', true) IS DISTINCT FROM NEW.from_side\n                    THEN RAISE EXCEPTION 'only the side that gave it decides on it'; END IF;\n                    IF NEW.acknowledged_at IS NOT NULL AND OLD.acknowledged_at IS NULL\n                       AND (current_setting('app.side', true) = NEW.from_side) <> (NEW.recipient_kind = 'outside')\n                    THEN RAISE EXCEPTION 'the side that received it acknowledges it'; END IF;\n                    RETURN NEW;\n                ",
                    hash="f2d7e40f96a6dcc609e23213dc82338562d1d765",
                    operation="UPDATE",
                    pgid="pgtrigger_disclosure_moves_forward_43ef9",
                    table="incidents_disclosure",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disclosurerecipient",
            trigger=pgtrigger.compiler.Trigger(
                name="disclosure_recipient_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="21b85fb976342d086b27989e7c2a2d7e160a4c6b",
                    operation="DELETE",
                    pgid="pgtrigger_disclosure_recipient_kept_d7744",
                    table="incidents_disclosurerecipient",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disclosurerecipient",
            trigger=pgtrigger.compiler.Trigger(
                name="disclosure_recipient_opened_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."opened_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="88110b282f167a499874aea6e7e2a20cde7862ee",
                    operation="UPDATE",
                    pgid="pgtrigger_disclosure_recipient_opened_once_84429",
                    table="incidents_disclosurerecipient",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disclosurenotice",
            trigger=pgtrigger.compiler.Trigger(
                name="disclosure_notice_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="a557452d0da6ef2c963991553e0ddbd5061fd076",
                    operation="DELETE",
                    pgid="pgtrigger_disclosure_notice_kept_ad7db",
                    table="incidents_disclosurenotice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disclosurenotice",
            trigger=pgtrigger.compiler.Trigger(
                name="disclosure_notice_confirmed_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."acknowledged_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="b6d0af0684b6e27d23765db36bcd2c12dd0cc026",
                    operation="UPDATE",
                    pgid="pgtrigger_disclosure_notice_confirmed_once_9f817",
                    table="incidents_disclosurenotice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="disclosureversion",
            trigger=pgtrigger.compiler.Trigger(
                name="disclosure_version_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="565e389816a8026e1f0fdc34e2e365efbf4a1f36",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_disclosure_version_kept_d0c57",
                    table="incidents_disclosureversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enquiry",
            trigger=pgtrigger.compiler.Trigger(
                name="enquiry_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="9bd76a00210ce102581bbf64999c6d76a9d371e7",
                    operation="DELETE",
                    pgid="pgtrigger_enquiry_kept_94886",
                    table="incidents_enquiry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enquiry",
            trigger=pgtrigger.compiler.Trigger(
                name="enquiry_moves_as_told",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.status IS DISTINCT FROM NEW.status AND (OLD.status || '>' || NEW.status) NOT IN ('answered>closed', 'answered>with_spoc', 'sent_back>closed', 'sent_back>with_spoc', 'with_officer>with_spoc', 'with_spoc>answered', 'with_spoc>closed', 'with_spoc>sent_back', 'with_spoc>with_officer', 'with_spoc>with_spoc', 'with_spoc>with_spoc')\n                    THEN RAISE EXCEPTION 'an enquiry does not move from % to %', OLD.status, NEW.status; END IF;\n                    IF OLD.status IS DISTINCT FROM NEW.status AND NEW.status <> 'with_spoc' AND NOT coalesce(current_setting('app.side', true) = 'school' AND NEW.school_id = ANY (\n                        nullif(current_setting('app.record_school_ids', true), '')::bigint[]), false)\n                    THEN RAISE EXCEPTION 'the desk answers, passes on, sends back and closes'; END IF;\n                    IF (NEW.number, NEW.school_id, NEW.force_id, NEW.opened_side, NEW.opened_by_id, NEW.opened_at, NEW.press)\n                       IS DISTINCT FROM\n                       (OLD.number, OLD.school_id, OLD.force_id, OLD.opened_side, OLD.opened_by_id, OLD.opened_at, OLD.press)\n                    THEN RAISE EXCEPTION 'who asked and when is fixed'; END IF;\n                    IF OLD.due_at IS DISTINCT FROM NEW.due_at AND OLD.status = NEW.status\n                    THEN RAISE EXCEPTION 'the clock begins anew only when an enquiry comes back to the desk'; END IF;\n                    IF OLD.head_told_at IS NULL AND NEW.head_told_at IS NOT NULL AND OLD.due_at > now() AND \n    EXISTS (SELECT FROM access_membership m WHERE m.school_id = NEW.school_id AND m.role = 'spoc' AND m.starts_on <= (now() at time zone 'Europe/London')::date\n        AND (m.ends_on IS NULL OR m.ends_on >= (now() at time zone 'Europe/London')::date)\n        AND NOT EXISTS (SELECT FROM schools_spocabsence a JOIN schools_spocappointment p ON p.id = a.appointment_id\n            WHERE p.membership_id = m.id AND a.ended_at IS NULL AND a.starts_on <= (now() at time zone 'Europe/London')::date\n            AND (a.ends_on IS NULL OR a.ends_on >= (now() at time zone 'Europe/London')::date)))\n\n                    THEN RAISE EXCEPTION 'it goes to the head when it is overdue, or where neither SPOC nor deputy is there';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="67a53749a86bae053a0f2705a93ee30badd0647f",
                    operation="UPDATE",
                    pgid="pgtrigger_enquiry_moves_as_told_d7708",
                    table="incidents_enquiry",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enquirymessage",
            trigger=pgtrigger.compiler.Trigger(
                name="enquiry_message_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ab1ddfb9eb0fa7d32cfcc8068b19a02ed253bb6b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_enquiry_message_kept_a6310",
                    table="incidents_enquirymessage",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enquirymessage",
            trigger=pgtrigger.compiler.Trigger(
                name="enquiry_message_of_its_enquiry",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NOT EXISTS (SELECT FROM incidents_enquiry e\n                                   WHERE e.id = NEW.enquiry_id AND e.school_id = NEW.school_id AND e.status <> 'closed')\n                    THEN RAISE EXCEPTION 'no such enquiry is open to this person'; END IF;\n                    RETURN NEW;\n                ",
                    hash="70963d3ecdd219d494e1bd624e7d05eb4e21eb36",
                    operation="INSERT",
                    pgid="pgtrigger_enquiry_message_of_its_enquiry_408e7",
                    table="incidents_enquirymessage",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enquiryrelease",
            trigger=pgtrigger.compiler.Trigger(
                name="enquiry_release_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a018a1a007d07f52843490d55e6731e91d166901",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_enquiry_release_kept_a8f73",
                    table="incidents_enquiryrelease",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enquiryrelease",
            trigger=pgtrigger.compiler.Trigger(
                name="enquiry_released_by_the_desk",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE said incidents_enquirymessage%ROWTYPE; asked incidents_enquiry%ROWTYPE;",
                    func="\n                    SELECT * INTO said FROM incidents_enquirymessage WHERE id = NEW.message_id;\n                    SELECT * INTO asked FROM incidents_enquiry WHERE id = NEW.enquiry_id;\n                    IF said.id IS NULL OR asked.id IS NULL OR said.enquiry_id <> asked.id\n                       OR said.school_id <> NEW.school_id OR asked.school_id <> NEW.school_id OR asked.status = 'closed'\n                    THEN RAISE EXCEPTION 'a message is released in its own enquiry, while it is open'; END IF;\n                    IF said.side = NEW.to_side\n                    THEN RAISE EXCEPTION 'what one side wrote is released to the other'; END IF;\n                    IF said.side <> 'desk' AND said.author_id = NEW.released_by_id\n                    THEN RAISE EXCEPTION 'nobody releases their own words (N3)'; END IF;\n                    IF NEW.to_person_id IS NOT NULL AND NOT EXISTS (\n                        SELECT FROM access_membership m WHERE m.user_id = NEW.to_person_id AND m.school_id = NEW.school_id\n                        AND m.role IN ('staff', 'spoc', 'head_teacher') AND m.starts_on <= (now() at time zone 'Europe/London')::date\n                        AND (m.ends_on IS NULL OR m.ends_on >= (now() at time zone 'Europe/London')::date))\n                    THEN RAISE EXCEPTION 'a message is released to staff of its school alone'; END IF;\n                    IF EXISTS (\n                        SELECT FROM access_membership m WHERE m.user_id = NEW.released_by_id\n                        AND m.school_id = NEW.school_id AND m.role = 'spoc' AND m.starts_on <= (now() at time zone 'Europe/London')::date\n                        AND (m.ends_on IS NULL OR m.ends_on >= (now() at time zone 'Europe/London')::date))\n                    THEN RETURN NEW; END IF;\n                    IF EXISTS (\n                        SELECT FROM access_membership m WHERE m.user_id = NEW.released_by_id\n                        AND m.school_id = NEW.school_id AND m.role = 'head_teacher' AND m.starts_on <= (now() at time zone 'Europe/London')::date\n                        AND (m.ends_on IS NULL OR m.ends_on >= (now() at time zone 'Europe/London')::date))\n                    AND (asked.head_told_at IS NOT NULL OR NOT \n    EXISTS (SELECT FROM access_membership m WHERE m.school_id = NEW.school_id AND m.role = 'spoc' AND m.starts_on <= (now() at time zone 'Europe/London')::date\n        AND (m.ends_on IS NULL OR m.ends_on >= (now() at time zone 'Europe/London')::date)\n        AND NOT EXISTS (SELECT FROM schools_spocabsence a JOIN schools_spocappointment p ON p.id = a.appointment_id\n            WHERE p.membership_id = m.id AND a.ended_at IS NULL AND a.starts_on <= (now() at time zone 'Europe/London')::date\n            AND (a.ends_on IS NULL OR a.ends_on >= (now() at time zone 'Europe/London')::date)))\n)\n                    THEN RETURN NEW; END IF;\n                    RAISE EXCEPTION 'released by the SPOC in post, the deputy, or the head in their place (N1)';\n                ",
                    hash="c1cb82c0a7c3d73a8895c01c396b306670088550",
                    operation="INSERT",
                    pgid="pgtrigger_enquiry_released_by_the_desk_fbd9b",
                    table="incidents_enquiryrelease",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="identification",
            trigger=pgtrigger.compiler.Trigger(
                name="identification_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="47bb2a99c5b88d705ba365ac8912f8c606e55b09",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_identification_kept_f4790",
                    table="incidents_identification",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="caseconference",
            trigger=pgtrigger.compiler.Trigger(
                name="conference_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="84e466c301da899da57223c8a03603f73ae2c927",
                    operation="DELETE",
                    pgid="pgtrigger_conference_kept_39cb1",
                    table="incidents_caseconference",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="caseconference",
            trigger=pgtrigger.compiler.Trigger(
                name="conference_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NOT (OLD.\"status\" = 'planned'))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d786dc950abcaa6ceb6f321f4b300603fa45f636",
                    operation="UPDATE",
                    pgid="pgtrigger_conference_words_kept_b5731",
                    table="incidents_caseconference",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentaddendum",
            trigger=pgtrigger.compiler.Trigger(
                name="incident_addendum_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="44302aab7ec376b432c6d41cf1f34e18b4c8e3a6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_incident_addendum_kept_f93f8",
                    table="incidents_incidentaddendum",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentperson",
            trigger=pgtrigger.compiler.Trigger(
                name="incident_person_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="14a583ddd83d4ef6268d76185ad04cec2cde9594",
                    operation="DELETE",
                    pgid="pgtrigger_incident_person_kept_a8010",
                    table="incidents_incidentperson",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentperson",
            trigger=pgtrigger.compiler.Trigger(
                name="incident_no_suspect_under_ten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE happened date;",
                    func="\n    SELECT i.happened_on INTO happened FROM incidents_incident i WHERE i.id = NEW.incident_id;\n    IF happened IS NULL THEN RAISE EXCEPTION 'a person belongs to an incident that can be seen'; END IF;\n    IF NEW.role = 'alleged' AND (\n        NEW.born_on IS NOT NULL AND (extract(year from happened) - extract(year from NEW.born_on) - (to_char(happened, 'MMDD') < to_char(NEW.born_on, 'MMDD'))::int) < 10\n        OR NEW.born_on IS NULL AND NEW.age < 10)\n    THEN RAISE EXCEPTION 'a child under 10 cannot be a suspect'; END IF;\n    RETURN NEW;\n",
                    hash="21277815f39148e2405f353686db9843672c581a",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_incident_no_suspect_under_ten_1af86",
                    table="incidents_incidentperson",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentperson",
            trigger=pgtrigger.compiler.Trigger(
                name="incident_person_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.incident_id, NEW.role, NEW.kind, NEW.name, NEW.year_group, NEW.born_on, NEW.age, NEW.sex,\n                        NEW.ethnicity, NEW.special_needs, NEW.care_status, NEW.entered_at, NEW.entered_by_id)\n                       IS DISTINCT FROM\n                       (OLD.incident_id, OLD.role, OLD.kind, OLD.name, OLD.year_group, OLD.born_on, OLD.age, OLD.sex,\n                        OLD.ethnicity, OLD.special_needs, OLD.care_status, OLD.entered_at, OLD.entered_by_id)\n                       OR OLD.struck_at IS NOT NULL\n                    THEN RAISE EXCEPTION 'an entry is struck and made again, never edited'; END IF;\n                    RETURN NEW;\n                ",
                    hash="de600adf627ed0bd119a5f1404cd26f03c557d46",
                    operation="UPDATE",
                    pgid="pgtrigger_incident_person_words_kept_82ef9",
                    table="incidents_incidentperson",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incidentsource",
            trigger=pgtrigger.compiler.Trigger(
                name="incident_source_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7b0e6181710d6e7faff71e6ab01d17ee4d5261f4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_incident_source_kept_6639d",
                    table="incidents_incidentsource",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="morningnotice",
            trigger=pgtrigger.compiler.Trigger(
                name="morning_notice_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7606b92b6a6d8c74ba3cb9555b03421a28678395",
                    operation="DELETE",
                    pgid="pgtrigger_morning_notice_kept_f2b8f",
                    table="incidents_morningnotice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="morningnotice",
            trigger=pgtrigger.compiler.Trigger(
                name="morning_notice_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.child_name, NEW.born_on, NEW.year_group, NEW.happened_on, NEW.happened_at_time,\n                        NEW.whereabouts, NEW.circumstances, NEW.child_said, NEW.take_care, NEW.force_reference,\n                        NEW.for_day, NEW.read_by_at, NEW.is_in_time, NEW.sent_at, NEW.sent_by_id, NEW.school_id, NEW.force_id)\n                       IS DISTINCT FROM\n                       (OLD.child_name, OLD.born_on, OLD.year_group, OLD.happened_on, OLD.happened_at_time,\n                        OLD.whereabouts, OLD.circumstances, OLD.child_said, OLD.take_care, OLD.force_reference,\n                        OLD.for_day, OLD.read_by_at, OLD.is_in_time, OLD.sent_at, OLD.sent_by_id, OLD.school_id, OLD.force_id)\n                    THEN RAISE EXCEPTION 'what was sent is corrected by an addendum, never edited'; END IF;\n                    RETURN NEW;\n                ",
                    hash="ce3fc1f23668770f6857dfabe4c586408c64a895",
                    operation="UPDATE",
                    pgid="pgtrigger_morning_notice_words_kept_d1520",
                    table="incidents_morningnotice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="morningaddendum",
            trigger=pgtrigger.compiler.Trigger(
                name="morning_addendum_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5b43df74b65a0190c8fffe2e69c5495c6a2fb5ea",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_morning_addendum_kept_ae0c6",
                    table="incidents_morningaddendum",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="morningreceipt",
            trigger=pgtrigger.compiler.Trigger(
                name="morning_receipt_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f9e8016a742c6f26bd4e6397763eb42f239a9152",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_morning_receipt_kept_a25c1",
                    table="incidents_morningreceipt",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outcomedecision",
            trigger=pgtrigger.compiler.Trigger(
                name="outcome_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2509cd9093afdf2340488b4b1a0d790e1fe56efe",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_outcome_kept_aca3e",
                    table="incidents_outcomedecision",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "own"), ("own_kind__isnull", False)),
                    models.Q(models.Q(("kind", "own"), _negated=True), ("own_kind", None)),
                    _connector="OR",
                ),
                name="incident_own_kind_named",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incident",
            trigger=pgtrigger.compiler.Trigger(
                name="incident_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="60ad60defb2be66dcc00bc8bb517ece372cbdd21",
                    operation="DELETE",
                    pgid="pgtrigger_incident_kept_3673e",
                    table="incidents_incident",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="incident",
            trigger=pgtrigger.compiler.Trigger(
                name="incident_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.kind, NEW.own_kind_id, NEW.kind_words, NEW.image_act, NEW.what_happened, NEW.happened_on,\n                        NEW.happened_at_time, NEW.is_time_approximate, NEW.place, NEW.place_detail, NEW.force_reference,\n                        NEW.recorded_at, NEW.recorded_by_id, NEW.number, NEW.school_id, NEW.force_id)\n                       IS DISTINCT FROM\n                       (OLD.kind, OLD.own_kind_id, OLD.kind_words, OLD.image_act, OLD.what_happened, OLD.happened_on,\n                        OLD.happened_at_time, OLD.is_time_approximate, OLD.place, OLD.place_detail, OLD.force_reference,\n                        OLD.recorded_at, OLD.recorded_by_id, OLD.number, OLD.school_id, OLD.force_id)\n                    THEN RAISE EXCEPTION 'what was recorded is corrected by an addendum, never edited'; END IF;\n                    IF OLD.status = 'closed' THEN RAISE EXCEPTION 'a closed incident stays as it is'; END IF;\n                    RETURN NEW;\n                ",
                    hash="8d204f86f43769722026ab5a1b2524ef1f9edbd2",
                    operation="UPDATE",
                    pgid="pgtrigger_incident_words_kept_aa9d3",
                    table="incidents_incident",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="policedecision",
            trigger=pgtrigger.compiler.Trigger(
                name="police_decision_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c7ed2d1d1ec96fdbc9a755c3e8f1febde24c7a54",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_police_decision_kept_cb318",
                    table="incidents_policedecision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="poweruse",
            trigger=pgtrigger.compiler.Trigger(
                name="power_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="742d1cc5701b155f77110f14218a4c3a03da70a0",
                    operation="DELETE",
                    pgid="pgtrigger_power_kept_7bf05",
                    table="incidents_poweruse",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="poweruse",
            trigger=pgtrigger.compiler.Trigger(
                name="power_no_suspect_under_ten",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF NEW.kind IN ('interview', 'arrest') AND (\n                        NEW.born_on IS NOT NULL\n                        AND (extract(year from NEW.used_on) - extract(year from NEW.born_on) - (to_char(NEW.used_on, 'MMDD') < to_char(NEW.born_on, 'MMDD'))::int) < 10\n                        OR NEW.born_on IS NULL AND NEW.age < 10)\n                    THEN RAISE EXCEPTION 'a child under 10 cannot be a suspect'; END IF;\n                    RETURN NEW;\n                ",
                    hash="181871fb8999df28ce62fcb1f5c1d723746f1a3c",
                    operation="INSERT",
                    pgid="pgtrigger_power_no_suspect_under_ten_1e06f",
                    table="incidents_poweruse",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="poweruse",
            trigger=pgtrigger.compiler.Trigger(
                name="power_words_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.status = 'reviewed' OR\n                       (NEW.kind, NEW.used_on, NEW.used_at_time, NEW.place_detail, NEW.grounds, NEW.legal_power,\n                        NEW.why_then, NEW.result, NEW.name, NEW.born_on, NEW.age, NEW.sex, NEW.ethnicity,\n                        NEW.special_needs, NEW.care_status, NEW.has_exception, NEW.recorded_at, NEW.recorded_by_id,\n                        NEW.incident_id, NEW.school_id, NEW.force_id)\n                       IS DISTINCT FROM\n                       (OLD.kind, OLD.used_on, OLD.used_at_time, OLD.place_detail, OLD.grounds, OLD.legal_power,\n                        OLD.why_then, OLD.result, OLD.name, OLD.born_on, OLD.age, OLD.sex, OLD.ethnicity,\n                        OLD.special_needs, OLD.care_status, OLD.has_exception, OLD.recorded_at, OLD.recorded_by_id,\n                        OLD.incident_id, OLD.school_id, OLD.force_id)\n                    THEN RAISE EXCEPTION 'the use of a power is corrected by a note, never edited'; END IF;\n                    RETURN NEW;\n                ",
                    hash="1c5a54dbd750f996a306eda126f9f23d70426619",
                    operation="UPDATE",
                    pgid="pgtrigger_power_words_kept_19193",
                    table="incidents_poweruse",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="powernote",
            trigger=pgtrigger.compiler.Trigger(
                name="power_note_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8ce430f8944d8274b9108f7b3e3b281fa8f6639e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_power_note_kept_93252",
                    table="incidents_powernote",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="powergate",
            trigger=pgtrigger.compiler.Trigger(
                name="power_gate_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7e21a3f93bd263cccb430fef9c815953cccd2180",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_power_gate_kept_85be2",
                    table="incidents_powergate",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="pupilmerge",
            trigger=pgtrigger.compiler.Trigger(
                name="pupil_merge_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0ebb0cc9248f88750bf21e2a118d3189b4ec8508",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_pupil_merge_kept_24f90",
                    table="incidents_pupilmerge",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referral",
            trigger=pgtrigger.compiler.Trigger(
                name="referral_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="1496cadfa99f7fb8a7ac50bd623bf86a7a873e47",
                    operation="DELETE",
                    pgid="pgtrigger_referral_kept_19f5c",
                    table="incidents_referral",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="referralstep",
            trigger=pgtrigger.compiler.Trigger(
                name="referral_step_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e5bf517f5e7d72eeed22d6264768c880ecc6e72b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_referral_step_kept_65e2a",
                    table="incidents_referralstep",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restorativeconference",
            trigger=pgtrigger.compiler.Trigger(
                name="restorative_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="43260df8f788f0c435fb1480161803e5f4415d77",
                    operation="DELETE",
                    pgid="pgtrigger_restorative_kept_88135",
                    table="incidents_restorativeconference",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restorativeconference",
            trigger=pgtrigger.compiler.Trigger(
                name="restorative_stays_settled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"status\" IN ('followed_up', 'cancelled'))",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="d9a6744dd356e2c9d1dac2a98cbeb66e990df434",
                    operation="UPDATE",
                    pgid="pgtrigger_restorative_stays_settled_f408b",
                    table="incidents_restorativeconference",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="schooldecision",
            trigger=pgtrigger.compiler.Trigger(
                name="school_decision_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="496449295d55dc20a9441cb01b53eb845d91126a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_school_decision_kept_ef514",
                    table="incidents_schooldecision",
                    when="BEFORE",
                ),
            ),
        ),
    ]

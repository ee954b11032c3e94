import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_head_page"),
        ("accounts", "__first__"),
        ("incidents", "0001_initial"),
        ("officers", "0002_people"),
        ("schools", "0005_spoc_absence"),
        ("tenancy", "0003_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pattern_review", "Crime-pattern review of the school"),
                            ("patrol", "After-school or hot-spot patrol"),
                            ("truancy_patrol", "Truancy patrol"),
                            ("lesson", "Presentation or lesson"),
                            ("agency", "External agency session"),
                            ("diversion", "Diversion or early-intervention work"),
                            ("sweep", "Weapons sweep of a hot spot, on agreed terms"),
                            ("arch", "Screening arch, agreed by the school"),
                            ("scheme", "Junior Citizen, Safety First, School Watch or Cadets"),
                            ("enquiry", "Enquiry or evidence"),
                            ("identifying", "Identifying a suspect or victim with the school"),
                            ("statement", "Statement from a pupil"),
                            ("restorative", "Restorative conference"),
                            ("advice", "Advice to the school on local crime"),
                            ("victim_care", "Victim care"),
                            ("conference", "Case conference or multi-agency meeting"),
                            ("returning", "Return-to-school interview"),
                            ("tension", "Gang-tension information"),
                            ("home_visit", "Home visit, with a member of school staff"),
                            ("parents", "Parents at the gate"),
                            ("engagement", "Engagement in corridors or at lunch"),
                        ],
                        max_length=20,
                    ),
                ),
                ("happened_on", models.DateField()),
                ("started_at_time", models.TimeField(help_text="Europe/London.")),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("nobody", "Nobody"),
                            ("one", "One pupil"),
                            ("group", "A group"),
                            ("class", "A class"),
                            ("assembly", "An assembly"),
                            ("parents", "Parents"),
                            ("staff", "School staff"),
                            ("agency", "Another agency"),
                        ],
                        max_length=10,
                    ),
                ),
                ("people", models.PositiveSmallIntegerField(blank=True, help_text="About how many.", null=True)),
                ("year_groups", models.CharField(blank=True, help_text="Numbers with commas between.", max_length=40)),
                (
                    "topic",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("personal_safety", "Personal safety"),
                            ("property_safety", "Property safety"),
                            ("robbery", "Robbery"),
                            ("images", "Sending intimate images"),
                            ("online", "Online safety"),
                            ("consequences", "Consequences of crime"),
                            ("knives", "Knives"),
                            ("drugs", "Drugs"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "intelligence",
                    models.CharField(blank=True, help_text="The reference of what led to it.", max_length=30),
                ),
                ("is_agreed", models.BooleanField(default=False, help_text="The school agreed to it before.")),
                ("keeps_lessons", models.BooleanField(default=False, help_text="It did not interfere with education.")),
                (
                    "staff_was_there",
                    models.BooleanField(default=False, help_text="A member of school staff was there."),
                ),
                ("logged_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "press",
                    models.UUIDField(
                        help_text="Of the form: sent twice, also by a phone that was out of reach, it counts once."
                    ),
                ),
            ],
            options={
                "verbose_name": "activity",
                "verbose_name_plural": "activities",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "pattern_review",
                                    "patrol",
                                    "truancy_patrol",
                                    "lesson",
                                    "agency",
                                    "diversion",
                                    "sweep",
                                    "arch",
                                    "scheme",
                                    "enquiry",
                                    "identifying",
                                    "statement",
                                    "restorative",
                                    "advice",
                                    "victim_care",
                                    "conference",
                                    "returning",
                                    "tension",
                                    "home_visit",
                                    "parents",
                                    "engagement",
                                ],
                            )
                        ),
                        name="activity_has_a_policing_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "audience__in",
                                ["nobody", "one", "group", "class", "assembly", "parents", "staff", "agency"],
                            )
                        ),
                        name="activity_audience_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                (
                                    "",
                                    "personal_safety",
                                    "property_safety",
                                    "robbery",
                                    "images",
                                    "online",
                                    "consequences",
                                    "knives",
                                    "drugs",
                                    "other",
                                ),
                            )
                        ),
                        name="activity_topic_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__range", (1, 720))), name="activity_takes_its_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("intelligence", ""),
                            ("intelligence__regex", "^[A-Z0-9][A-Z0-9/-]*[0-9][A-Z0-9/-]*$"),
                            _connector="OR",
                        ),
                        name="activity_intelligence_by_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("patrol",)), _negated=True),
                            models.Q(("intelligence", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="patrol_names_its_intelligence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("sweep", "arch", "statement")), _negated=True),
                            ("is_agreed", True),
                            _connector="OR",
                        ),
                        name="activity_agreed_by_the_school",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("statement",)), _negated=True),
                            ("keeps_lessons", True),
                            _connector="OR",
                        ),
                        name="statement_keeps_lessons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("home_visit",)), _negated=True),
                            ("staff_was_there", True),
                            _connector="OR",
                        ),
                        name="home_visit_with_school_staff",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("lesson",)), _negated=True),
                            models.Q(("topic", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="lesson_has_a_topic",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActivityAddendum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
            ],
            options={
                "verbose_name_plural": "activity addenda",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="activity_addendum_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ActivityRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Waiting for the officer"),
                            ("proposed", "Another time proposed"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Taken back"),
                            ("delivered", "Done"),
                            ("rated", "Done, with feedback"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assembly", "Assembly"),
                            ("lesson", "Lesson"),
                            ("patrol", "Patrol near the school"),
                            ("meeting", "Meeting"),
                            ("sweep", "Weapons sweep, on agreed terms"),
                            ("arch", "Screening arch"),
                            ("advice", "Advice on local crime"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "topic",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("personal_safety", "Personal safety"),
                            ("property_safety", "Property safety"),
                            ("robbery", "Robbery"),
                            ("images", "Sending intimate images"),
                            ("online", "Online safety"),
                            ("consequences", "Consequences of crime"),
                            ("knives", "Knives"),
                            ("drugs", "Drugs"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                ("year_groups", models.CharField(blank=True, max_length=40)),
                ("details", models.TextField(blank=True, help_text="No child's name.")),
                ("day", models.DateField()),
                ("at_time", models.TimeField(help_text="Europe/London.")),
                ("due_at", models.DateTimeField(help_text="When the officer should have answered.")),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "rating",
                    models.CharField(
                        blank=True,
                        choices=[("well", "It went well"), ("partly", "Some of it did"), ("not", "It did not go well")],
                        max_length=10,
                    ),
                ),
                ("feedback", models.TextField(blank=True)),
                ("rated_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "request",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["asked", "proposed", "accepted", "declined", "withdrawn", "delivered", "rated"],
                            )
                        ),
                        name="request_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["assembly", "lesson", "patrol", "meeting", "sweep", "arch", "advice"])
                        ),
                        name="request_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                (
                                    "",
                                    "personal_safety",
                                    "property_safety",
                                    "robbery",
                                    "images",
                                    "online",
                                    "consequences",
                                    "knives",
                                    "drugs",
                                    "other",
                                ),
                            )
                        ),
                        name="request_topic_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("status__in", ("delivered", "rated"))),
                            models.Q(
                                models.Q(("status__in", ("delivered", "rated")), _negated=True), ("delivered_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="request_delivered_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BriefingReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "as_of",
                    models.DateTimeField(
                        help_text="When the page that was read was put together: the next one begins here."
                    ),
                ),
                ("read_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField(help_text="Of the page it was confirmed on: pressing twice confirms once.")),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("as_of__lte", models.F("read_at"))), name="briefing_read_after_it_was_made"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(max_length=10)),
                ("token_hash", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("token_hash",), name="calendar_feed_secret_once")],
            },
        ),
        migrations.CreateModel(
            name="Colleague",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("support_worker", "Support worker"), ("project_worker", "Project worker")],
                        max_length=20,
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                ("organisation", models.CharField(blank=True, max_length=150)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["support_worker", "project_worker"])),
                        name="colleague_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="colleague_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandoverNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField(help_text="Of the form it was sent from: pressing twice writes once.")),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="handover_note_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("lesson", "Presentation or lesson"),
                            ("agency", "External agency session"),
                            ("scheme", "Junior Citizen, Safety First, School Watch or Cadets"),
                            ("patrol", "After-school or hot-spot patrol"),
                            ("truancy_patrol", "Truancy patrol"),
                            ("pattern_review", "Crime-pattern review of the school"),
                            ("sweep", "Weapons sweep of a hot spot, on agreed terms"),
                            ("arch", "Screening arch, agreed by the school"),
                            ("advice", "Advice to the school on local crime"),
                            ("conference", "Case conference or multi-agency meeting"),
                            ("parents", "Parents at the gate"),
                            ("engagement", "Engagement in corridors or at lunch"),
                        ],
                        max_length=20,
                    ),
                ),
                ("planned_on", models.DateField()),
                ("at_time", models.TimeField(help_text="Europe/London.")),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "topic",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("personal_safety", "Personal safety"),
                            ("property_safety", "Property safety"),
                            ("robbery", "Robbery"),
                            ("images", "Sending intimate images"),
                            ("online", "Online safety"),
                            ("consequences", "Consequences of crime"),
                            ("knives", "Knives"),
                            ("drugs", "Drugs"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("nobody", "Nobody"),
                            ("one", "One pupil"),
                            ("group", "A group"),
                            ("class", "A class"),
                            ("assembly", "An assembly"),
                            ("parents", "Parents"),
                            ("staff", "School staff"),
                            ("agency", "Another agency"),
                        ],
                        default="nobody",
                        max_length=10,
                    ),
                ),
                ("year_groups", models.CharField(blank=True, max_length=40)),
                ("planned_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
                ("delivered_at", models.DateTimeField(help_text="When the activity was logged.", null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_words", models.TextField(blank=True)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "lesson",
                                    "agency",
                                    "scheme",
                                    "patrol",
                                    "truancy_patrol",
                                    "pattern_review",
                                    "sweep",
                                    "arch",
                                    "advice",
                                    "conference",
                                    "parents",
                                    "engagement",
                                ],
                            )
                        ),
                        name="plan_item_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "audience__in",
                                ["nobody", "one", "group", "class", "assembly", "parents", "staff", "agency"],
                            )
                        ),
                        name="plan_item_audience_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "topic__in",
                                (
                                    "",
                                    "personal_safety",
                                    "property_safety",
                                    "robbery",
                                    "images",
                                    "online",
                                    "consequences",
                                    "knives",
                                    "drugs",
                                    "other",
                                ),
                            )
                        ),
                        name="plan_item_topic_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__range", (1, 720))), name="plan_item_takes_its_time"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostingPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("working", "Being worked out"),
                            ("ready", "Waiting for a decision"),
                            ("failed", "Could not be worked out"),
                            ("applied", "Applied"),
                            ("discarded", "Thrown away"),
                        ],
                        default="working",
                        max_length=10,
                    ),
                ),
                (
                    "starts_on",
                    models.DateField(
                        help_text="First day of what is new; the day before is the last of what it replaces."
                    ),
                ),
                (
                    "allows_two_by_need",
                    models.BooleanField(default=False, help_text="Two priority schools for one officer, too."),
                ),
                (
                    "near_metres",
                    models.PositiveIntegerField(help_text="What counted as near, as the force had settled it."),
                ),
                ("report", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("press", models.UUIDField(help_text="Of the form it was asked for by: pressing twice asks once.")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "proposal of postings",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["working", "ready", "failed", "applied", "discarded"])),
                        name="posting_plan_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", False), ("status__in", ("applied", "discarded"))),
                            models.Q(("settled_at", None), ("status__in", ("working", "ready", "failed"))),
                            _connector="OR",
                        ),
                        name="posting_plan_settled_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostingPlanLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField(default=1, help_text="1 for the officer, 2 for the buddy.")),
                ("is_kept", models.BooleanField(default=False, help_text="The officer is posted there already.")),
                (
                    "is_edited",
                    models.BooleanField(default=False, help_text="A person decided otherwise than the solver."),
                ),
                ("why", models.TextField(blank=True, help_text="What speaks for it, in words.")),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("place__in", (1, 2))), name="posting_plan_line_place_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=10)),
                ("words", models.TextField(blank=True)),
                ("day", models.DateField(null=True)),
                ("at_time", models.TimeField(null=True)),
                ("done_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verb__in", ["accept", "propose", "agree", "decline", "withdraw", "deliver", "feed_back"])
                        ),
                        name="request_step_verb_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleRefusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("not_altercation", "Intervene in a fight where school staff are available"),
                            ("not_playground", "Playground duty in place of staff"),
                            ("not_accompany", "Accompany a pupil away from the school"),
                            ("not_number", "Give a personal number as an emergency contact"),
                            ("not_hours", "Be reachable outside working hours"),
                            ("not_caf", "Complete a CAF referral"),
                            ("not_head", "Act without police power under the head’s authority"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "door",
                    models.CharField(
                        choices=[("request", "Asked for by the school"), ("activity", "Looked for by an officer")],
                        max_length=10,
                    ),
                ),
                ("refused_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("press", models.UUIDField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "duty__in",
                                [
                                    "not_altercation",
                                    "not_playground",
                                    "not_accompany",
                                    "not_number",
                                    "not_hours",
                                    "not_caf",
                                    "not_head",
                                ],
                            )
                        ),
                        name="role_refusal_duty_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("door__in", ["request", "activity"])), name="role_refusal_door_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="team_has_a_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("schools", "Working in schools"),
                            ("equality", "Equality"),
                            ("restorative", "Restorative justice"),
                            ("facilitator", "Facilitating restorative conferences"),
                            ("safeguarding", "Safeguarding children"),
                        ],
                        max_length=20,
                    ),
                ),
                ("completed_on", models.DateField()),
                (
                    "expires_on",
                    models.DateField(help_text="The last day on which it holds; none: it does not expire.", null=True),
                ),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["schools", "equality", "restorative", "facilitator", "safeguarding"])
                        ),
                        name="training_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_on", None), ("expires_on__gte", models.F("completed_on")), _connector="OR"
                        ),
                        name="training_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("recruitment", "Recruitment vetting"),
                            ("management", "Management vetting"),
                            ("non_police", "Non-police personnel vetting"),
                        ],
                        max_length=20,
                    ),
                ),
                ("granted_on", models.DateField()),
                ("expires_on", models.DateField(help_text="The last day on which it holds.")),
                ("entered_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["recruitment", "management", "non_police"])),
                        name="vetting_level_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_on__gte", models.F("granted_on"))), name="vetting_ends_after_start"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="posting",
            name="covers",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="covered_by", to="officers.posting"
            ),
        ),
        migrations.AddField(
            model_name="posting",
            name="is_buddy",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["force", "school", "-starts_on"], name="posting_of_school"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officer",
            trigger=pgtrigger.compiler.Trigger(
                name="nobody_posted_back_into_probation",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF EXISTS (SELECT FROM officers_posting p\n                               WHERE p.officer_id = NEW.id AND p.starts_on <= NEW.probation_ends_on\n                                 AND (p.ends_on IS NULL OR p.ends_on >= greatest(p.starts_on, current_date)))\n                    THEN RAISE EXCEPTION 'an officer who is posted cannot be in probation'; END IF;\n                    RETURN NEW;\n                ",
                    hash="784c6cc2fd43a7cec23f9b3720deb9344a34b631",
                    operation='UPDATE OF "probation_ends_on"',
                    pgid="pgtrigger_nobody_posted_back_into_probation_d7d61",
                    table="officers_officer",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(("covers", None), ("ends_on__isnull", False), _connector="OR"),
                name="cover_has_a_last_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("covers", None),
                    ("is_buddy", False),
                    models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                ),
                expressions=[
                    (
                        models.Func(
                            models.F("school_id"), models.F("school_id"), models.Value("[]"), function="int8range"
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("starts_on"), models.F("ends_on"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                ],
                name="posting_one_at_a_time",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="disclosure",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="incidents.disclosure",
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="activity",
            name="logged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="activity",
            name="school",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"),
        ),
        migrations.AddField(
            model_name="activityaddendum",
            name="activity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="addenda", to="officers.activity"
            ),
        ),
        migrations.AddField(
            model_name="activityaddendum",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="activityaddendum",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="activityaddendum",
            name="school",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"),
        ),
        migrations.AddField(
            model_name="activityrequest",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="activityrequest",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="activityrequest",
            name="rated_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="activityrequest",
            name="school",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"),
        ),
        migrations.AddField(
            model_name="activity",
            name="request",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="officers.activityrequest",
            ),
        ),
        migrations.AddField(
            model_name="briefingreceipt",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="briefingreceipt",
            name="reader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="briefingreceipt",
            name="school",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="calendarfeed",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="colleague",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="colleague",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="colleague",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="colleagues", to="officers.officer"
            ),
        ),
        migrations.AddField(
            model_name="handovernote",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="handovernote",
            name="posting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="handover_notes", to="officers.posting"
            ),
        ),
        migrations.AddField(
            model_name="handovernote",
            name="school",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"),
        ),
        migrations.AddField(
            model_name="handovernote",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="planitem",
            name="cancelled_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="planitem",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="planitem",
            name="planned_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="planitem",
            name="school",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"),
        ),
        migrations.AddField(
            model_name="activity",
            name="plan_item",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="officers.planitem",
            ),
        ),
        migrations.AddField(
            model_name="postingplan",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="postingplan",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="postingplan",
            name="settled_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="postingplanline",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="postingplanline",
            name="officer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="officers.officer"
            ),
        ),
        migrations.AddField(
            model_name="postingplanline",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="officers.postingplan"
            ),
        ),
        migrations.AddField(
            model_name="postingplanline",
            name="school",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"),
        ),
        migrations.AddField(
            model_name="requeststep",
            name="done_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="requeststep",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="requeststep",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="officers.activityrequest"
            ),
        ),
        migrations.AddField(
            model_name="requeststep",
            name="school",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"),
        ),
        migrations.AddField(
            model_name="rolerefusal",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rolerefusal",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="rolerefusal",
            name="school",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.school"),
        ),
        migrations.AddField(
            model_name="team",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="team",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="team",
            name="sergeant",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="officer",
            name="team",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="officers", to="officers.team"
            ),
        ),
        migrations.AddField(
            model_name="training",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="training",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="training",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="trainings", to="officers.officer"
            ),
        ),
        migrations.AddField(
            model_name="vetting",
            name="entered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="vetting",
            name="force",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.force"),
        ),
        migrations.AddField(
            model_name="vetting",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="vettings", to="officers.officer"
            ),
        ),
        migrations.AddConstraint(
            model_name="activityaddendum",
            constraint=models.UniqueConstraint(fields=("activity", "press"), name="activity_addendum_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activityaddendum",
            trigger=pgtrigger.compiler.Trigger(
                name="activity_addendum_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5ef2302bfef48143da861babe3979dd264e03cbc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_activity_addendum_kept_f97f7",
                    table="officers_activityaddendum",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="activityrequest",
            index=models.Index(fields=["force", "school", "status", "due_at"], name="request_waiting"),
        ),
        migrations.AddIndex(
            model_name="activityrequest",
            index=models.Index(fields=["force", "-asked_at", "-id"], name="request_newest"),
        ),
        migrations.AddConstraint(
            model_name="activityrequest",
            constraint=models.UniqueConstraint(fields=("school", "asked_by", "press"), name="request_made_once"),
        ),
        migrations.AddConstraint(
            model_name="activityrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("rated_at__isnull", False),
                        ("rated_by__isnull", False),
                        ("rating__in", ["well", "partly", "not"]),
                        ("status", "rated"),
                    ),
                    models.Q(
                        models.Q(("status", "rated"), _negated=True),
                        ("rated_at", None),
                        ("rated_by", None),
                        ("rating", ""),
                    ),
                    _connector="OR",
                ),
                name="request_rated_by_somebody",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activityrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="request_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="eb0226949fa3aa94b4fd66002632adc638712335",
                    operation="DELETE",
                    pgid="pgtrigger_request_kept_13312",
                    table="officers_activityrequest",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activityrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="request_moves_as_told",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.status IS DISTINCT FROM NEW.status AND (OLD.status || '>' || NEW.status) NOT IN ('accepted>declined', 'accepted>delivered', 'accepted>proposed', 'accepted>withdrawn', 'asked>accepted', 'asked>declined', 'asked>proposed', 'asked>withdrawn', 'delivered>rated', 'proposed>accepted', 'proposed>declined', 'proposed>proposed', 'proposed>withdrawn')\n                    THEN RAISE EXCEPTION 'a request does not move from % to %', OLD.status, NEW.status; END IF;\n                    IF (NEW.kind, NEW.topic, NEW.year_groups, NEW.details, NEW.asked_at, NEW.asked_by_id, NEW.press,\n                        NEW.school_id, NEW.force_id)\n                       IS DISTINCT FROM\n                       (OLD.kind, OLD.topic, OLD.year_groups, OLD.details, OLD.asked_at, OLD.asked_by_id, OLD.press,\n                        OLD.school_id, OLD.force_id)\n                    THEN RAISE EXCEPTION 'what was asked for stays as it was asked'; END IF;\n                    RETURN NEW;\n                ",
                    hash="0e4ebc511ff82041ebc6e2843d7dfd49933050ad",
                    operation="UPDATE",
                    pgid="pgtrigger_request_moves_as_told_53772",
                    table="officers_activityrequest",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="briefingreceipt",
            index=models.Index(fields=["force", "school", "-as_of"], name="briefing_newest"),
        ),
        migrations.AddIndex(
            model_name="briefingreceipt",
            index=models.Index(fields=["school", "reader", "-as_of"], name="briefing_of_reader"),
        ),
        migrations.AddConstraint(
            model_name="briefingreceipt",
            constraint=models.UniqueConstraint(fields=("school", "reader", "press"), name="briefing_confirmed_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="briefingreceipt",
            trigger=pgtrigger.compiler.Trigger(
                name="briefing_receipt_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6c13f245e14521e15ca9b167a7ab9cb64d091114",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_briefing_receipt_kept_ab0be",
                    table="officers_briefingreceipt",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarfeed",
            constraint=models.UniqueConstraint(fields=("force", "user", "side"), name="calendar_feed_one_each"),
        ),
        migrations.AddIndex(
            model_name="handovernote",
            index=models.Index(fields=["posting", "-id"], name="handover_of_posting"),
        ),
        migrations.AddConstraint(
            model_name="handovernote",
            constraint=models.UniqueConstraint(fields=("school", "press"), name="handover_note_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handovernote",
            trigger=pgtrigger.compiler.Trigger(
                name="handover_note_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a4e89e9b9518ed500a40fceec6de157652891337",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_handover_note_kept_6f47b",
                    table="officers_handovernote",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="planitem",
            index=models.Index(fields=["force", "school", "planned_on", "id"], name="plan_item_in_order"),
        ),
        migrations.AddConstraint(
            model_name="planitem",
            constraint=models.UniqueConstraint(fields=("school", "planned_by", "press"), name="plan_item_made_once"),
        ),
        migrations.AddConstraint(
            model_name="planitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancel_words", ""), ("cancelled_at", None), ("cancelled_by", None)),
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("cancelled_by__isnull", False),
                        ("delivered_at", None),
                        models.Q(("cancel_words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="plan_item_cancelled_with_a_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planitem",
            trigger=pgtrigger.compiler.Trigger(
                name="plan_item_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="e588b6c9cb30a665e517fb3f1913d5ec4a4aab5f",
                    operation="DELETE",
                    pgid="pgtrigger_plan_item_kept_32552",
                    table="officers_planitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planitem",
            trigger=pgtrigger.compiler.Trigger(
                name="plan_item_stays_as_planned",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (NEW.kind, NEW.planned_on, NEW.at_time, NEW.minutes, NEW.topic, NEW.audience, NEW.year_groups,\n                        NEW.planned_at, NEW.planned_by_id, NEW.press, NEW.school_id, NEW.force_id)\n                       IS DISTINCT FROM\n                       (OLD.kind, OLD.planned_on, OLD.at_time, OLD.minutes, OLD.topic, OLD.audience, OLD.year_groups,\n                        OLD.planned_at, OLD.planned_by_id, OLD.press, OLD.school_id, OLD.force_id)\n                       OR OLD.delivered_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL\n                    THEN RAISE EXCEPTION 'what was planned stays: it is delivered, or called off and planned anew'; END IF;\n                    RETURN NEW;\n                ",
                    hash="7d2ad492c1b2ca0635ee1322803f12d349d39962",
                    operation="UPDATE",
                    pgid="pgtrigger_plan_item_stays_as_planned_80bd3",
                    table="officers_planitem",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["force", "school", "-happened_on", "-id"], name="activity_newest"),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["force", "-happened_on", "-id"], name="activity_newest_of_force"),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.UniqueConstraint(fields=("logged_by", "press"), name="activity_logged_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="activity",
            trigger=pgtrigger.compiler.Trigger(
                name="activity_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="faaeb9d373877841168358228326c92fcfe79683",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_activity_kept_8c24f",
                    table="officers_activity",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="postingplan",
            constraint=models.UniqueConstraint(fields=("force", "press"), name="posting_plan_once"),
        ),
        migrations.AddConstraint(
            model_name="postingplanline",
            constraint=models.UniqueConstraint(fields=("plan", "school", "place"), name="posting_plan_line_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="requeststep",
            trigger=pgtrigger.compiler.Trigger(
                name="request_step_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="210644dc5838bb0880277d7d2d7ca6fba95ce0c0",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_request_step_kept_b20e6",
                    table="officers_requeststep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="rolerefusal",
            index=models.Index(fields=["force", "school", "-refused_at"], name="role_refusal_newest"),
        ),
        migrations.AddConstraint(
            model_name="rolerefusal",
            constraint=models.UniqueConstraint(fields=("asked_by", "press", "duty"), name="role_refusal_counted_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rolerefusal",
            trigger=pgtrigger.compiler.Trigger(
                name="role_refusal_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a937ba97d0698c4f956feb0251f73209fe566a95",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_role_refusal_kept_917a7",
                    table="officers_rolerefusal",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(
                models.F("force"), django.db.models.functions.text.Lower("name"), name="team_name_once"
            ),
        ),
        migrations.AddIndex(
            model_name="training",
            index=models.Index(fields=["officer", "kind", "-id"], name="training_of_officer"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="training",
            trigger=pgtrigger.compiler.Trigger(
                name="training_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8000e42f4d24a1a78e7274bbd037c6ca2e8d3353",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_training_kept_eb124",
                    table="officers_training",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="vetting",
            index=models.Index(fields=["officer", "-id"], name="vetting_of_officer"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="vetting",
            trigger=pgtrigger.compiler.Trigger(
                name="vetting_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d1696eac76676982a9af5050066d5b295fe52ab6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_vetting_kept_7766a",
                    table="officers_vetting",
                    when="BEFORE",
                ),
            ),
        ),
    ]

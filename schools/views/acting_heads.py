"""The page on which somebody is made acting head teacher, with dates: by the coordinator, or by the head before leaving."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from schools.forms import INVITE, ActingHeadForm
from schools.models import School
from schools.views.spoc import chosen, people_of
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.accounts import throttle
from ssp.accounts.client import person
from ssp.accounts.models import normalised
from ssp.accounts.services import invitations
from ssp.refusals import NotPermitted, Refused
from ssp.ui.dates import long_date

HEAD = str(Role.HEAD_TEACHER.label)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("people.invite_school")
def give(request: HttpRequest, pk: int) -> HttpResponse:
    school = decisions.load(request.user, School.objects.select_related("force"), "people.invite_school", pk=pk)
    people = [(user, roles) for user, roles in people_of(school) if HEAD not in roles.split(", ")]
    form = ActingHeadForm(request.POST or None, people=people, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid() and _given(request, school, form):
        return redirect("accounts:people")
    return render(request, "schools/acting_head_give.html", {"school": school, "form": form})


def _given(request: HttpRequest, school: School, form: ActingHeadForm) -> bool:
    data, by = form.cleaned_data, person(request)
    dates = {"starts_on": data["starts_on"], "ends_on": data["ends_on"]}
    try:
        if data["person"] == INVITE:
            throttle.attempt(request, "invite", account=str(by.pk))
            throttle.attempt(request, "invitation_mail", account=normalised(data["email"]))
            invitations.send(
                email=data["email"],
                role=Role.HEAD_TEACHER,
                force=school.its_force,
                school=school,
                is_acting=True,
                by=by,
                **dates,
            )
            messages.success(request, f"{data['email']} is invited as acting head teacher.")
            return True
        who = chosen(people_of(school), data["person"])
        if who is None:
            raise Refused("This person no longer holds a role here. Choose somebody else.")
        memberships.give(
            user=who, role=Role.HEAD_TEACHER, force=school.its_force, school=school, is_acting=True, by=by, **dates
        )
        messages.success(request, f"{who} is acting head teacher until {long_date(data['ends_on'])}.")
        return True
    except NotPermitted:
        raise
    except Refused as error:
        form.add_error(None, str(error))
        return False

"""The pages of tasks on a concern: give one, read and settle one's own."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from incidents.models import Concern, ConcernTask
from incidents.queries import triage_page
from incidents.services import concern_tasks
from incidents.triage_forms import SettleForm, TaskForm
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, WrongState

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
@requires("concern.triage")
def give(request: HttpRequest, pk: int) -> HttpResponse:
    concern = Concern.objects.where_may(request.user, "concern.triage").filter(pk=pk).first()
    if concern is None:
        raise Http404
    form = TaskForm(request.POST or None, owners=triage_page.owners(concern.school_id))
    if request.method == "POST" and form.is_valid():
        try:
            made = concern_tasks.give(
                concern=concern, task=form.task(), press=form.cleaned_data["press"], by=person(request)
            )
            messages.success(request, f"{made.owner.name} has the task.")
            return redirect("concern-triage", pk=pk)
        except (NotPermitted, WrongState):
            raise
        except Refused as error:
            form.add_error(None, str(error))
    return render(request, "incidents/task_give.html", {"concern": concern, "form": form})


@require_http_methods(FORM_METHODS)
@requires("concern.task")
def view(request: HttpRequest, task_id: int) -> HttpResponse:
    """A task with the button that settles it. Its owner sees the task and nothing else of the concern."""
    rows = ConcernTask.objects.select_related("owner", "given_by", "settled_by", "school")
    task = decisions.load(request.user, rows, "concern.task", pk=task_id)
    log.consulted("concern.task_viewed", task, by=person(request))
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        concern_tasks.settle(task=task, what_was_done=form.cleaned_data["what_was_done"], by=person(request))
        messages.success(request, "The task is settled.")
        return redirect("task-view", task_id=task_id)
    standing = person(request).standing
    is_desk = standing is not None and task.school_id in standing.schools_where("concern.triage")
    return render(request, "incidents/task_view.html", {"task": task, "form": form, "is_desk": is_desk})

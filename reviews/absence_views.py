"""Going away: when, who stands in, and coming back."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from history.words import when
from reviews import absences, permissions
from reviews.assignment_forms import AwayForm, WhoseForm
from reviews.gates import desk_page
from reviews.models import Absence
from reviews.refusals import NotAllowed
from reviews.views import REFUSED


@desk_page
@require_safe
def away(request):
    return _page(request, _form(request, request.GET))


@desk_page
@require_POST
def absence_create(request):
    form = _form(request, request.POST, request.POST)
    if form.is_valid():
        said_of = {name: form.cleaned_data[name] for name in ("first_day", "last_day", "delegate", "note")}
        try:
            made = absences.go_away(form.cleaned_data["person"] or request.user, by=request.user, **said_of)
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, _told(made))
            return redirect("desk:away")
    return _page(request, form, status=REFUSED)


def _told(absence):
    stands_in = f"{absence.delegate.name} stands in" if absence.delegate else "a chief editor has the turns"
    days = f"from {when(absence.first_day)} to {when(absence.last_day)}"
    return f"{absence.person.name} is away {days}; {stands_in}."


@desk_page
@require_POST
def absence_end(request, pk):
    absence = get_object_or_404(_visible_to(request.user), pk=pk)
    absences.come_back(absence, by=request.user)
    messages.success(request, f"{absence.person.name} is not away from {when(absence.first_day)} any more.")
    return redirect("desk:away")


def _visible_to(user):
    """Absences that are not over: one's own and those in which one stands in; a chief editor sees everybody's."""
    coming = Absence.objects.filter(last_day__gte=timezone.now().date()).select_related("person", "delegate")
    return coming if permissions.may_assign(user) else coming.filter(Q(person=user) | Q(delegate=user))


def _whose(user, sent, people):
    """Whose absence the form is about: one's own, or of whom a chief editor chose."""
    chosen = next((person for person in people if str(person.pk) == sent.get("person")), user)
    return chosen if permissions.may_set_absence(user, chosen) else user


def _form(request, sent, *data):
    people = permissions.desk_people()
    person = _whose(request.user, sent, people)
    return AwayForm(*data, person=person, stand_ins=absences.stand_ins(person, people))


def _page(request, form, status=200):
    user = request.user
    form.action = reverse("desk:absence-create")
    is_for_others = permissions.may_assign(user)
    context = {
        "form": form,
        "whose_form": WhoseForm(user=user, person=form.person) if is_for_others else None,
        "person": form.person,
        "work": absences.work_of(form.person),
        "absences": [(row, is_for_others or row.person_id == user.pk) for row in _visible_to(user)],
    }
    return render(request, "reviews/away.html", context, status=status)

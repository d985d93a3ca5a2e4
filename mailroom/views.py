"""A person's letters; for those who answer for the room, what could not be sent."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from mailroom import folder, letters, permissions
from mailroom.forms import Older, PaceForm
from mailroom.gates import letters_page
from mailroom.models import Letter, Preference, Tick

PAGE = 20


@letters_page
@require_safe
def mine(request):
    return _my_page(request, PaceForm(instance=_preference_of(request.user)))


@letters_page
@require_POST
def pace_change(request):
    form = PaceForm(request.POST, instance=_preference_of(request.user))
    if not form.is_valid():
        return _my_page(request, form, status=400)
    preference = form.save(commit=False)
    Preference.objects.update_or_create(person=preference.person, defaults={"pace": preference.pace})
    messages.success(request, f"From now on: {preference.get_pace_display().lower()}.")
    return redirect("letters:mine")


def _preference_of(person):
    """Return what the person has chosen, or the row that stands for not having chosen."""
    chosen = Preference.objects.filter(person=person).first()
    return chosen or Preference(person=person, pace=Preference.Pace.AT_ONCE)


def _my_page(request, form, status=200):
    found, older = _page(Letter.objects.filter(person=request.user), request)
    context = {
        "form": form,
        "letters": found,
        "older": older,
        "is_first": "before" not in request.GET,
        "is_daily": form.initial["pace"] == Preference.Pace.DAILY,
        "may_see_failures": permissions.may_see_failures(request.user),
        "folder": folder.of_demo(),
    }
    return render(request, "mailroom/letters.html", context, status=status)


def _page(rows, request):
    """Return one page of `rows`, newest first, and the key before which the next one begins, if there is one."""
    asked = Older(request.GET)
    before = asked.cleaned_data["before"] if asked.is_valid() else None
    rows = rows.filter(pk__lt=before) if before else rows
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


@letters_page
@require_safe
def failures(request):
    letters.check_may_see_failures(request.user)
    found, older = _page(Letter.objects.failing().select_related("person"), request)
    context = {"letters": found, "older": older, "ticks": Tick.objects.failing()}
    return render(request, "mailroom/failures.html", context)


@letters_page
@require_POST
def try_again(request, pk):
    return _see_to(request, pk, letters.try_again, "“{}” is tried again within a minute.")


@letters_page
@require_POST
def let_go(request, pk):
    return _see_to(request, pk, letters.let_go, "“{}” is not tried any more.")


def _see_to(request, pk, verb, done):
    letter = get_object_or_404(Letter, pk=pk)
    if verb(letter, by=request.user):
        messages.success(request, done.format(letter.subject))
    else:
        messages.error(request, f"“{letter.subject}” needs nothing any more: it was sent or dropped meanwhile.")
    return redirect("letters:failures")

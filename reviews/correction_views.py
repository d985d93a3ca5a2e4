"""Corrections in bulk: the list, one correction with every text it touches, and one decision on all of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from accounts.gates import recently_confirmed
from reviews import correction_page as shown
from reviews import corrections, permissions
from reviews import next as rounds
from reviews.forms import RequestChangesInAllForm, WithdrawAllForm
from reviews.gates import desk_page
from reviews.models import Correction, LeftOut
from reviews.refusals import NotAllowed
from reviews.views import REFUSED

PER_PAGE = 25


@desk_page
@require_safe
def corrections_page(request):
    page = Paginator(Correction.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    counts = shown.counts_of(found)
    rows = [(correction, shown.told(counts[correction.pk])) for correction in found]
    return render(request, "reviews/corrections.html", {"page": page, "rows": rows})


@desk_page
@require_safe
def correction_page(request, pk):
    return _page(request, get_object_or_404(Correction, pk=pk))


@desk_page
@recently_confirmed
@require_POST
def sign_off(request, pk):
    correction = get_object_or_404(Correction, pk=pk)
    try:
        outcomes = corrections.sign_off(correction, shown.ticked(request.POST.getlist("sign")), by=request.user)
    except NotAllowed as refused:
        return _page(request, correction, sentence=str(refused), status=REFUSED)
    published = sum(outcome.edition is not None for outcome in outcomes)
    return _answer(request, correction, outcomes, f"signed off, {published} of them published")


@desk_page
@require_POST
def request_changes(request, pk):
    return _decide(request, pk, "request", RequestChangesInAllForm, corrections.request_changes, "sent back")


@desk_page
@require_POST
def withdraw(request, pk):
    return _decide(request, pk, "withdraw", WithdrawAllForm, corrections.withdraw, "withdrawn")


@desk_page
@require_POST
def open_rest(request, pk):
    correction = get_object_or_404(Correction, pk=pk)
    try:
        opened = corrections.open_rest(correction, by=request.user)
    except NotAllowed as refused:
        return _page(request, correction, sentence=str(refused), status=REFUSED)
    messages.success(request, f"{_texts(len(opened))} put up for review.")
    return redirect(correction)


def _decide(request, pk, name, form_class, verb, word):
    correction = get_object_or_404(Correction, pk=pk)
    form = form_class(request.POST)
    if form.is_valid():
        try:
            decided = verb(correction, by=request.user, reason=form.cleaned_data["reason"])
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            return _answer(request, correction, decided.outcomes, word, {name: form}, decided.stopped)
    return _page(request, correction, {name: form}, status=REFUSED)


def _answer(request, correction, outcomes, word, typed=None, stopped=0):
    """Say what was recorded, and why what was not; when nothing was, show the page with what was typed.

    `stopped`: for how many texts the correction waited and does not any more.
    """
    refused = [outcome for outcome in outcomes if outcome.refused]
    recorded = len(outcomes) - len(refused)
    if not recorded and not stopped:
        return _page(request, correction, typed, refused=refused, status=REFUSED)
    done = [f"{_texts(recorded)} {word}."] if recorded else []
    if stopped:
        waited = "1 text that waited" if stopped == 1 else f"{stopped} texts that waited"
        done.append(f"For {waited}, the correction opens by itself no longer.")
    messages.success(request, format_html("{}{}", " ".join(done), _next(request.user)))
    if refused:
        told = " ".join(f"{one.submission.title}: {one.refused}" for one in refused)
        messages.warning(request, f"{_texts(len(refused))} not recorded. {told}")
    return redirect(correction)


def _next(user):
    """The way to what waits next for a reviewer; empty when nothing does."""
    following = rounds.next_for(user)
    if following is None:
        return ""
    address = reverse("desk:review", args=[following.pk])
    return format_html(' Next waits <a href="{}">{}</a>.', address, following.title)


def _texts(count):
    return "1 text is" if count == 1 else f"{count} texts are"


def _page(request, correction, typed=None, sentence="", refused=(), status=200):
    rows = shown.rows_of(correction, request.user)
    is_open = any(row.is_open for row in rows)
    waiting = LeftOut.objects.of(correction).count()
    may_stop = waiting > 0 and permissions.may_stop_correction(request.user, correction)
    forms = {"request": RequestChangesInAllForm(), "withdraw": WithdrawAllForm(), **(typed or {})}
    forms["request"].action = reverse("desk:correction-request-changes", args=[correction.pk])
    forms["withdraw"].action = reverse("desk:correction-withdraw", args=[correction.pk])
    context = {
        "correction": correction,
        "changes": shown.change_of(correction),
        "later": Correction.objects.later_than(correction).first(),
        "rows": rows,
        "in_review": [row for row in rows if row.is_open],
        "others": [row for row in rows if not row.is_open],
        "sentence": sentence,
        "refused": refused,
        "is_open": is_open,
        "can_open": permissions.may_open_corrections(request.user) and any(row.can_be_opened for row in rows),
        "waiting": waiting,
        "may_request_changes": (is_open or waiting) and permissions.may_review(request.user),
        "may_withdraw": may_stop or any(_may_withdraw(request.user, row) for row in rows),
        "request_form": forms["request"],
        "withdraw_form": forms["withdraw"],
        **shown.signing(rows, request.user),
    }
    return render(request, "reviews/correction.html", context, status=status)


def _may_withdraw(user, row):
    return row.is_open and permissions.may_withdraw(user, row.submission)

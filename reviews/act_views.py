"""The desk after publication: what falls due, reaffirming, retiring, withholding."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.gates import recently_confirmed
from library.addresses import LATEST
from library.models import Edition
from library.publication import next_review
from reviews import acts, permissions
from reviews.act_forms import ConfirmForm, ReaffirmForm, RefuseForm, RetireForm, WithholdForm
from reviews.disappearing import disappearing, quoting
from reviews.gates import desk_page, withholding_page
from reviews.live import due_by, live
from reviews.models import Withholding
from reviews.refusals import NotAllowed, Unworded

REFUSED = 409
reads_or_acts = require_http_methods(["GET", "HEAD", "POST"])


def offered(user, kind, code):
    """Return what `user` may do with the edition that stands, for the item's page; nothing before there is one."""
    stands = live(kind, code)
    if stands is None:
        return {}
    reviews = stands.is_verified and permissions.may_review(user)
    why_not = acts.why_no_second_person(stands, user) if reviews else ""
    proposals = Withholding.objects.open().of(kind, code)
    return {
        "stands": stands,
        "may_reaffirm": reviews and not why_not,
        "why_not_reaffirm": why_not,
        "may_retire": stands.is_verified and permissions.may_retire(user),
        "may_withhold": permissions.may_propose_withholding(user) and acts.withholdable(kind, code).exists(),
        "proposed": proposals.first() if permissions.may_see_withholdings(user) else None,
    }


@desk_page
@require_safe
def due(request):
    """Items whose review is overdue or due soon, with the way to reaffirm them."""
    today = timezone.now().date()
    rows = [
        {
            "stands": stands,
            "is_overdue": stands.standing.review_by < today,
            "why_not": acts.why_no_second_person(stands, request.user),
        }
        for stands in due_by(today)
    ]
    return render(request, "reviews/due.html", {"rows": rows, "may_review": permissions.may_review(request.user)})


@desk_page
@recently_confirmed
@reads_or_acts
def reaffirm(request, kind, code):
    stands = _live_or_404(kind, code)
    until = next_review(timezone.now().date())
    declaration = (
        f"You have read edition {stands.standing.number} as it stands and stand for it, every byte of it, "
        f"until {until.isoformat()}. Your name is shown as its reviewer."
    )
    form = _form(request, ReaffirmForm, stands, declaration=declaration)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        if _acted(form, lambda: acts.reaffirm(kind, code, **form.shown(), by=request.user, note=note)):
            messages.success(request, f"{stands.standing.title} is reaffirmed. Its next review is due by {until}.")
            return redirect("desk:item", kind, code)
    shown = {"why_not": acts.why_not_reaffirm(stands, request.user) or _not_verified(stands)}
    return _page(request, "reviews/reaffirm.html", form, kind, code, shown)


@desk_page
@recently_confirmed
@reads_or_acts
def retire(request, kind, code):
    stands = _live_or_404(kind, code)
    if not permissions.may_retire(request.user):
        raise PermissionDenied("Only a chief editor retires an item.")
    declaration = (
        f"Edition {stands.standing.number} keeps its address and its text, but is no longer recommended. "
        "The reason and your name stand in the ledger for ever."
    )
    titles = list(acts.successors(kind, code).values_list("code", "title"))
    choices = [(named, f"{title} ({named})") for named, title in titles]
    form = _form(request, RetireForm, stands, declaration=declaration, successors=choices)
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("reason", "successor")}
        if _acted(form, lambda: acts.retire(kind, code, **form.shown(), by=request.user, **typed)):
            messages.success(request, f"{stands.standing.title} is retired.")
            return redirect("desk:item", kind, code)
    return _page(request, "reviews/retire.html", form, kind, code, {"why_not": _not_verified(stands)})


@desk_page
@recently_confirmed
@reads_or_acts
def withhold(request, kind, code):
    stands = _live_or_404(kind, code)
    if not permissions.may_propose_withholding(request.user):
        raise PermissionDenied("Only a chief editor proposes to withhold editions.")
    numbers = list(acts.withholdable(kind, code).values_list("number", flat=True))
    form = _form(
        request,
        WithholdForm,
        stands,
        initial={"editions": numbers},
        declaration="Nothing is withheld before an administrator has confirmed it.",
        editions=[(number, f"Edition {number}") for number in numbers],
    )
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in ("editions", "ground", "note")}
        if _acted(form, lambda: acts.propose_withholding(kind, code, **form.shown(), by=request.user, **typed)):
            messages.success(request, "Your proposal waits for an administrator. Until then everything stays public.")
            return redirect("desk:item", kind, code)
    open_one = Withholding.objects.open().of(kind, code).first()
    shown = {"open": open_one, "quoting": quoting(code), "is_all": not numbers}
    return _page(request, "reviews/withhold.html", form, kind, code, shown)


@withholding_page
@require_safe
def withholdings(request):
    """What has been proposed to be withheld, the undecided first."""
    found = sorted(Withholding.objects.all(), key=lambda row: row.state != Withholding.State.PROPOSED)
    return render(request, "reviews/withholdings.html", {"withholdings": found})


@withholding_page
@require_safe
def withholding(request, pk):
    return _withholding_page(request, get_object_or_404(Withholding, pk=pk))


@withholding_page
@recently_confirmed
@require_POST
def withholding_confirm(request, pk):
    proposed = get_object_or_404(Withholding, pk=pk)
    form = _confirm_form(proposed, request.POST)
    form.is_valid()  # what is missing or malformed was not shown
    typed = form.cleaned_data.get("typed_code", "")
    if _acted(form, lambda: acts.confirm_withholding(proposed, **form.shown(), typed_code=typed, by=request.user)):
        messages.success(request, f"Withheld: {proposed.code} {', '.join(proposed.editions)}.")
        return redirect("desk:withholding", pk)
    return _withholding_page(request, proposed, confirm_form=form, status=REFUSED)


def _confirm_form(proposed, *data, **options):
    declaration = (
        "From then on no address of these editions shows their text, not even for a past day. This cannot be undone."
    )
    action = reverse("desk:withholding-confirm", args=[proposed.pk])
    return ConfirmForm(*data, code=proposed.code, declaration=declaration, action=action, **options)


@withholding_page
@require_POST
def withholding_refuse(request, pk):
    proposed = get_object_or_404(Withholding, pk=pk)
    form = RefuseForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        if _acted(form, lambda: acts.refuse_withholding(proposed, by=request.user, reason=reason)):
            messages.success(request, f"Nothing of {proposed.code} is withheld; the reason is kept.")
            return redirect("desk:withholding", pk)
    return _withholding_page(request, proposed, refuse_form=form, status=REFUSED)


def _withholding_page(request, proposed, confirm_form=None, refuse_form=None, status=200):
    """The page of one proposal; after a refusal its form is about what stands now, and keeps what may be mended."""
    proposed = Withholding.objects.get(pk=proposed.pk)
    stands = _live_or_404(proposed.kind, proposed.code)
    is_open = proposed.state == Withholding.State.PROPOSED
    if confirm_form:
        _be_confirmed_anew(confirm_form, stands)
    editions = Edition.objects.filter(kind=proposed.kind, code=proposed.code).defer("document").order_by("-position")
    named = [edition for edition in editions if edition.number in proposed.editions]
    refuse_form = refuse_form or RefuseForm()
    refuse_form.action = reverse("desk:withholding-refuse", args=[proposed.pk])
    context = {
        "proposed": proposed,
        "is_open": is_open,
        "loses": disappearing(proposed.kind, proposed.code, proposed.editions) if is_open else None,
        "title": stands.standing.title,
        "editions": [(row, LATEST.edition(row.kind, row.slug, row.number)) for row in named],
        "others": [row for row in editions if row.number not in proposed.editions],
        "may_confirm": permissions.may_confirm_withholding(request.user, proposed),
        "may_refuse": permissions.may_refuse_withholding(request.user, proposed),
        "is_own": proposed.proposed_by_id == request.user.pk,
        "confirm_form": confirm_form or _confirm_form(proposed, initial=_shown(stands)),
        "refuse_form": refuse_form,
    }
    context["may_see_desk"] = permissions.may_see_desk(request.user)
    return render(request, "reviews/withholding.html", context, status=status)


def _live_or_404(kind, code):
    stands = live(kind, code)
    if stands is None:
        raise Http404
    return stands


def _not_verified(stands):
    return "" if stands.is_verified else f"Edition {stands.standing.number} is {stands.standing.state}."


def _shown(stands):
    return {"digest": stands.edition.digest, "position": stands.standing.from_position}


def _be_about_now(form, stands):
    form.data = form.data.copy()
    form.data.update(_shown(stands))


def _be_confirmed_anew(form, stands):
    """A code that was typed for what stood before confirms nothing of what stands now; one to mend is kept."""
    is_same = form.shown() == _shown(stands) and form.has_error(form.prose)
    _be_about_now(form, stands)
    if not is_same:
        form.data[form.prose] = ""


def _form(request, form_class, stands, initial=None, **options):
    if request.method == "POST":
        return form_class(request.POST, **options)
    return form_class(initial={**_shown(stands), **(initial or {})}, **options)


def _acted(form, act):
    """Do it and return what it made; None when the moment or the wording is wrong, which the form then says."""
    try:
        return act()
    except Unworded as refused:
        form.add_error(form.prose, str(refused))
    except NotAllowed as refused:
        form.add_error(None, str(refused))


def _page(request, template, form, kind, code, shown):
    """The page of one act; after a refusal the form keeps what was typed and is about what stands now."""
    stands = _live_or_404(kind, code)
    refused = request.method == "POST"
    if refused:
        _be_about_now(form, stands)
    context = {
        "form": form,
        "stands": stands,
        "item": reverse("desk:item", args=[kind, code]),
        "public_url": LATEST.edition(kind, stands.standing.slug, stands.standing.number),
        **shown,
    }
    return render(request, template, context, status=REFUSED if refused else 200)

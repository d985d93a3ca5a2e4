"""The sign-off rules: what stands, since when and why, and changing it."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.gates import recently_confirmed
from library.documents import SECTIONS
from reviews import permissions, rules
from reviews.forms import RuleForm
from reviews.gates import desk_page
from reviews.refusals import NotAllowed

REFUSED = 409


@desk_page
@require_safe
def rules_page(request):
    return _page(request)


@desk_page
@recently_confirmed
@require_POST
def change(request, kind):
    if not permissions.may_change_rule(request.user):
        raise PermissionDenied("Only a chief editor changes the sign-off rule.")
    form = _form(kind, request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            rules.change(kind, people=typed["people"], legal=typed["legal"], by=request.user, note=typed["note"])
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            messages.success(request, f"The rule for {kind}s is changed. Nothing in review needs less than before.")
            return redirect("desk:rules")
    return _page(request, {kind: form}, status=REFUSED)


def _page(request, typed=None, status=200):
    may_change = permissions.may_change_rule(request.user)
    parts = [_part(kind, may_change, (typed or {}).get(kind)) for kind in settings.ITEM_KINDS]
    return render(request, "reviews/rules.html", {"parts": parts, "may_change": may_change}, status=status)


def _part(kind, may_change, form):
    needs = rules.current(kind)
    return {
        "kind": kind,
        "sentence": rules.told(needs),
        "history": [(rule, rules.told(rule.needs)) for rule in rules.history(kind)],
        "form": (form or _form(kind, initial=_typed(needs))) if may_change else None,
    }


def _typed(needs):
    legal = [section for section, who in needs["sections"].items() if who == rules.Who.LEGAL]
    return {"people": needs["people"], "legal": legal}


def _form(kind, data=None, **options):
    sections = [(name, rules.name_of(name)) for name in SECTIONS[kind]]
    form = RuleForm(data, sections=sections, **options)
    form.action = reverse("desk:rule-change", args=[kind])
    return form

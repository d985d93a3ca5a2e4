"""Links for readers outside: made and revoked at the desk, opened by whoever holds one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews import dossier, permissions, preview, sharing
from reviews.gates import desk_page, draft_or_404
from reviews.models import ShareLink
from reviews.refusals import NotAllowed
from reviews.sharing_forms import ShareForm

REFUSED = 409
MOST_LISTED = 50


@desk_page
@require_safe
def links(request, kind, code):
    draft = draft_or_404(kind, code)
    return _page(request, draft, ShareForm(initial={"shown": draft.version}))


@desk_page
@require_POST
def share(request, kind, code):
    """Make a link and show it whole, this once: an answer in place, because nothing may keep the secret."""
    draft = draft_or_404(kind, code)
    form = ShareForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        about = {"purpose": told["purpose"], "days": told["days"], "shown": told["shown"] or 0}
        try:
            link, secret = sharing.share(kind, code, by=request.user, **about)
        except NotAllowed as refused:
            form.refuse(str(refused))
        else:
            return _made(request, draft, link, secret)
    return _page(request, draft, form, REFUSED)


def _made(request, draft, link, secret):
    address = request.build_absolute_uri(reverse("desk:shared", args=[secret]))
    context = {"draft": draft, "link": link, "address": address}
    response = render(request, "reviews/link_made.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@desk_page
@require_POST
def revoke(request, kind, code):
    wanted = request.POST.get("link", "")
    pk = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 19 else 0
    link = get_object_or_404(ShareLink.objects.of(kind, code).defer("document"), pk=pk)
    try:
        sharing.revoke(link, by=request.user)
    except NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"The link for {link.purpose} is revoked; it shows nothing any more.")
    return redirect("desk:links", kind, code)


def _page(request, draft, form, status=200):
    form.action = reverse("desk:share", args=[draft.kind, draft.code])
    context = {
        "draft": draft,
        "form": form,
        "why_not": sharing.why_not_share(draft),
        "may_share": permissions.may_share(request.user, draft),
        **links_of(request.user, draft),
    }
    return render(request, "reviews/links.html", context, status=status)


def links_of(user, draft):
    """Return the links to the item, newest first, why open ones show nothing, and which of them `user` may revoke."""
    found = list(ShareLink.objects.of(draft.kind, draft.code).defer("document")[:MOST_LISTED])
    may_end = [link for link in found if link.is_open and permissions.may_revoke(user, link)]
    shut = sharing.shut(found)
    for link in found:
        link.why_shut = shut.get(link.pk, "")
    return {"links": found, "revocable": may_end}


@require_safe
def shared(request, secret):
    """The text that a link shows. Every other address answers as if there had never been anything."""
    link = sharing.opened(secret)
    if link is None:
        raise Http404
    edition = sharing.edition_of(link)
    about = {
        "link": link,
        "edition": edition,
        "edition_url": dossier.edition_url(edition) if edition else "",
        "is_out_of_date": not edition and sharing.is_out_of_date(link),
    }
    return preview.respond("reviews/shared.html", link.read(), about)

"""Comments at the desk: say something about a submission or an item, answer, resolve, reopen."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from reviews import comments, review_page, texts
from reviews.forms import CommentForm, ReplyForm
from reviews.gates import desk_page, draft_or_404, remark_or_404, submission_or_404, submissions_for_review
from reviews.models import Submission
from reviews.refusals import NotAllowed
from reviews.views import item_with_comment

REFUSED = 409


@dataclass(frozen=True)
class Said:
    """What somebody typed and why it was not recorded; `at` is the id of the form that it was typed into."""

    at: str
    sentence: str
    text: str
    place: str = ""
    is_blocking: bool = False


@desk_page
@require_POST
def comment(request, pk):
    submission = submission_or_404(pk)
    shown = texts.compared(submission, request.user, request.GET)
    documents = [*shown.documents, shown.this.document, *([shown.live.document] if shown.live else [])]
    try:
        made = _comment(request, submission.kind, submission.code, texts=documents, submission=submission)
    except NotAllowed as refused:
        return review_page.show(request, submission, said=_said(request, str(refused)), status=REFUSED)
    return _back(request, made, submission)


@desk_page
@require_POST
def comment_on_item(request, kind, code):
    draft = draft_or_404(kind, code)
    try:
        up = Submission.objects.of(kind, code).open().first()
        made = _comment(request, kind, code, texts=[draft.read()], submission=up)
    except NotAllowed as refused:
        return item_with_comment(request, draft, _said(request, str(refused)))
    return _back(request, made, None)


def _comment(request, kind, code, **about):
    form = CommentForm(request.POST)
    _check(form)
    wanted = {name: form.cleaned_data[name] for name in ("text", "place", "is_blocking")}
    made = comments.comment(kind, code, by=request.user, **wanted, **about)
    messages.success(request, "Your comment is recorded.")
    return made


@desk_page
@require_POST
def reply(request, pk):
    remark = remark_or_404(pk)
    submission = _shown_on(request, remark)
    form = ReplyForm(request.POST)
    try:
        _check(form)
        comments.reply(remark, by=request.user, text=form.cleaned_data["text"])
    except NotAllowed as refused:
        said = _said(request, str(refused), at=f"comment-{pk}")
        if submission:
            return review_page.show(request, submission, said=said, status=REFUSED)
        return item_with_comment(request, draft_or_404(remark.kind, remark.code), said)
    messages.success(request, "Your answer is recorded.")
    return _back(request, remark, submission)


@desk_page
@require_POST
def resolve(request, pk):
    return _decide(request, pk, comments.resolve, "The comment is resolved.")


@desk_page
@require_POST
def reopen(request, pk):
    return _decide(request, pk, comments.reopen, "The comment is open again.")


def _decide(request, pk, verb, sentence):
    remark = remark_or_404(pk)
    try:
        verb(remark, by=request.user)
    except NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, sentence)
    return _back(request, remark, _shown_on(request, remark))


def _check(form):
    """Raise NotAllowed with the first thing that is wrong with what was typed."""
    if not form.is_valid():
        raise NotAllowed(next(sentence for sentences in form.errors.values() for sentence in sentences))


def _said(request, sentence, at=""):
    typed = request.POST
    return Said(
        at=at or typed.get("at", ""),
        sentence=sentence,
        text=typed.get("text", ""),
        place=typed.get("place", ""),
        is_blocking="is_blocking" in typed,
    )


def _shown_on(request, remark):
    """The submission on whose page the conversation was read, None for the item's own page."""
    named = request.GET.get("on", "")
    if not named.isascii() or not named.isdigit() or len(named) > 18:
        return None
    return submissions_for_review().filter(kind=remark.kind, code=remark.code, pk=named).first()


def _back(request, remark, submission):
    """Return to the conversation on the page where it was read, with the comparison that was shown there."""
    if submission is None:
        return redirect(f"{reverse('desk:item', args=[remark.kind, remark.code])}#comment-{remark.pk}")
    asked = request.GET.copy()
    asked.pop("on", None)
    query = f"?{asked.urlencode()}" if asked else ""
    return redirect(f"{reverse('desk:review', args=[submission.pk])}{query}#comment-{remark.pk}")

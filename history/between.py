"""What somebody else saved between the opening of a form and its saving, told to who saved."""

from django.urls import reverse
from django.utils.html import format_html

from history import timeline
from history.differences import tell
from history.models import Draft
from history.saving import own
from library.comparison import compare

MOST_NAMED = 4


def what_was_kept(draft: Draft, opened: int, kept: int) -> str:
    """Return the sentence on what changed from version `opened` to version `kept`, with the way to compare them."""
    old, new = (own(timeline.document_of(draft, version)) for version in (opened, kept))
    places = list({told.row or told.where: None for told in tell(compare(old, new), old, new)})
    more = f" and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
    people = timeline.contributors(draft.kind, draft.code, opened, kept).values()
    address = reverse("desk:compare", args=[draft.kind, draft.code])
    return format_html(
        'What {} changed in between was kept: {}{} (<a href="{}?old={}&amp;new={}">compare</a>).',
        " and ".join(people),
        ", ".join(places[:MOST_NAMED]),
        more,
        address,
        opened,
        kept,
    )

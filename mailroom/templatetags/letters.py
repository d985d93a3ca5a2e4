"""What the desk says of letters on pages that are about something else."""

from django import template
from django.db.models import Count, Value

from mailroom import permissions
from mailroom.models import Letter, Tick

register = template.Library()


@register.simple_tag
def undone(user):
    """Return how many `letters` could not be sent and how many `works` failed, for who sees to it; else nothing.

    One statement, besides asking for the role.
    """
    if not permissions.may_see_failures(user):
        return {}
    counts = [
        rows.order_by().values(what=Value(what)).annotate(count=Count("pk"))
        for what, rows in (("letters", Letter.objects.failing()), ("works", Tick.objects.failing()))
    ]
    return dict(counts[0].union(counts[1]).values_list("what", "count"))

"""What the desk says of readers' reports on pages that are about something else."""

from django import template

from readers import permissions
from readers.models import Report

register = template.Library()


@register.simple_tag
def open_reports(user):
    """How many reports wait, for who answers them; None for others. One statement, besides asking for the role."""
    return Report.objects.open().count() if permissions.may_answer_reports(user) else None


@register.simple_tag
def reports_of(kind, code):
    """The open reports on one item, the oldest first; one statement."""
    return list(Report.objects.open().of(kind, code).order_by("pk"))

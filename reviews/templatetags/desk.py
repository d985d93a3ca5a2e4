"""What every page of the desk needs without its view handing it over."""

import re
from datetime import UTC, datetime

from django import template
from django.conf import settings
from django.utils.html import format_html

from history import words
from reviews import permissions
from reviews.models import Withholding

register = template.Library()

# A line end inside a paragraph, which readers see as a space; not one before a list, a quotation or a heading.
SOFT_BREAK = re.compile(r"(?<!\n)\n(?=[^\s\d*+>#|-])")


@register.simple_tag
def is_demo():
    """Whether this is a demo, whose banner stands on every page of the desk."""
    return settings.DEMO


@register.filter
def when(at):
    """Return a day or a moment in the style of the house; a moment has its second for machines and on hover."""
    if not isinstance(at, datetime):
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), words.when(at)) if at else ""
    exact = at.astimezone(UTC)
    return format_html(
        '<time datetime="{}" title="{} UTC">{}</time>',
        exact.isoformat(timespec="seconds"),
        exact.strftime("%Y-%m-%d %H:%M:%S"),
        words.when(at),
    )


@register.filter
def flowing(text):
    """Return what did not change in a prose text with its paragraphs, without the line ends of its source."""
    return SOFT_BREAK.sub(" ", text)


@register.filter
def as_words(stored):
    """Return a stored word as people read it: `changes_requested` is “Changes requested”."""
    return stored.replace("_", " ").capitalize()


@register.simple_tag
def open_withholdings(user):
    """How many proposals to withhold wait for a decision; None for who may not see them."""
    return Withholding.objects.open().count() if permissions.may_see_withholdings(user) else None

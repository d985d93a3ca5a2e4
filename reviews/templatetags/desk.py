"""What every page of the desk needs without its view handing it over."""

from django import template
from django.conf import settings

from reviews import permissions
from reviews.models import Withholding

register = template.Library()


@register.simple_tag
def is_demo():
    """Whether this is a demo, whose banner stands on every page of the desk."""
    return settings.DEMO


@register.filter
def as_words(stored):
    """Return a stored word as people read it: `changes_requested` is “Changes requested”."""
    return stored.replace("_", " ").capitalize()


@register.simple_tag
def open_withholdings(user):
    """How many proposals to withhold wait for a decision; None for who may not see them."""
    return Withholding.objects.open().count() if permissions.may_see_withholdings(user) else None

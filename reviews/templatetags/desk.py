"""What every page of the desk needs without its view handing it over."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def is_demo():
    """Whether this is a demo, whose banner stands on every page of the desk."""
    return settings.DEMO


@register.filter
def as_words(stored):
    """Return a stored word as people read it: `changes_requested` is “Changes requested”."""
    return stored.replace("_", " ").capitalize()

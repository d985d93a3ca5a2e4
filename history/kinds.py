"""The one table from kind to composition module, read from the settings."""

from importlib import import_module

from django.conf import settings


def composition(kind):
    """Return the module that composes and applies documents of `kind`. Raises KeyError for an unknown kind."""
    return import_module(settings.VERSIONED_KINDS[kind])


def is_published(kind):
    """Whether items of `kind` go through review into editions."""
    return kind in settings.ITEM_KINDS


def compositions():
    """Return every kind with its module, in the order of the settings."""
    return [(kind, import_module(path)) for kind, path in settings.VERSIONED_KINDS.items()]

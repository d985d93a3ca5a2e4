"""What the citations in a form resolve to, and the sources offered to somebody who begins to type one."""

from django.db.models import Q

from history import archive
from history.fields import KEY_SHAPE, ProseField
from library.prose import citation_keys
from library.sorting import fold
from sources.models import Source

MOST_OFFERED = 12


def show_citations(forms):
    """Give every text that may cite its list of keys and titles; None where no source has the key."""
    fields = [form[name] for form in forms for name, field in form.fields.items() if names_sources(field)]
    keys = {field: sorted(cited_in(field)) for field in fields}
    titles = titles_of(set().union(*keys.values()))
    for field, cited in keys.items():
        field.cited = [(key, titles.get(key)) for key in cited]


def names_sources(field):
    """Whether sources can be named in the form field."""
    return getattr(field, "names_sources", False)


def cited_in(field):
    """Return the keys named in a form's field as it is shown."""
    text = field.field.prepare_value(field.value()) or ""
    if isinstance(field.field, ProseField):
        return citation_keys(text)
    return {line.partition(",")[0].strip() for line in text.split("\n")} - {""}


def titles_of(keys):
    """Return the title of every source among `keys` that exists."""
    possible = [key for key in keys if KEY_SHAPE.fullmatch(key)]  # the database cannot look for every text
    return dict(Source.objects.filter(key__in=possible).values_list("key", "title"))


def offered(typed):
    """Return the sources whose key, title or authors hold every word of `typed`, those whose key begins so first.

    Archived ones are not offered.
    """
    found = Source.objects.exclude(key__in=archive.codes("source"))
    for word in typed.split():
        found = found.filter(Q(key__icontains=word) | Q(sort_key__contains=fold(word)) | Q(authors__icontains=word))
    beginning = list(found.filter(key__istartswith=typed).order_by("key")[:MOST_OFFERED])
    others = found.exclude(pk__in=[source.pk for source in beginning]).order_by("key")
    return [*beginning, *others[: MOST_OFFERED - len(beginning)]]

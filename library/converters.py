"""The parts of addresses by their shape: what cannot be a key, a code or a version is no address."""

from django.urls import register_converter


class SourceKey:
    """A source's key. It fits the codes and slugs of every kind, too, for addresses that serve all kinds."""

    regex = r"[A-Za-z0-9_.:-]{1,80}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Code(SourceKey):
    regex = r"[A-Za-z0-9.-]{1,60}"


class EditionNumber(SourceKey):
    regex = r"\d{4}\.\d{2}(?:\.\d{1,9})?"


class CitationForm(SourceKey):
    """How the file of a citation ends."""

    regex = r"bib|ris|csl\.json"


class FeedForm(SourceKey):
    """How the address of a feed ends."""

    regex = r"atom|json"


class Day(SourceKey):
    """A day as it is written; whether there is one such is another question."""

    regex = r"\d{4}-\d{2}-\d{2}"


class Version:
    """A version of a draft, as large as the database counts."""

    regex = r"[0-9]{1,9}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


def register() -> None:
    """Make the shapes known by their names in addresses, once, when the project starts."""
    shapes = {"key": SourceKey, "code": Code, "edition": EditionNumber, "version": Version}
    shapes |= {"form": CitationForm, "feed": FeedForm, "day": Day}
    for name, shape in shapes.items():
        register_converter(shape, name)

"""Where the review of an item began: at the live edition before all that corrections alone have changed since."""

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from library.models import Edition
from reviews.models import Submission

Base = tuple[str, str, str]  # kind, code, live edition


def beginnings(codes: Iterable[str]) -> dict[Base, Base]:
    """Return, for each edition of items with one of `codes` that a correction made, the edition it began from.

    One statement. Corrections in a row lead back to the edition before the first of them.
    """
    same = {"kind": OuterRef("kind"), "code": OuterRef("code")}
    base = Edition.objects.filter(**same, number=OuterRef(OuterRef("base_edition"))).values("position")
    made = Edition.objects.filter(**same, digest=OuterRef("digest"), position__gt=Subquery(base[:1]))
    corrections = Submission.objects.published().filter(code__in=codes, change_class=Submission.Class.CORRECTION)
    rows = corrections.annotate(made=Subquery(made.order_by("position").values("number")[:1])).order_by("pk")
    begun: dict[Base, Base] = {}
    for kind, code, number, became in rows.values_list("kind", "code", "base_edition", "made"):
        before = (kind, code, number)
        begun[kind, code, became] = begun.get(before, before)
    return begun

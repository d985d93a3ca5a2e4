"""What one person wrote that no edition has: in a draft itself, or only through a source or family they corrected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Q

from accounts.models import User
from history.kinds import composition
from history.models import Contribution, Draft
from library.models import Cited, Standing
from reviews.models import Submission
from reviews.state import Item

Key = tuple[str, str]  # kind, code


@dataclass(frozen=True)
class Written:
    """A person's part in one draft, newer than the live edition: `since` when.

    `corrected` names the sources and families (`source/<key>`) by which alone they changed it and of which the live
    edition still holds the old copy; empty where they wrote in the draft itself.
    """

    since: datetime
    corrected: tuple[str, ...] = ()


def written_by(user: User, found: Iterable[Item]) -> dict[Key, Written]:
    """Return what `user` wrote, by item. What came with a correction that the live edition has counts for nothing.

    Two statements; two more where something came through a correction alone.
    """
    own = Q(through="")
    rows = Contribution.objects.filter(user_id=user.pk).values("kind", "code").order_by()
    rows = rows.annotate(
        newest=Max("version"),
        newest_at=Max("at"),
        own=Max("version", filter=own),
        own_at=Max("at", filter=own),
        names=ArrayAgg("through", filter=~own, distinct=True),
    )
    live = _live_versions()
    rows = [row for row in rows if row["newest"] > live.get(_key(row), 0)]
    told = {_key(row): Written(row["own_at"]) for row in rows if (row["own"] or 0) > live.get(_key(row), 0)}
    corrected = {_key(row): row for row in rows if _key(row) not in told}
    still = _still_as_they_were({key: row["names"] for key, row in corrected.items()}, found)
    return told | {key: Written(corrected[key]["newest_at"], names) for key, names in still.items()}


def _key(row: dict) -> Key:
    return row["kind"], row["code"]


def _live_versions() -> dict[Key, int]:
    rows = Submission.objects.published().values_list("kind", "code").annotate(Max("draft_version"))
    return {(kind, code): version for kind, code, version in rows.order_by()}


def _still_as_they_were(names: dict[Key, list[str]], found: Iterable[Item]) -> dict[Key, tuple[str, ...]]:
    """Of the `names` of each item, return those of which its standing edition holds another copy than the library."""
    standing = {(item.draft.kind, item.draft.code): item.standing for item in found if _is_verified(item.standing)}
    standing = {key: standing[key] for key in names if key in standing}
    if not standing:
        return {}
    now = _copies({name for key in standing for name in names[key]})
    held = _held(standing.values())
    differ = {
        key: tuple(name for name in names[key] if held.get((row.pk, name), now[name]) != now[name])
        for key, row in standing.items()
    }
    return {key: found for key, found in differ.items() if found}


def _is_verified(standing: Standing | None) -> bool:
    return standing is not None and standing.state == Standing.State.VERIFIED


def _copies(names: set[str]) -> dict[str, dict]:
    """Return what documents hold of the sources and families `names` now."""
    named = [name.partition("/") for name in names]
    which = Q(*[Q(kind=kind, code=code) for kind, _, code in named], _connector=Q.OR)
    drafts = Draft.objects.filter(which)
    return {f"{draft.kind}/{draft.code}": composition(draft.kind).copy_of(draft.read()) for draft in drafts}


def _held(standings: Iterable[Standing]) -> dict[tuple[int, str], dict]:
    """Return what each standing edition holds of its sources and its family."""
    rows = list(standings)
    cited = Cited.objects.filter(standing__in=rows).values_list("standing_id", "key", "record")
    held = {(pk, f"source/{key}"): record for pk, key, record in cited}
    family = {(row.pk, f"family/{row.family_slug}"): _family(row) for row in rows}
    return held | family


def _family(row: Standing) -> dict:
    return {"slug": row.family_slug, "name": row.family_name}

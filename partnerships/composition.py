"""A partnership as a document: compose, apply, and tying its scores to published wordings."""

from dataclasses import dataclass

from django.db import transaction

from history.codes import claim
from history.rows import match_rows
from library.documents import FORMAT, Document, cited_keys
from library.models import Edition, Standing
from partnerships.models import Partnership, Score
from patterns.composition import check_address
from sources.composition import bibliography

TEXTS = ("name", "announced", "status", "status_note", "summary", "confidence")
ROWS = {"parties": ("name", "country", "role"), "sources": ("source", "supports", "first_party")}
EXHIBIT = ("pattern", "pattern_slug", "pattern_title", "edition", "sub_variants", "note")
SCORE = ("move", "wording", "edition", "score", "evidence", "sources")


def compose(code: str) -> Document:
    """Return the document of partnership `code`, with every cited source that exists inside.

    Raises LookupError when there is no such partnership.
    """
    partnership = Partnership.objects.filter(code=code).first()
    if partnership is None:
        raise LookupError(f"there is no partnership {code}")
    exhibits = [
        {**{field: getattr(exhibit, field) for field in EXHIBIT}, "scores": _scores(exhibit)}
        for exhibit in partnership.exhibits.prefetch_related("scores")
    ]
    document = {
        "format": FORMAT,
        "kind": "partnership",
        "code": partnership.code,
        "slug": partnership.slug,
        "aliases": partnership.aliases,
        **{field: getattr(partnership, field) for field in TEXTS},
        **{name: list(getattr(partnership, name).values(*fields)) for name, fields in ROWS.items()},
        "exhibits": exhibits,
    }
    return {**document, "bibliography": bibliography(cited_keys(document))}


def _scores(exhibit) -> list[dict]:
    return [{field: getattr(score, field) for field in SCORE} for score in exhibit.scores.all()]


def blank(code: str, slug: str, name: str, confidence: str) -> Document:
    """Return the document of a partnership that has nothing but its identity and grade."""
    texts = {**dict.fromkeys(TEXTS, ""), "name": name, "confidence": confidence, "status": "unknown"}
    identity = {"format": FORMAT, "kind": "partnership", "code": code, "slug": slug, "aliases": []}
    return {**identity, **texts, "parties": [], "sources": [], "exhibits": [], "bibliography": []}


@transaction.atomic
def apply(document: Document) -> None:
    """Make the working rows of the partnership equal to `document`, creating it when new.

    Raises CodeTaken, AddressTaken, and ValueError for a party, source, pattern or move that stands twice.
    """
    code = document["code"]
    refuse_doubles(document)
    claim({code: "partnership"}, code)
    check_address("partnership", code, document["slug"], Partnership)
    values = {field: document[field] for field in ("slug", "aliases", *TEXTS)}
    partnership, _ = Partnership.objects.update_or_create(code=code, defaults=values)
    for name, fields in ROWS.items():
        rows = [{field: row[field] for field in fields} for row in document[name]]
        match_rows(getattr(partnership, name), fields[0], rows)
    wanted = [{field: exhibit[field] for field in EXHIBIT} for exhibit in document["exhibits"]]
    for exhibit, told in zip(match_rows(partnership.exhibits, "pattern", wanted), document["exhibits"], strict=True):
        match_rows(exhibit.scores, "move", [{field: score[field] for field in SCORE} for score in told["scores"]])


def refuse_doubles(document: Document) -> None:
    """Raise ValueError with a sentence for anything that identifies two rows of one list."""
    _refuse_double("party", [party["name"] for party in document["parties"]])
    _refuse_double("source", [row["source"] for row in document["sources"]])
    _refuse_double("pattern", [exhibit["pattern"] for exhibit in document["exhibits"]])
    for exhibit in document["exhibits"]:
        _refuse_double("move", [score["move"] for score in exhibit["scores"]])
        for score in exhibit["scores"]:
            _refuse_double("source", [row["source"] for row in score["sources"]])


def _refuse_double(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"the {what} {name} stands twice; join the two rows")


def reads(document: Document) -> set[str]:
    """Return the names of the shared records that stand inside `document`: the cited keys."""
    return cited_keys(document)


def finish(document: Document) -> Document:
    """Return the document that saving a form with the content `document` makes: new judgements are tied."""
    return bind(document)


def bind(document: Document, live: dict[str, tuple[str, Document]] | None = None) -> Document:
    """Return `document` with every exhibit and score that names no edition tied to the live one.

    A score is tied to the wording of its move in the pattern's live edition. What has an edition keeps it;
    what no live edition has stays as it is, and readiness says so. Whoever binds many documents gives `live`,
    what `live_patterns` returned for all patterns that they show.
    """
    if live is None:
        live = live_patterns({exhibit["pattern"] for exhibit in document["exhibits"]})
    exhibits = [
        _bind_exhibit(exhibit, live[exhibit["pattern"]]) if exhibit["pattern"] in live else exhibit
        for exhibit in document["exhibits"]
    ]
    return {**document, "exhibits": exhibits}


def live_patterns(codes: set[str]) -> dict[str, tuple[str, Document]]:
    """Return number and document of the live edition of each pattern among `codes` that has one."""
    standing = Standing.objects.latest().filter(kind="pattern", code__in=codes, state=Standing.State.VERIFIED)
    return {row.code: (row.number, row.edition.read()) for row in standing.select_related("edition")}


@dataclass(frozen=True)
class Judged:
    """What a published edition of a pattern gives to be judged: names of sub-variants and moves, by code."""

    slug: str
    title: str
    sub_variants: dict[str, str]
    moves: dict[str, str]


Published = dict[str, dict[str, Judged]]  # by pattern, by edition number


def published_editions(codes: set[str]) -> Published:
    """Return what every published edition of the patterns `codes` gave to be judged."""
    found: Published = {}
    for edition in Edition.objects.filter(kind="pattern", code__in=codes).iterator():
        pattern = edition.read()
        variants = {variant["code"]: variant["name"] for variant in pattern["sub_variants"]}
        moves = {move["code"]: move["move"] for move in pattern["kill_list"]}
        judged = Judged(pattern["slug"], pattern["title"], variants, moves)
        found.setdefault(edition.code, {})[edition.number] = judged
    return found


def release(document: Document, published: Published, live: dict[str, tuple[str, Document]]) -> Document:
    """Return `document` with what names an edition that this library never published open again.

    That comes from a corpus of another library. An exhibit is opened always; a score only where the live
    edition words its move as the named one did, so that the judgement stands. The rest is readiness's to tell.
    """
    exhibits = [
        _release_exhibit(exhibit, published[exhibit["pattern"]], live[exhibit["pattern"]][1])
        if exhibit["pattern"] in live
        else exhibit
        for exhibit in document["exhibits"]
    ]
    return {**document, "exhibits": exhibits}


def _release_exhibit(exhibit: dict, editions: dict[str, Judged], pattern: Document) -> dict:
    wordings = {move["code"]: move["move"] for move in pattern["kill_list"]}
    scores = [
        {**score, "edition": "", "wording": ""}
        if score["edition"] not in editions and wordings.get(score["move"]) == score["wording"]
        else score
        for score in exhibit["scores"]
    ]
    edition = exhibit["edition"] if exhibit["edition"] in editions else ""
    return {**exhibit, "edition": edition, "scores": scores}


def _bind_exhibit(exhibit: dict, live: tuple[str, Document]) -> dict:
    number, pattern = live
    wordings = {move["code"]: move["move"] for move in pattern["kill_list"]}
    scores = [
        {**score, "edition": number, "wording": wordings[score["move"]]}
        if not score["edition"] and score["move"] in wordings
        else score
        for score in exhibit["scores"]
    ]
    if exhibit["edition"]:
        return {**exhibit, "scores": scores}
    names = {variant["code"]: variant["name"] for variant in pattern["sub_variants"]}
    variants = [
        {**variant, "name": names.get(variant["code"], variant["name"])} for variant in exhibit["sub_variants"]
    ]
    identity = {"edition": number, "pattern_slug": pattern["slug"], "pattern_title": pattern["title"]}
    return {**exhibit, **identity, "sub_variants": variants, "scores": scores}


def keep_bindings(document: Document, before: Document) -> Document:
    """Return `document` with the editions that `before` names for what was judged the same there.

    For input that names no editions (a form, a corpus written by hand): an exhibit of the same sub-variants
    and note, and a score of the same value, evidence and sources, are the old judgement; all else is a new one.
    """
    known = {exhibit["pattern"]: exhibit for exhibit in before["exhibits"]}
    exhibits = [_keep_exhibit(e, known[e["pattern"]]) if e["pattern"] in known else e for e in document["exhibits"]]
    return {**document, "exhibits": exhibits}


def _keep_exhibit(exhibit: dict, before: dict) -> dict:
    known = {score["move"]: score for score in before["scores"]}
    judged = ("score", "evidence", "sources")
    scores = [
        {**score, "edition": known[score["move"]]["edition"], "wording": known[score["move"]]["wording"]}
        if not score["edition"]
        and score["move"] in known
        and all(score[field] == known[score["move"]][field] for field in judged)
        else score
        for score in exhibit["scores"]
    ]
    codes = [variant["code"] for variant in exhibit["sub_variants"]]
    same = codes == [variant["code"] for variant in before["sub_variants"]] and exhibit["note"] == before["note"]
    if exhibit["edition"] or not same:
        return {**exhibit, "scores": scores}
    bound = {field: before[field] for field in ("edition", "pattern_slug", "pattern_title", "sub_variants")}
    return {**exhibit, **bound, "scores": scores}


def scoring(pattern: str) -> dict[str, list[tuple[str, str]]]:
    """Return, by move of `pattern`, code and name of the partnerships whose draft scores it."""
    rows = Score.objects.filter(exhibit__pattern=pattern).order_by("exhibit__partnership__sort_key")
    found: dict[str, list[tuple[str, str]]] = {}
    for move, code, name in rows.values_list("move", "exhibit__partnership__code", "exhibit__partnership__name"):
        found.setdefault(move, []).append((code, name))
    return found


def codes() -> list[str]:
    """Return the codes of all partnerships."""
    return list(Partnership.objects.order_by("code").values_list("code", flat=True))


def title(document: Document) -> str:
    """Return the name under which lists show the partnership."""
    return document["name"]

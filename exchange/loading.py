"""Loading a corpus into drafts: all or nothing, and nothing twice."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from exchange.agreement import disagreements
from exchange.corpus import Corpus, Tick, read_corpus
from exchange.drafting import content, documents_of, kept_bindings
from exchange.imported import Item, LastImports, remember
from exchange.known import codes_given, known_for, what_of
from exchange.reading import Entry, Place, Problem, Refused
from exchange.rebasing import Exported, Unknown, on_top
from history import archive, timeline
from history.codes import claim
from history.kinds import composition
from history.models import Archived, Draft
from library.documents import Document, cited_keys
from partnerships.composition import bind
from patterns import families
from patterns.models import Pattern
from sources import composition as sources

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
KINDS = ("family", "source", "pattern", "partnership")


@dataclass(frozen=True)
class Step:
    """One entry of the corpus: its document, and what saving it will make of the draft.

    `keeps` says that the draft will hold what editors wrote, which the next import must not replace unasked;
    `replaces` which version that editors wrote the entry will take the place of.
    """

    document: Document
    verdict: str
    keeps: bool = False
    replaces: str = ""

    @property
    def kind(self) -> str:
        return self.document["kind"]

    @property
    def code(self) -> str:
        return self.document["code"]


@dataclass(frozen=True)
class Ground:
    """What an import may rest on: what the folder was exported from, what was imported last, what it was told."""

    exported: Exported
    imports: LastImports
    replace_edited: bool


@dataclass
class Loaded:
    """What a corpus made of the drafts: its steps, what it leaves alone by kind, and drafts composed again."""

    steps: list[Step]
    left: dict[str, list[str]] = field(default_factory=dict)
    recomposed: list[str] = field(default_factory=list)

    def count(self, kind: str, verdict: str | None = None) -> int:
        """Return how many entries of `kind` there are, or those of one verdict."""
        counts = Counter(step.verdict for step in self.steps if step.kind == kind)
        return counts[verdict] if verdict else counts.total()

    def codes(self, kind: str) -> list[str]:
        """Return the codes of the entries of `kind`."""
        return [step.code for step in self.steps if step.kind == kind]


@dataclass(frozen=True)
class Ticks:
    """How a caller follows what takes time; each is called with the name of what is being done."""

    read: Tick = lambda name: None
    expect: Callable[[int], None] = lambda number: None
    save: Tick = lambda name: None


def load(folder: Path, *, by, dry_run: bool = False, replace_edited: bool = False, ticks: Ticks = Ticks()) -> Loaded:
    """Load the corpus in `folder` into drafts, every change a version by `by`; return what it made of them.

    A corpus that says which versions it was exported from brings what was changed in it since; what editors changed
    meanwhile is kept, and what both changed differently is refused. One that does not say replaces what was imported;
    what editors have changed since is refused, unless `replace_edited`. With `dry_run` nothing is locked or written.
    Raises Refused with everything that is wrong; then nothing was written either. Items that the folder does not
    have are left alone.
    """
    problems: list[Problem] = []
    corpus = read_corpus(folder, problems, ticks.read)
    if problems:
        more = disagreements(corpus, known_for(corpus)) if corpus.is_whole else []
        raise Refused(sorted([*problems, *more], key=lambda problem: problem.place))
    if dry_run:
        return _planned(corpus, replace_edited)
    with transaction.atomic():
        loaded = _planned_and_locked(corpus, replace_edited)
        ticks.expect(sum(step.verdict != UNCHANGED for step in loaded.steps))
        _save(corpus, loaded, folder, by, ticks)
        return loaded


def _planned_and_locked(corpus: Corpus, replace_edited: bool) -> Loaded:
    """Lock shared records, then drafts, and plan; again from the start when a draft cites more by then."""
    while True:
        with transaction.atomic():
            held = _hold_records(corpus)
            loaded = _planned(corpus, replace_edited, locked=True)
            if all(composition(step.kind).reads(step.document) <= held for step in loaded.steps):
                return loaded
            transaction.set_rollback(True)


def _hold_records(corpus: Corpus) -> set[str]:
    """Lock every source and family that the corpus or a draft of its items has or cites; return their names."""
    keys = cited_keys([*corpus.patterns, *corpus.partnerships]) | {entry["key"] for entry in corpus.sources}
    slugs = {entry["slug"] for entry in corpus.families} | {entry["family"] for entry in corpus.patterns}
    names = {sources.shared_as(str(key)) for key in keys} | {families.shared_as(str(slug)) for slug in slugs}
    items = _which(("pattern", str(entry["code"])) for entry in corpus.patterns)
    items |= _which(("partnership", str(entry["code"])) for entry in corpus.partnerships)
    for draft in Draft.objects.filter(items):
        names |= composition(draft.kind).reads(draft.read())
    timeline.hold(names, exclusive=True)
    return names


def _planned(corpus: Corpus, replace_edited: bool, locked: bool = False) -> Loaded:
    known = known_for(corpus)
    if problems := disagreements(corpus, known):
        raise Refused(problems)
    documents = documents_of(corpus, known)
    drafts = _drafts_of(documents, locked)
    told = {(document["kind"], document["code"]) for document in documents}
    left: dict[str, list[str]] = {}
    for kind, code in Draft.objects.unarchived().order_by("kind", "code").values_list("kind", "code"):
        if (kind, code) not in told:
            left.setdefault(kind, []).append(code)
    ground = Ground(Exported.of(corpus), LastImports.of(_which(told)), replace_edited)
    steps = _steps(corpus, documents, drafts, ground)
    _refuse_archived(corpus, steps)
    return Loaded(steps, left)


def _refuse_archived(corpus: Corpus, steps: list[Step]) -> None:
    """Raise Refused for every entry that would change an archived item; the drafts are locked by now."""
    told = {
        **{("family", entry["slug"]): entry["slug"] for entry in corpus.families},
        **{("source", entry["key"]): entry["key"] for entry in corpus.sources},
        **{("pattern", entry["code"]): entry["code"] for entry in corpus.patterns},
        **{("partnership", entry["code"]): entry["code"] for entry in corpus.partnerships},
    }
    changed = {(step.kind, step.code) for step in steps if step.verdict == CHANGED}
    problems = [
        Problem(told[row.kind, row.code].place, f"{archive.sentence(row)}, or take it out of this folder")
        for row in Archived.objects.filter(kind__in=KINDS)
        if (row.kind, row.code) in changed
    ]
    if problems:
        raise Refused(sorted(problems, key=lambda problem: problem.place))


def _drafts_of(documents: list[Document], locked: bool) -> dict[Item, Draft]:
    which = _which((document["kind"], document["code"]) for document in documents)
    rows = Draft.objects.filter(which).order_by("kind", "code")
    return {(row.kind, row.code): row for row in (rows.select_for_update() if locked else rows)}


def _which(items: Iterable[Item]) -> Q:
    """Return the condition for the drafts of `items`, given by kind and code."""
    codes: dict[str, list[str]] = {}
    for kind, code in items:
        codes.setdefault(kind, []).append(code)
    return (
        Q(*(Q(kind=kind, code__in=given) for kind, given in codes.items()), _connector=Q.OR)
        if codes
        else Q(pk__in=[])
    )


def _steps(corpus: Corpus, documents: list[Document], drafts: dict[Item, Draft], ground: Ground) -> list[Step]:
    """Return what to do for every document. Raises Refused with everything that the library changed otherwise."""
    problems, steps = [], []
    for document, entry in zip(documents, corpus.entries(), strict=True):
        draft = drafts.get((document["kind"], document["code"]))
        steps.append(_step(document, draft, entry, ground, problems) if draft else Step(_bound(document), NEW))
    if problems:
        raise Refused(sorted(problems, key=lambda problem: problem.place))
    return steps


def _step(document: Document, draft: Draft, entry: Entry, ground: Ground, problems: list[Problem]) -> Step:
    """An entry without editions means the judgements that the draft has; new ones are tied to what is live.

    An export says what editors wrote because it was told it here: that makes it no import.
    """
    theirs = draft.read()
    mine = kept_bindings(document, theirs)
    keeps = ground.exported.names(draft) and ground.imports.is_edited(draft)
    if content(mine) == content(theirs):
        return Step(theirs, UNCHANGED, keeps=keeps)
    try:
        base = ground.exported.base(draft)
    except Unknown:
        problems.append(ground.exported.unknown(draft))
        return Step(document, CHANGED)
    if base is None:
        return _in_place_of(draft, mine, entry, ground, problems)
    merged, conflicts = on_top(base, kept_bindings(document, base), draft, entry)
    problems += conflicts
    if content(merged) == content(theirs):
        return Step(theirs, UNCHANGED, keeps=True)
    return Step(_bound(merged), CHANGED, keeps=keeps or content(merged) != content(mine))


def _in_place_of(draft: Draft, mine: Document, entry: Entry, ground: Ground, problems: list[Problem]) -> Step:
    """Without a base the folder replaces the draft: what an import wrote always, what editors wrote if told to."""
    if not ground.imports.is_edited(draft):
        return Step(_bound(mine), CHANGED)
    if not ground.replace_edited:
        problems.append(ground.imports.refusal(draft, entry))
    return Step(_bound(mine), CHANGED, replaces=f"version {draft.version} by {draft.changed_by}")


def _bound(document: Document) -> Document:
    return bind(document) if document["kind"] == "partnership" else document


def _save(corpus: Corpus, loaded: Loaded, folder: Path, by, ticks: Ticks) -> None:
    note = f"Imported from {corpus.name}"
    for step in loaded.steps:
        if step.verdict != UNCHANGED:
            ticks.save(step.code)
            try:
                timeline.save(step.kind, step.code, step.document, by=by, note=note)
            except ValueError as error:  # the last word is with the rows: somebody may have come in between
                raise Refused([Problem(Place(str(folder), 1), f"{step.kind} {step.code}: {error}")]) from error
    _retire(corpus)
    loaded.recomposed = _recompose(loaded.steps, by, note)
    imported = {(step.kind, step.code) for step in loaded.steps if not step.keeps}
    remember(imported, _which(imported))


def _retire(corpus: Corpus) -> None:
    """Retired codes are taken for ever, in this library too."""
    owners = {str(code): str(pattern["code"]) for pattern in corpus.patterns for code in pattern["retired_codes"]}
    given = codes_given(owners)
    for code, owner in owners.items():
        if code.lower() not in given:
            claim({code: what_of(code)}, owner)


def _recompose(steps: list[Step], by, note: str) -> list[str]:
    """Families and sources stand inside what cites them: one new version of each such draft, not one per source."""
    saved = [step for step in steps if step.verdict != UNCHANGED]
    keys = [step.code for step in saved if step.kind == "source"]
    slugs = [step.code for step in saved if step.kind == "family"]
    members = Pattern.objects.filter(family__slug__in=slugs).values("code")
    affected = Q(cites__overlap=keys) | Q(kind="pattern", code__in=members)
    for kind in ("pattern", "partnership"):  # what was saved a moment ago holds them already
        affected &= ~Q(kind=kind, code__in=[step.code for step in saved if step.kind == kind])
    return [f"{draft.kind} {draft.code}" for draft in timeline.recompose(affected, by=by, note=f"Sources: {note}")]

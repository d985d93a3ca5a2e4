"""The shapes of the answers, as the description of the API tells them."""

from typing import Any, Literal

from pydantic import BaseModel, Field

Kind = Literal["pattern", "partnership"]
CODE = Field(description="The permanent code.", examples=["STC"])
EDITION = Field(description="The number of the edition.", examples=["2026.06"])
DIGEST = Field(description="SHA-256 of the canonical bytes, in hex.", examples=["9f86d081884c7d65" + 48 * "0"])
ADDRESS = Field(description="The page for people.", examples=["https://anteroom.example/patterns/a/"])
DOCUMENT = Field(
    description="The document as it was signed; /downloads/anteroom.schema.json says what it holds. Its digest is "
    "the SHA-256 of its RFC 8785 bytes."
)
TIME = Field(description="UTC.", examples=["2026-06-29T14:03:00Z"])


class Told(BaseModel):
    position: int = Field(description="The position of the ledger that this answer is of.", examples=[42])
    as_of: str | None = Field(
        description="The day whose end this answer is of; null for now.", examples=["2026-06-29"]
    )


class Option(BaseModel):
    value: str
    word: str = Field(description="The value in the words of the pages.")
    count: int = Field(description="How many choosing it would leave.")
    is_chosen: bool


class Facet(BaseModel):
    name: str = Field(description="The parameter.")
    title: str
    options: list[Option]


class Listed(Told):
    total: int = Field(description="How many there are at all.")
    matching: int = Field(description="How many fit what was asked for.")
    unknown: list[str] = Field(description="A sentence for each value that nothing has.")
    facets: list[Facet]
    next: str | None = Field(description="The address of the next part; null at the end.")


class Family(BaseModel):
    slug: str
    name: str


class Stood(BaseModel):
    kind: Kind
    code: str = CODE
    title: str
    slug: str
    edition: str = EDITION
    digest: str = DIGEST
    published: str = TIME
    state: Literal["verified", "retired"]
    is_overdue: bool = Field(description="Whether the review-by date has passed on the day of this answer.")
    reviewed_on: str
    reviewed_by: str
    review_by: str = Field(description="The day by which it is to be reviewed again.")
    newest_source: str = Field(description="The date of the newest source, as precise as it is known.")
    address: str = ADDRESS
    api: str = Field(description="The same item in this API.")


class ListedPattern(Stood):
    subtitle: str
    family: Family
    groundings: list[str]
    lowest_confidence: str | None = Field(description="The lowest grade among the partnerships shown with it.")


class ListedPartnership(Stood):
    announced: str = Field(description="As precise as it is known; empty if unknown.")
    status: str
    confidence: str
    patterns: list[str] = Field(description="The codes of the patterns that it shows.")
    countries: list[str]
    parties: list[str]


class PatternList(Listed):
    items: list[ListedPattern]


class PartnershipList(Listed):
    items: list[ListedPartnership]


class Item(Told, Stood):
    successor: str | None = Field(description="Of a retired item: the code of the one to look at instead.")
    edition_address: str = Field(description="The edition’s page, for ever.")
    bytes: str = Field(description="The canonical bytes.")
    document: dict[str, Any] = DOCUMENT


class Person(BaseModel):
    name: str
    role: str
    section: str = Field(description="Which part was approved; all for the whole.")
    digest: str = DIGEST
    time: str = TIME
    override_reason: str = Field(
        description="Why the rule was overridden; empty if it was not. Of a withheld edition only that it was."
    )


class Withheld(BaseModel):
    position: int = Field(description="The entry of the ledger that withholds it.")
    on: str
    ground: str


class ListedEdition(BaseModel):
    kind: Kind
    code: str = CODE
    edition: str = EDITION
    digest: str = DIGEST
    position: int = Field(description="The position of its publication.")
    published: str = TIME
    note: str | None = Field(description="The change note; null of a withheld edition.")
    people: list[Person] = Field(description="Who signed off, each with what they approved.")
    withheld: Withheld | None = Field(description="Why the text is not shown; null if it is.")
    address: str | None = Field(description="The edition’s page; null of a withheld one.")


class EditionList(Told):
    items: list[ListedEdition] = Field(description="Newest first.")


class Edition(ListedEdition):
    document: dict[str, Any] = DOCUMENT


class Change(BaseModel):
    what: Literal["added", "removed", "moved", "reworded"]
    path: list[str] = Field(description="Field, row, field: kill_list, STC-K1, move.")
    before: Any = Field(description="Text, list or row; of a moved row its place from 1; null if it was not there.")
    after: Any


class Note(BaseModel):
    edition: str = EDITION
    published: str
    note: str


class Comparison(BaseModel):
    kind: Kind
    code: str = CODE
    before: str = EDITION
    after: str = EDITION
    summary: list[str] = Field(description="How often what happened, in words.")
    is_correction: bool = Field(description="Whether only records of sources and families were put right.")
    changes: list[Change]
    notes: list[Note] = Field(description="The change notes of the editions between.")
    address: str = Field(description="The comparison in words, for people.")


class ById(Told):
    code: str = CODE
    part: str = Field(description="pattern, partnership, or the list in which the row stands, such as kill_list.")
    item: Kind
    item_code: str = CODE
    edition: str = EDITION
    address: str = ADDRESS
    row: dict[str, Any] | None = Field(description="The row as the document has it; null for an item.")


class Source(BaseModel):
    key: str
    kind: str
    grade: str = Field(description="primary-document, party-statement, research or secondary.")
    title: str
    authors: list[str]
    publisher: str
    published: str
    url: str
    archived_url: str
    doi: str
    accessed: str
    origin: str
    note: str
    address: str = ADDRESS


class ListedSource(Source):
    cited_by: list[str] = Field(description="The codes of the items that cite it.")


class SourceList(Listed):
    items: list[ListedSource]


class CitedBy(BaseModel):
    kind: Kind
    code: str = CODE
    title: str
    edition: str = EDITION
    places: list[str] = Field(description="The rows that cite it, by their codes.")
    address: str = ADDRESS


class OneSource(Told, Source):
    is_standing: bool = Field(description="Whether an edition that stands cites it; else this is the last copy.")
    cited_by: list[CitedBy]


class Section(BaseModel):
    anchor: str = Field(description="The place on the item’s page.")
    code: str
    place: str = Field(description="What it is: Kill-list move, Summary.")
    title: str = Field(description="HTML: the words found are in mark elements, everything else is escaped.")
    excerpt: str = Field(description="HTML, as the title.")
    address: str = ADDRESS


class Hit(BaseModel):
    kind: Kind
    code: str = CODE
    title: str = Field(description="HTML: the words found are in mark elements, everything else is escaped.")
    edition: str = EDITION
    excerpt: str
    sections: list[Section]
    others: int = Field(description="How many more sections match; ask with in for all of them.")
    address: str = ADDRESS


class Found(Told):
    q: str = Field(description="What was searched for.")
    instead_of: str | None = Field(description="What was typed, when misspelt words were put right; else null.")
    total: int = Field(description="How many entries were found.")
    pages: int
    page: int
    is_cut: bool = Field(description="Whether more matches than can be ranked.")
    items: list[Hit]
    next: str | None


class Move(BaseModel):
    pattern: str = CODE
    code: str
    move: str = Field(description="The move as it is worded now.")


class Cell(BaseModel):
    move: str
    score: Literal["visible", "mitigated", "not_visible", "unknown"]
    scored_in_edition: str | None = Field(description="The edition whose other wording was judged; else null.")


class MatrixRow(BaseModel):
    code: str = CODE
    title: str
    announced: str
    status: str
    confidence: str
    address: str = ADDRESS
    cells: list[Cell] = Field(description="One for each move that was assessed; a move without one was not.")


class Matrix(Listed):
    moves: list[Move]
    items: list[MatrixRow]


class Entry(BaseModel):
    position: int
    time: str = TIME
    act: Literal["publication", "reaffirmation", "retirement", "withholding"]
    kind: Kind
    code: str = CODE
    edition: str = EDITION
    digest: str = DIGEST
    review_by: str
    people: list[Person]
    note: str | None = Field(description="Null of a withheld edition, except for the ground.")
    successor: str | None
    hash: str = DIGEST
    previous: str = DIGEST
    bytes: str = Field(description="The canonical bytes; their SHA-256 is the hash.")


class EntryList(Told):
    items: list[Entry] = Field(description="Newest first.")
    next: str | None


class Act(BaseModel):
    position: int
    time: str = TIME
    act: Literal["publication", "reaffirmation", "retirement", "withholding"]
    word: str = Field(description="Published, Reaffirmed, Retired or Withheld.")
    kind: Kind
    code: str = CODE
    edition: str = EDITION
    title: str | None = Field(description="The edition’s title; null if it is withheld.")
    note: str | None
    address: str | None
    compare: str | None = Field(
        description="What changed since the edition before, in this API; null if nothing did."
    )


class ActList(Told):
    items: list[Act] = Field(description="Newest first.")
    next: str | None


class FamilyPattern(BaseModel):
    code: str = CODE
    title: str
    api: str


class ListedFamily(Family):
    patterns: list[FamilyPattern]


class FamilyList(Told):
    items: list[ListedFamily]


class Scores(BaseModel):
    visible: int
    mitigated: int
    not_visible: int
    unknown: int


class Counts(Told):
    patterns: int = Field(description="Without retired ones.")
    partnerships: int = Field(description="Without retired ones.")
    single_source: int
    retired: int
    sources: int
    editions: int
    entries: int
    moves: int
    clauses: int
    precedents: int
    anchors: int
    scores: Scores


class Definition(BaseModel):
    anchor: str = Field(description="Its place on /methodology/.")
    word: str
    meaning: str


class Group(BaseModel):
    title: str
    definitions: list[Definition]


class Definitions(BaseModel):
    groups: list[Group]


class Wrong(BaseModel):
    parameter: str
    detail: str


class Problem(BaseModel):
    """An error, in the shape of RFC 9457; some kinds have further members."""

    type: str = Field(description="The kind of problem, an address that explains it.")
    title: str
    status: int
    detail: str = Field(description="What is wrong and what to do, in a sentence.")
    errors: list[Wrong] = Field([], description="Each parameter that cannot be read.")

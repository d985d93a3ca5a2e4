"""What a request may say: the parameters with their bounds, and the moment that they name."""

from typing import Annotated, Literal

from django.http import HttpRequest
from pydantic import BaseModel, Field

from library.api.problems import Problem
from library.lookups import newest_position
from library.moments import NOW, Moment, parse_day, today

MOST, USUAL = 200, 50  # of a list, in one answer
LONGEST = 300  # characters of a value
LONGEST_TOKEN = 1000
LARGEST = 2**53 - 1
TYPED = r"[^\x00-\x1f\x7f]*"  # no control characters
TOKEN = f"^{TYPED}~{TYPED}~{TYPED}$"


class AsOf(BaseModel):
    """Of which day."""

    as_of: str = Field(
        "",
        alias="as-of",
        description="The library as it stood at the end of that day, UTC. Today and later days give the latest.",
        json_schema_extra={"format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$", "examples": ["2026-06-29"]},
    )


class Several(AsOf):
    """A list, in parts."""

    limit: int = Field(USUAL, ge=1, le=MOST, description="The most that one answer holds.")
    after: str = Field(
        "",
        max_length=LONGEST_TOKEN,
        description="Where the list goes on: as next gives it. It holds whatever is published meanwhile.",
        json_schema_extra={"pattern": TOKEN},
    )


Text = Annotated[str, Field(max_length=LONGEST, json_schema_extra={"pattern": f"^{TYPED}$"})]
Values = list[Text]
CODE = r"^[A-Za-z0-9.-]{1,60}$"
Code = Annotated[str, Field(pattern=CODE)]


def values(about: str, example: str):
    """Return a parameter that may stand several times: any of its values fits."""
    return Field([], description=about, max_length=40, json_schema_extra={"examples": [[example]]})


class Patterns(Several):
    family: Values = values("The slug of a family.", "sovereign")
    status: Values = values("verified, review-overdue or retired.", "verified")
    confidence: Values = values("The lowest grade among the partnerships shown with it.", "primary_source")
    grounding: Values = values("The grounding of one of its moves: documented or inferred.", "documented")
    sort: Literal["family", "name", "newest", "reviewed"] = Field("family", description="The order of the list.")


class Partnerships(Several):
    pattern: Values = values("The code of a pattern that it shows.", "STC")
    status: Values = values("announced, active, amended, ended or unknown.", "active")
    confidence: Values = values("primary_source, corroborated or single_source.", "primary_source")
    country: Values = values("The country of a party.", "AE")
    party: Values = values("The name of a party.", "OpenAI")
    year: Values = values("The year in which it was announced.", "2025")
    sort: Literal["newest", "name", "reviewed"] = Field("newest", description="The order of the list.")


class Sources(Several):
    kind: Values = values("The kind of source.", "press_release")
    grade: Values = values("primary-document, party-statement, research or secondary.", "research")
    publisher: Values = values("Its publisher.", "Reuters")
    year: Values = values("The year in which it was published.", "2025")
    cited_by: Values = Field(
        [], alias="cited-by", max_length=40, description="The code of what cites it.", examples=[["STC"]]
    )
    sort: Literal["grade", "name", "newest"] = Field("grade", description="The order of the list.")


class Matrix(Several):
    pattern: Code | None = Field(None, description="The code of one pattern; without it, all.", examples=["STC"])
    status: Values = values("The status of a partnership.", "active")
    confidence: Values = values("The confidence in a partnership.", "primary_source")
    country: Values = values("The country of a party.", "AE")
    year: Values = values("The year in which a partnership was announced.", "2025")
    score: Values = values("visible, mitigated, not_visible, unknown or not_assessed, of any move shown.", "visible")
    sort: Literal["newest", "name", "visible"] = Field("newest", description="The order of the partnerships.")


class Search(AsOf):
    q: Text = Field(
        description='Words, "a phrase", -without, one OR another, or a code.',
        min_length=1,
        examples=["export licence"],
    )
    kind: Text = Field("", description="pattern or partnership.")
    family: Text = Field("", description="The slug of a family.")
    status: Text = Field("", description="The status of a partnership.")
    confidence: Text = Field("", description="The confidence in a partnership.")
    grounding: Text = Field("", description="The grounding of a move.")
    country: Text = Field("", description="The country of a party.")
    party: Text = Field("", description="The name of a party.")
    year: Text = Field("", description="The year in which a partnership was announced.")
    within: Text = Field("", alias="in", description="The code of one item; gives more sections.")
    exactly: Literal["", "1"] = Field("", description="1 to search for the words as typed, misspelt or not.")
    page: int = Field(1, ge=1, le=999, description="Which twenty entries, from the best.")


class Entries(AsOf):
    limit: int = Field(USUAL, ge=1, le=MOST, description="The most that one answer holds.")
    after: int | None = Field(
        None, ge=1, le=LARGEST, description="A position; the list goes on with the entries before it in time."
    )


class Acts(Entries):
    kind: Literal["", "pattern", "partnership"] = Field(
        "", description="Only what concerns patterns or partnerships."
    )


def moment_of(request: HttpRequest) -> Moment:
    """Return the moment that `as-of` names, now without it. Raises Problem for what is no day."""
    asked = request.GET.get("as-of")
    if asked is None:
        return NOW
    day = parse_day(asked)
    if day is None:
        example = f"Write the day as year, month and day with hyphens, for example as-of={today().isoformat()}."
        raise Problem("not-a-day", f"“{asked[:LONGEST]}” is not a day. {example}")
    return NOW if day >= today() else Moment.of_day(day)


def told(moment: Moment) -> dict:
    """Return what every answer says of its moment."""
    position = newest_position() if moment is NOW else moment.position
    return {"position": position, "as_of": moment.day.isoformat() if moment.day else None}

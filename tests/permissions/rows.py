"""What every address answers to whom: one row per route of the URL resolver, one letter per member of the cast.

The letters stand in the order of CAST. GET is what reading gives; POST what an empty form of somebody signed in
gives, CSRF token and all; every other method gets what POST gives where POST is not allowed.
"""

from dataclasses import dataclass, field

CAST = ("anonymous", "stranger", "editor", "reviewer", "legal", "chief", "administrator", "superuser")
MEANS = {
    "o": 200,
    "r": 302,  # onwards, not to the sign-in page
    "L": 302,  # to the sign-in page
    "p": 301,
    "b": 400,
    "f": 403,
    "n": 404,
    "m": 405,
    "c": 409,
    "g": 410,
}


ANY = "*" * len(CAST)


@dataclass(frozen=True)
class Row:
    """The answers of one route; `needs` names the parts of its address as the world of the test has them."""

    get: str
    post: str
    needs: dict = field(default_factory=dict)
    other: str = ""  # what other methods give, where they do not give what POST does; ANY for anything harmless


#                    anon stranger editor reviewer legal chief admin super
NOBODY = Row("nnnnnnnn", "nnnnnnnn")
PUBLIC = Row("oooooooo", "mmmmmmmm")
NO_CONTACT = Row("nnnnnnnn", "mmmmmmmm")
LINKED = Row("mmmmmmmm", "gggggggg", other="mmmmmmmm")  # an empty form names nothing that is followed
ONWARDS = Row("rrrrrrrr", "mmmmmmmm")
DESK = Row("Lnoooono", "Lnmmmmnm")
EDITING = Row("Lnmmmmnm", "Lncffcnc")  # a verb of editors, refused for its empty form
REVIEWING = Row("Lnmmmmnm", "Lnfcccnc")
CHIEFLY = Row("Lnmmmmnm", "Lnfffcnc")
EVIDENCE = Row("Lnfffooo", "Lnfffmmm", other="Lnfffmmm")
LETTERS = Row("Lnoooooo", "Lnmmmmmm")
ITEM = "desk/<item_kind:kind>/<item_code:code>/"


def of(row, **needs):
    """The row for a route whose address has parts."""
    return Row(row.get, row.post, needs, row.other)


PATTERN = {"slug": "pattern-stc"}
PARTNERSHIP = {"slug": "stargate"}
STC = {"kind": "pattern", "code": "STC"}


def item_rows(folder, item):
    one = f"{folder}/<slug:slug>/"
    return {
        f"{folder}/": PUBLIC,
        one: of(PUBLIC, **item),
        one + "history/": of(PUBLIC, **item),
        one + "compare/<edition:old>/<edition:new>/": of(PUBLIC, **item, old="number", new="number"),
        one + "<edition:number>/": of(PUBLIC, **item, number="number"),
        one + "<edition:number>.json": of(PUBLIC, **item, number="number"),
        one + "<edition:number>/preview.png": of(PUBLIC, **item, number="number"),
        one + "<edition:number>.pdf": of(PUBLIC, **item, number="number"),
        one + "<edition:number>.md": of(PUBLIC, **item, number="number"),
        one + "<edition:number>/cite/": of(PUBLIC, **item, number="number"),
        one + "<edition:number>/cite.<form:form>": of(PUBLIC, **item, number="number", form="bib"),
        one + "changes.<feed:form>": of(PUBLIC, **item, form="atom"),
        one + "timemap": of(PUBLIC, **item),
        one + "timegate": of(ONWARDS, **item),
    }


def api_rows(folder, code):
    one = f"api/v1/{folder}/<code:code>"
    return {
        f"api/v1/{folder}": PUBLIC,
        one: of(PUBLIC, code=code),
        one + "/editions": of(PUBLIC, code=code),
        one + "/editions/<edition:number>": of(PUBLIC, code=code, number="number"),
        one + "/compare/<edition:old>/<edition:new>": of(PUBLIC, code=code, old="number", new="number"),
    }


PUBLIC_ROWS = {
    "": PUBLIC,
    **item_rows("patterns", PATTERN),
    **item_rows("partnerships", PARTNERSHIP),
    "matrix/": PUBLIC,
    "matrix.svg": PUBLIC,
    "check/": PUBLIC,
    "check/<slug:slug>/": of(PUBLIC, **PATTERN),
    "check/<slug:slug>/checklist/": of(ONWARDS, **PATTERN),
    "sources/": PUBLIC,
    "sources/<key:key>/": of(PUBLIC, key="smith-2026"),
    "search/": PUBLIC,
    "search.<feed:form>": of(Row("bbbbbbbb", "mmmmmmmm"), form="atom"),  # nothing to search for
    "changes/": PUBLIC,
    "changes.<feed:form>": of(PUBLIC, form="atom"),
    "id/<code:code>": of(ONWARDS, code="STC-K1"),
    "ledger/": PUBLIC,
    "ledger/<int:position>.json": of(PUBLIC, position=1),
    "methodology/": PUBLIC,
    "downloads/": PUBLIC,
    "downloads/anteroom-<day:day>.zip": of(PUBLIC, day="day"),
    "downloads/<key:name>": of(PUBLIC, name="ledger.jsonl"),
    "api/v1/": PUBLIC,
    "api/v1/openapi.json": PUBLIC,
    **api_rows("patterns", "STC"),
    **api_rows("partnerships", "stargate"),
    "api/v1/id/<code:code>": of(PUBLIC, code="STC-K1"),
    "api/v1/search": Row("bbbbbbbb", "mmmmmmmm"),  # for what is not said
    "api/v1/matrix": PUBLIC,
    "api/v1/sources": PUBLIC,
    "api/v1/sources/<key:key>": of(PUBLIC, key="smith-2026"),
    "api/v1/families": PUBLIC,
    "api/v1/ledger": PUBLIC,
    "api/v1/ledger/<int:position>": of(PUBLIC, position=1),
    "api/v1/changes": PUBLIC,
    "api/v1/counts": PUBLIC,
    "api/v1/definitions": PUBLIC,
    # What comes by letter: the link is the right, whoever opens it.
    "subscriptions/new": Row("oooooooo", "bbbbbbbb"),
    "subscriptions/again/": Row("mmmmmmmm", "nnnnnnnn", other="mmmmmmmm"),
    "subscriptions/confirm/<str:token>/": of(Row("oooooooo", "rrrrrrrr"), token="to confirm"),
    "subscriptions/stop/<str:token>/": of(Row("oooooooo", "oooooooo", other="mmmmmmmm"), token="to stop"),
    "subscriptions/<str:token>/": of(PUBLIC, token="to all"),
    "subscriptions/<str:token>/confirm/": of(LINKED, token="to all"),
    "subscriptions/<str:token>/pace/": of(LINKED, token="to all"),
    "subscriptions/<str:token>/stop/": of(LINKED, token="to all"),
    "subscriptions/<str:token>/stop-all/": of(Row("mmmmmmmm", "oooooooo", other="mmmmmmmm"), token="to all"),
    "corrections/": PUBLIC,
    "corrections/new": Row("oooooooo", "bbbbbbbb"),
    "corrections/answer/<str:token>/": of(PUBLIC, token="to answer"),
    "corrections/<str:receipt>/": of(PUBLIC, receipt="receipt"),
    "corrections/<str:receipt>/withdraw/": of(Row("mmmmmmmm", "rrrrrrrr"), receipt="receipt"),
    "corrections/<str:receipt>/remove-name/": of(Row("mmmmmmmm", "rrrrrrrr"), receipt="receipt"),
    "healthz": PUBLIC,
    "favicon.ico": Row("pppppppp", "mmmmmmmm"),
    "robots.txt": PUBLIC,
    "sitemap.xml": PUBLIC,
    "sitemap-<int:number>.xml": of(PUBLIC, number=1),
    ".well-known/security.txt": NO_CONTACT,
    "preview.png": PUBLIC,
}

DESK_ROWS = {
    "desk/": DESK,
    "desk/submissions/<int:pk>/": of(DESK, pk="submission"),
    "desk/submissions/<int:pk>/sign-off/": of(REVIEWING, pk="submission"),
    "desk/submissions/<int:pk>/request-changes/": of(REVIEWING, pk="submission"),
    # the submitter's and the chief editor's; nothing must be typed to withdraw
    "desk/submissions/<int:pk>/withdraw/": of(Row("Lnmmmmnm", "Lnrffrnr"), pk="submission"),
    "desk/submissions/<int:pk>/replace/": of(EDITING, pk="submission"),
    "desk/submissions/<int:pk>/override/": of(Row("Lnmmmmnm", "Lnfffcnf"), pk="submission"),
    "desk/rules/": DESK,
    "desk/rules/<item_kind:kind>/": of(CHIEFLY, kind="pattern"),
    "desk/history/<slug:kind>/<key:code>/": of(DESK, **STC),
    "desk/history/<slug:kind>/<key:code>/compare/": of(Row("Lnrrrrnr", "Lnmmmmnm"), **STC),
    "desk/history/<slug:kind>/<key:code>/<version:version>/": of(DESK, **STC, version=1),
    "desk/history/<slug:kind>/<key:code>/<version:version>/restore/": of(
        Row("Lnmmmmnm", "Lnbffbnb"), **STC, version=1
    ),
    "desk/<item_kind:kind>/<item_code:code>/": of(DESK, **STC),
    "desk/<item_kind:kind>/<item_code:code>/submit/": of(EDITING, **STC),
    # Letters: everybody's own; failures for those who can mend them.
    "desk/letters/": LETTERS,
    "desk/letters/pace/": Row("Lnmmmmmm", "Lnbbbbbb"),
    "desk/letters/failures/": Row("Lnfffooo", "Lnmmmmmm"),
    "desk/letters/<int:pk>/try-again/": of(Row("Lnmmmmmm", "Lnfffrrr"), pk="letter"),
    "desk/letters/<int:pk>/let-go/": of(Row("Lnmmmmmm", "Lnfffrrr"), pk="letter"),
    # Previews and links; the secret itself is the right to read.
    "desk/submissions/<int:pk>/preview/": of(DESK, pk="submission"),
    f"{ITEM}preview/": of(DESK, **STC),
    f"{ITEM}links/": of(DESK, **STC),
    f"{ITEM}links/share/": of(Row("Lnmmmmnm", "Lnccccnc"), **STC),
    f"{ITEM}links/revoke/": of(Row("Lnmmmmnm", "Lnnnnnnn", other="Lnmmmmnm"), **STC),
    "desk/shared/<str:secret>/": of(PUBLIC, secret="secret"),
    # The audit and what is archived.
    "desk/audit/": EVIDENCE,
    "desk/audit/events.csv": EVIDENCE,
    "desk/audit/events.json": EVIDENCE,
    "desk/archive/": DESK,
    "desk/archive/<slug:kind>/<key:code>/": of(DESK, **STC),
    "desk/archive/<slug:kind>/<key:code>/archive/": of(Row("Lnmmmmnm", "Lncffcnc"), **STC),
    "desk/archive/<slug:kind>/<key:code>/recover/": of(Row("Lnmmmmnm", "Lncffcnc"), **STC),
    # Reading and talking.
    "desk/submissions/<int:pk>/comment/": of(Row("Lnmmmmnm", "Lnccccnc"), pk="submission"),
    f"{ITEM}comment/": of(Row("Lnmmmmnm", "Lnccccnc"), **STC),
    "desk/submissions/<int:pk>/mark/": of(Row("Lnmmmmnm", "Lnbbbbnb"), pk="submission"),
    "desk/submissions/<int:pk>/skip/": of(Row("Lnmmmmnm", "Lnrrrrnr"), pk="submission"),
    "desk/through/": DESK,
    "desk/comments/<int:pk>/reply/": of(Row("Lnmmmmnm", "Lnccccnc"), pk="comment"),
    "desk/comments/<int:pk>/resolve/": of(Row("Lnmmmmnm", "Lnrrrrnr"), pk="comment"),
    "desk/comments/<int:pk>/reopen/": of(Row("Lnmmmmnm", "Lnrrrrnr"), pk="comment"),
    # Whose turn it is.
    "desk/submissions/<int:pk>/reviewers/": of(DESK, pk="submission"),
    "desk/submissions/<int:pk>/reviewers/assign/": of(Row("Lnmmmmnm", "Lnfffcnc"), pk="submission"),
    "desk/submissions/<int:pk>/reviewers/claim/": of(Row("Lnmmmmnm", "Lnfrrrnr"), pk="submission"),
    "desk/submissions/<int:pk>/reviewers/accept/": of(Row("Lnmmmmnm", "Lnfcccnc"), pk="submission"),
    "desk/submissions/<int:pk>/reviewers/decline/": of(Row("Lnmmmmnm", "Lnccccnc"), pk="submission"),
    "desk/submissions/<int:pk>/reviewers/unassign/": of(Row("Lnmmmmnm", "Lnfffcnc"), pk="submission"),
    "desk/submissions/<int:pk>/reviewers/due/": of(Row("Lnmmmmnm", "Lnfffcnc"), pk="submission"),
    "desk/away/": DESK,
    "desk/away/add/": Row("Lnmmmmnm", "Lnccccnc"),
    "desk/away/<int:pk>/end/": of(Row("Lnmmmmnm", "Lnnnnrnr", other="Lnmmmmnm"), pk="absence"),
    # Publication at a set moment; corrections in bulk; scorecards.
    "desk/submissions/<int:pk>/schedule/": of(CHIEFLY, pk="submission"),
    "desk/submissions/<int:pk>/unschedule/": of(CHIEFLY, pk="submission"),
    "desk/submissions/<int:pk>/publish/": of(CHIEFLY, pk="submission"),
    "desk/corrections/": DESK,
    "desk/corrections/<int:pk>/": of(DESK, pk="correction"),
    "desk/corrections/<int:pk>/sign-off/": of(REVIEWING, pk="correction"),
    "desk/corrections/<int:pk>/request-changes/": of(Row("Lnmmmmnm", "Lnccccnc"), pk="correction"),
    "desk/corrections/<int:pk>/withdraw/": of(Row("Lnmmmmnm", "Lnrccrnr"), pk="correction"),
    "desk/corrections/<int:pk>/open/": of(EDITING, pk="correction"),
    "desk/another-look/": DESK,
    # What readers report: read by all at the desk, answered by editors.
    "desk/reports/": DESK,
    "desk/reports/<int:pk>/": of(DESK, pk="report"),
    "desk/reports/<int:pk>/take/": of(Row("Lnmmmmnm", "Lnrffrnr"), pk="report"),
    "desk/reports/<int:pk>/correct/": of(EDITING, pk="report"),
    "desk/reports/<int:pk>/leave/": of(EDITING, pk="report"),
    "desk/reports/<int:pk>/set-aside/": of(Row("Lnmmmmnm", "Lnrffrnr"), pk="report"),
    "desk/reports/<int:pk>/reopen/": of(EDITING, pk="report"),
    # After publication.
    "desk/due/": DESK,
    f"{ITEM}reaffirm/": of(Row("Lnoooono", "Lnfcccnc"), **STC),  # who may not, reads why
    f"{ITEM}retire/": of(Row("Lnfffono", "Lnfffcnc"), **STC),
    f"{ITEM}withhold/": of(Row("Lnfffono", "Lnfffcnc"), **STC),
    "desk/withholdings/": Row("Lnnnnooo", "Lnnnnmmm"),
    "desk/withholdings/<int:pk>/": of(Row("Lnnnnooo", "Lnnnnmmm"), pk="withholding"),
    "desk/withholdings/<int:pk>/confirm/": of(Row("Lnnnnmmm", "Lnnnnfcc"), pk="withholding"),
    "desk/withholdings/<int:pk>/refuse/": of(Row("Lnnnnmmm", "Lnnnnfcc"), pk="withholding"),
    "desk/^(?P<rest>.*/)$": of(NOBODY, rest="no/such/page/"),
}

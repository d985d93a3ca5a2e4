"""The rows of the admin and of the accounts' own pages; letters and cast as in rows.py."""

from tests.permissions.rows import ANY, Row, of

#                       anon stranger editor reviewer legal chief admin super
READ_BY_STAFF = Row("LLoooooo", "LLoooooo", other=ANY)
SHOWN_TO_STAFF = Row("LLoooooo", "LLmmmmmm")
ONWARDS = Row("LLrrrrrr", "LLrrrrrr", other=ANY)
LED_AWAY = Row("rrrrrrrr", "rrrrrrrr", other=ANY)  # to the account's own page, which asks who it is
REFUSED = Row("LLffffff", "LLffffff", other=ANY)
MISSING = Row("LLnnnnnn", "LLnnnnnn", other=ANY)

READ = Row("LLoooofo", "LLoooofo", other=ANY)  # everybody at the desk
ADDED = Row("LLoffofo", "LLoffofo", other=ANY)  # editors and chief editors
CHANGED = Row("LLoooofo", "LLbffbfb", other=ANY)  # read by all at the desk, changed by editors
LED_ON = Row("LLrrrrfr", "LLrrrrfr", other=ANY)
KEPT = Row("LLnnnnnn", "LLbffbfb", other=ANY)  # unfinished typing
DISCARDED = Row("LLnnnnnn", "LLrffrfr", other=ANY)

EVIDENCE = Row("LLfffooo", "LLfffooo", other=ANY)
ONE_EVIDENCE = Row("LLfffooo", "LLffffff", other=ANY)
ACCOUNTS = Row("LLffffoo", "LLffffoo", other=ANY)


def item_rows(model, code):
    one = f"admin/{model}/<path:object_id>/"
    by_code = f"admin/{model}/code/<key:code>/"
    return {
        f"admin/{model}/": READ,
        f"admin/{model}/add/": ADDED,
        one: of(ONWARDS, object_id=model),
        one + "change/": of(CHANGED, object_id=model),
        one + "history/": of(LED_ON, object_id=model),
        one + "delete/": of(REFUSED, object_id=model),  # nothing is ever deleted
        by_code: of(LED_ON, code=code),
        by_code + "unfinished/": of(KEPT, code=code),
        by_code + "discard/": of(DISCARDED, code=code),
    }


def evidence_rows(model, listed=EVIDENCE):
    one = f"admin/{model}/<path:object_id>/"
    return {
        f"admin/{model}/": listed,
        f"admin/{model}/add/": REFUSED,
        one: of(ONWARDS, object_id=model),
        one + "change/": of(ONE_EVIDENCE, object_id=model),
        one + "history/": of(EVIDENCE, object_id=model),
        one + "delete/": of(REFUSED, object_id=model),
    }


ADMIN_ROWS = {
    "admin/": READ_BY_STAFF,
    "admin/login/": Row("Lfrrrrrr", "Lfrrrrrr", other=ANY),
    "admin/logout/": Row("rrmmmmmm", "rrrrrrrr", other=ANY),
    "admin/password_change/": LED_AWAY,
    "admin/password_change/done/": LED_AWAY,
    "admin/autocomplete/": Row("LLffffff", "LLmmmmmm"),
    "admin/jsi18n/": SHOWN_TO_STAFF,
    "admin/r/<path:content_type_id>/<path:object_id>/": of(MISSING, content_type_id="1", object_id="1"),
    **item_rows("sources/source", "smith-2026"),
    "admin/sources/source/offered/": READ,
    "admin/sources/source/titles/": READ,
    **item_rows("patterns/pattern", "STC"),
    **item_rows("patterns/family", "sovereign"),
    **item_rows("partnerships/partnership", "stargate"),
    "admin/partnerships/partnership/code/<key:code>/exhibit/<code:pattern>/": of(
        CHANGED, code="stargate", pattern="STC"
    ),
    "admin/partnerships/partnership/code/<key:code>/copy/": of(ADDED, code="stargate"),
    **evidence_rows("reviews/submission"),
    **evidence_rows("reviews/signoff"),
    **evidence_rows("reviews/event", listed=Row("LLfffrrr", "LLfffrrr", other=ANY)),
    # Everybody's own refused texts; there is one of the editor's.
    "admin/history/refusedsave/": READ_BY_STAFF,
    "admin/history/refusedsave/add/": REFUSED,
    "admin/history/refusedsave/<path:object_id>/": of(ONWARDS, object_id="refused"),
    "admin/history/refusedsave/<path:object_id>/change/": of(
        Row("LLonnnnn", "LLonnnnn", other=ANY), object_id="refused"
    ),
    "admin/history/refusedsave/<path:object_id>/history/": of(MISSING, object_id="refused"),
    "admin/history/refusedsave/<path:object_id>/delete/": of(REFUSED, object_id="refused"),
    "admin/history/refusedsave/<int:pk>/discard/": of(Row("LLnnnnnn", "LLrnnnnn", other=ANY), pk="refused"),
    # Accounts: administrators alone.
    "admin/accounts/user/": ACCOUNTS,
    "admin/accounts/user/add/": ACCOUNTS,
    "admin/accounts/user/<id>/password/": of(ACCOUNTS, id="accounts/user"),
    "admin/accounts/user/<path:object_id>/": of(ONWARDS, object_id="accounts/user"),
    "admin/accounts/user/<path:object_id>/change/": of(ACCOUNTS, object_id="accounts/user"),
    "admin/accounts/user/<path:object_id>/history/": of(ONWARDS, object_id="accounts/user"),
    "admin/accounts/user/<path:object_id>/delete/": of(REFUSED, object_id="accounts/user"),
    "admin/accounts/user/<path:pk>/do/<slug:act>/": of(ACCOUNTS, pk="accounts/user", act="end-sessions"),
    "admin/accounts/accountevent/": ACCOUNTS,
    "admin/accounts/accountevent/add/": REFUSED,
    "admin/accounts/accountevent/<path:object_id>/": of(ONWARDS, object_id="accounts/accountevent"),
    "admin/accounts/accountevent/<path:object_id>/change/": of(
        Row("LLffffoo", "LLffffff", other=ANY), object_id="accounts/accountevent"
    ),
    "admin/accounts/accountevent/<path:object_id>/history/": of(ACCOUNTS, object_id="accounts/accountevent"),
    "admin/accounts/accountevent/<path:object_id>/delete/": of(REFUSED, object_id="accounts/accountevent"),
    "admin/^(?P<app_label>accounts|history|sources|patterns|partnerships|reviews)/$": of(
        Row("LLoooono", "LLoooono", other=ANY), app_label="patterns"
    ),
    "admin/(?P<url>.*)$": of(MISSING, url="no/such/page"),
}

OWN_PAGE = Row("Looooooo", "Lmmmmmmm", other=ANY)
OWN_FORM = Row("Looooooo", "Looooooo", other=ANY)
ASKED_ELSEWHERE = Row("Lrrrrrrr", "Lrrrrrrr", other=ANY)
NOTHING_TO_CONFIRM = Row("Lfffffff", "Lfffffff", other=ANY)
HAS_NONE = Row("Lnnnnnnn", "Lnnnnnnn", other=ANY)
ACCOUNT_ROWS = {
    "accounts/": OWN_PAGE,
    "accounts/login/": Row("orrrrrrr", "orrrrrrr", other=ANY),
    "accounts/login/second-factor/": ASKED_ELSEWHERE,
    "accounts/login/passkey/": ASKED_ELSEWHERE,
    "accounts/logout/": Row("rooooooo", "rrrrrrrr", other=ANY),
    "accounts/sign-out-everywhere/": Row("Lmmmmmmm", "Lrrrrrrr", other=ANY),
    "accounts/password/": ASKED_ELSEWHERE,  # asks for the password first
    "accounts/confirm/": NOTHING_TO_CONFIRM,
    "accounts/confirm/code/": NOTHING_TO_CONFIRM,
    "accounts/confirm/passkey/": NOTHING_TO_CONFIRM,
    "accounts/app/add/": OWN_FORM,
    "accounts/app/remove/": HAS_NONE,
    "accounts/passkeys/": ASKED_ELSEWHERE,
    "accounts/passkeys/add/": OWN_FORM,
    "accounts/passkeys/<int:pk>/rename/": of(HAS_NONE, pk=1),
    "accounts/passkeys/<int:pk>/remove/": of(HAS_NONE, pk=1),
    "accounts/recovery-codes/": Row("Lnnnnnnn", "Lmmmmmmm", other=ANY),
    "accounts/recovery-codes/renew/": OWN_FORM,
}


def admin_objects(editor):
    """The primary keys that the rows above name, by what they name."""
    from accounts.models import AccountEvent
    from history.models import Draft, RefusedSave
    from partnerships.models import Partnership
    from patterns.models import Family, Pattern
    from reviews.models import Event, SignOff
    from sources.models import Source
    from tests.conftest import make_person

    draft = Draft.objects.get(code="STC")
    shared = {"kind": "pattern", "code": "STC", "author": editor, "document": draft.document}
    told = {"what": "created", "name": "Somebody", "other": "Sam", "other_id": 1, "at": draft.changed_at}
    happened = AccountEvent(**told)
    happened.save()
    return {
        "patterns/pattern": Pattern.objects.get().pk,
        "patterns/family": Family.objects.get().pk,
        "partnerships/partnership": Partnership.objects.get().pk,
        "sources/source": Source.objects.get().pk,
        "reviews/signoff": SignOff.objects.first().pk,
        "reviews/event": Event.objects.first().pk,
        "accounts/user": make_person("other", "Some", "Body").pk,
        "accounts/accountevent": happened.pk,
        "refused": RefusedSave.objects.create(**shared, base_version=1, theirs_version=2).pk,
    }

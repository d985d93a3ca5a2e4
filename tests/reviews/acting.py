"""What stands of STC, and the acts on it as its forms send them."""

from library.models import Standing
from reviews import acts

GROUND = "Order 7 O 12/26 of the regional court."
REASON = "Superseded in practice by another structure."


def standing(code="STC"):
    return Standing.objects.latest().select_related("edition").get(code=code)


def shown(code="STC"):
    """Digest and position, as a form carries them that was opened now."""
    now = standing(code)
    return {"digest": now.edition.digest, "position": now.from_position}


def reaffirm(by, code="STC", kind="pattern", **fields):
    return acts.reaffirm(kind, code, by=by, **{**shown(code), **fields})


def retire(by, code="STC", kind="pattern", **fields):
    return acts.retire(kind, code, by=by, **{"reason": REASON, **shown(code), **fields})


def propose(by, code="STC", kind="pattern", **fields):
    numbers = list(acts.withholdable(kind, code).values_list("number", flat=True))
    typed = {"editions": numbers, "ground": GROUND, "note": "File 12"}
    return acts.propose_withholding(kind, code, by=by, **{**typed, **shown(code), **fields})


def confirm(withholding, by, **fields):
    typed = {"typed_code": withholding.code, **shown(withholding.code)}
    return acts.confirm_withholding(withholding, by=by, **{**typed, **fields})

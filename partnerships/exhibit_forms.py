"""The forms of one exhibit: which sub-variants a partnership shows, and one line per move of the pattern."""

from itertools import pairwise

from django import forms

from history.fields import PinpointsField, ProseField
from history.forms import DocumentForms, TextsForm
from history.words import word_pieces
from library.definitions import GROUPS
from partnerships.composition import keep_bindings
from partnerships.models import Score
from partnerships.scorecards import DROPPED, GAP, REWORDED, looks, subjects

MEANINGS = [meaning for meaning in GROUPS["Scores"] if meaning.anchor != "wording"]
VALUES = [("", "not assessed"), *((value, value.replace("_", " ")) for value in Score.Value.values)]
UNSCORED = {"wording": "", "edition": "", "score": "", "evidence": "", "sources": []}


def empty_exhibit(pattern):
    """Return the exhibit of `pattern` that says nothing yet."""
    named = {"pattern": pattern, "pattern_slug": "", "pattern_title": "", "edition": ""}
    return {**named, "sub_variants": [], "note": "", "scores": []}


class ExhibitForm(TextsForm):
    sub_variants = forms.MultipleChoiceField(
        label="Sub-variants",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The forms of the pattern that this deal shows.",
    )
    note = ProseField(help_text="In what way the deal shows the pattern, with its sources.")

    def __init__(self, *args, variants, **options):
        super().__init__(*args, **options)
        self.fields["sub_variants"].choices = list(variants.items())


class ScoreForm(TextsForm):
    """One line of the scorecard. No score means not assessed, which is not the same as unknown."""

    score = forms.ChoiceField(required=False, choices=VALUES)
    evidence = ProseField()
    sources = PinpointsField()
    still_holds = forms.BooleanField(required=False, label="The score still holds against the current wording")

    # The neighbours that need another look, for who goes from one to the next.
    look_before = look_after = None

    def __init__(self, *args, move, live, before, look, **options):
        super().__init__(*args, prefix=f"score-{move}", **options)
        self.move, self.live, self.before, self.look = move, live, before, look
        self.matter = look.matter if look else ""
        if not self.is_reworded:
            del self.fields["still_holds"]

    @property
    def wording(self):
        """The wording of the move today, or the one that was judged when the move is gone."""
        return self.live["wording"] if self.live else self.before["wording"]

    @property
    def is_gap(self):
        return self.matter == GAP

    @property
    def is_dropped(self):
        return self.matter == DROPPED

    @property
    def is_reworded(self):
        """Whether the move is worded otherwise today than when it was scored."""
        return self.matter == REWORDED

    @property
    def rewording(self):
        return word_pieces(self.before["wording"], self.live["wording"])

    def clean(self):
        typed = self.cleaned_data
        if not typed.get("score") and (typed.get("evidence") or typed.get("sources")):
            self.add_error("score", "Choose a score for this evidence; unknown if the terms do not say.")

    def told(self):
        """Return the score that was typed: tied to today's wording when it was said to hold, else not yet tied.

        A score of a dropped move cannot be judged again: it keeps the wording it judged.
        """
        typed = {name: text for name, text in self.read(self.before).items() if name != "still_holds"}
        tied = {"wording": "", "edition": ""}
        if self.is_dropped:
            tied = {"wording": self.before["wording"], "edition": self.before["edition"]}
        elif self.cleaned_data.get("still_holds"):
            tied = self.live
        return {"move": self.move, **tied, **typed}


class ExhibitForms(DocumentForms):
    """The forms of the exhibit of `pattern` in a partnership's document: one line per move, none added or removed."""

    meanings = MEANINGS  # of the scores, as readers find them on the methodology page

    def __init__(self, document, data=None, *, pattern):
        self.document, self.pattern, self.rows = document, pattern, {}
        self.exhibit = next((e for e in document["exhibits"] if e["pattern"] == pattern), empty_exhibit(pattern))
        subject = subjects([pattern])[pattern]
        self.edition, self.subject = subject
        shown = {**self.exhibit, "sub_variants": [variant["code"] for variant in self.exhibit["sub_variants"]]}
        self.names = self._variant_names()
        self.main = ExhibitForm(data, initial=None if data else shown, variants=self.names)
        found = {look.move: look for look in looks(self.exhibit, subject)}
        self.scores = [self._score_form(move, found.get(move), data) for move in self._moves()]
        self.looks = [form for form in self.scores if form.look]
        for form, after in pairwise(self.looks):
            form.look_after, after.look_before = after, form

    def _variant_names(self):
        now = {variant["code"]: variant["name"] for variant in self.subject["sub_variants"]}
        judged = {variant["code"]: variant["name"] for variant in self.exhibit["sub_variants"]}
        return {code: f"{code} {name}".strip() for code, name in {**judged, **now}.items()}

    def _moves(self):
        current = [move["code"] for move in self.subject["kill_list"]]
        return [*current, *(row["move"] for row in self.exhibit["scores"] if row["move"] not in current)]

    def _score_form(self, move, look, data):
        wordings = {row["code"]: row["move"] for row in self.subject["kill_list"]}
        live = {"wording": wordings[move], "edition": self.edition} if move in wordings else None
        before = next((row for row in self.exhibit["scores"] if row["move"] == move), {"move": move, **UNSCORED})
        return ScoreForm(data, initial=None if data else before, move=move, live=live, before=before, look=look)

    def is_valid(self):
        return all([self.main.is_valid(), *(form.is_valid() for form in self.scores)])

    def read(self):
        """Return the document with this exhibit as typed; what was judged the same keeps its edition."""
        typed = {**empty_exhibit(self.pattern), **self._texts(), "scores": self._scores()}
        others = self.document["exhibits"]
        if any(exhibit["pattern"] == self.pattern for exhibit in others):
            exhibits = [typed if exhibit["pattern"] == self.pattern else exhibit for exhibit in others]
        else:
            exhibits = [*others, typed]
        return keep_bindings({**self.document, "exhibits": exhibits}, self.document)

    def _texts(self):
        chosen = self.main.cleaned_data["sub_variants"]
        before = self.exhibit["sub_variants"]
        kept = [variant for variant in before if variant["code"] in chosen]
        names = {variant["code"]: variant["name"] for variant in self.subject["sub_variants"]}
        new = [code for code in chosen if code not in {variant["code"] for variant in kept}]
        added = [{"code": code, "name": names.get(code, "")} for code in new]
        note = self.main.read({"note": self.exhibit["note"]})["note"]
        return {"sub_variants": [*kept, *added], "note": note}

    def _scores(self):
        """The scores in the order they had, new ones after them in the order of the kill list."""
        told = {form.move: form.told() for form in self.scores if form.cleaned_data["score"]}
        order = [row["move"] for row in self.exhibit["scores"]]
        return [told.pop(move) for move in order if move in told] + list(told.values())

    @property
    def forms(self):
        return [self.main, *self.scores]

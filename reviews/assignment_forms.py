"""Forms of handing out reviews and going away: they check shape, the verbs decide."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.urls import reverse

from accounts.models import User
from reviews import permissions
from reviews.forms import Action, DeskForm, ProseField

WHOM = {"invalid_choice": "Choose somebody from the list."}


class DayField(forms.DateField):
    """A day, UTC, as browsers send it: `2026-12-01`."""

    def __init__(self, **options):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        wrong = {"invalid": "Give a day of the calendar, such as 2026-12-01.", "required": "Give a day."}
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], error_messages=wrong, **options)


class PersonField(forms.ModelChoiceField):
    """Somebody with an account. `offer` says who is on the list; whether the choice may stand, the verb says."""

    def __init__(self, **options):
        super().__init__(queryset=User.objects.all(), error_messages=WHOM, blank=True, **options)

    def offer(self, people, first):
        """List `people`, pairs of an account and what to know of it, below the empty choice `first`."""
        named = [(user.pk, f"{user.name} ({known})" if known else user.name) for user, known in people]
        self.choices = [("", first), *named]


class AssignForm(DeskForm):
    person = PersonField(label="Reviewer", required=False)
    due = DayField(label="Due (UTC)", required=False, help_text="Left empty, it is the usual time from today.")
    back = forms.CharField(required=False, widget=forms.HiddenInput)
    is_typed = False
    prose = "person"

    def offer(self, candidates):
        """List who may be asked, each with what to know of them."""
        self.fields["person"].offer(candidates, "Choose…")

    def layout(self):
        return Layout("person", "due", Field("back"), Action("assign", "Ask for a review", css_class="button-second"))


class DueForm(DeskForm):
    """The due date of one person; several stand on one page."""

    person = PersonField(widget=forms.HiddenInput, required=False)
    due = DayField(label="Due (UTC)")
    back = forms.CharField(required=False, widget=forms.HiddenInput)
    is_typed = False

    def __init__(self, *args, whose=None, **options):
        super().__init__(*args, **options)
        if whose:
            self.auto_id = f"id_due_{whose.pk}_%s"
            self.fields["due"].label = f"Due date of {whose.name} (UTC)"

    def layout(self):
        return Layout(
            Field("person"), "due", Field("back"), Action("set", "Set the due date", css_class="button-second")
        )


class DeclineForm(DeskForm):
    reason = ProseField(label="Why you decline", help_text="A chief editor reads it and asks somebody else.")
    back = forms.CharField(required=False, widget=forms.HiddenInput)
    prose = "reason"

    def layout(self):
        return Layout("reason", Field("back"), Action("decline", "Decline", css_class="button-second"))


class WhoseForm(forms.Form):
    """Whose absence a chief editor speaks of: what it offers below depends on the person."""

    person = forms.ChoiceField(label="Who is away", required=False)

    def __init__(self, *, user, person):
        super().__init__(initial={"person": person.pk}, auto_id="id_whose_%s", label_suffix="")
        others = [(other.pk, other.name) for other in permissions.desk_people() if other.pk != user.pk]
        self.fields["person"].choices = [("", f"{user.name}, myself"), *others]

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_method = "get"
        helper.disable_csrf = True
        helper.form_action = f"{reverse('desk:away')}#add"
        helper.layout = Layout("person", Action("", "Choose", css_class="button-second"))
        return helper


class AwayForm(DeskForm):
    """When `person` is away, who offers `stand_ins`; who may say so only of themselves is not asked of whom."""

    person = PersonField(required=False, widget=forms.HiddenInput)
    first_day = DayField(label="First day away (UTC)")
    last_day = DayField(label="Last day away (UTC)")
    delegate = PersonField(
        label="Who stands in",
        required=False,
        help_text="The turns stand in their queue too. With nobody, a chief editor has them.",
    )
    note = ProseField(label="Note for them (may stay empty)", is_needed=False)

    def __init__(self, *args, person, stand_ins, **options):
        super().__init__(*args, initial={"person": person.pk}, **options)
        self.person, self.stand_ins = person, stand_ins
        self.fields["delegate"].offer([(delegate, "") for delegate in stand_ins], "Nobody")

    def layout(self):
        delegate = ["delegate"] if self.stand_ins else []  # with nobody to offer, the page says why
        return Layout(Field("person"), "first_day", "last_day", *delegate, "note", Action("away", "Save"))

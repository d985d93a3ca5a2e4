"""Forms of administrators: a new account, changing one, a new password for somebody, and the reason for an act."""

from django import forms
from django.contrib.auth.forms import SetPasswordMixin, UserChangeForm, UserCreationForm, UsernameField
from django.contrib.auth.models import Group
from django.db.models import Case, Value, When
from django.utils.html import format_html

from accounts import roles
from accounts.keeping import Standing
from accounts.models import User

LONG_ENOUGH = 2000
GUARDED = {"groups", "is_superuser", "is_active"}  # what is not changed without a reason
PASSWORD_HELP = (
    "At least 12 characters, not one that others use, nothing like the name. Tell it in person or by telephone; the"
    " person changes it on the page “Your account”."
)


class Words:
    """How the fields of an account are called, and what is to be known about them."""

    model = User
    field_classes = {"username": UsernameField}
    labels = {
        "username": "User name",
        "first_name": "First name",
        "last_name": "Last name",
        "email": "E-mail address",
        "is_superuser": "Superuser",
        "is_active": "May sign in",
    }
    help_texts = {
        "username": "For signing in. Letters, digits and @ . + - _ without spaces.",
        "first_name": "Readers see first and last name beside what this person signs off.",
        "email": "Letters about work go there.",
        "is_superuser": "May do what any role may, and change every account. Others sign off own text all the same.",
        "is_active": "Without the tick the account is deactivated: all its sessions end at once. The name stays on"
        " everything that this person did.",
    }


class RolesField(forms.ModelMultipleChoiceField):
    """A box for each role, with what it may do."""

    def __init__(self, **options):
        order = Case(*(When(name=role, then=Value(place)) for place, role in enumerate(roles.MAY)))
        groups = Group.objects.filter(name__in=roles.MAY).order_by(order)
        words = {"label": "Roles", "help_text": "Several are possible. Without a role, an account only reads."}
        super().__init__(groups, required=False, widget=forms.CheckboxSelectMultiple, **words, **options)

    def label_from_instance(self, group):
        return format_html('<strong>{}</strong> <span class="may">{}</span>', group.name, roles.MAY[group.name])


def _reason(help_text):
    """A field for why; the form knows when it is needed."""
    rows = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(required=False, max_length=LONG_ENOUGH, widget=rows, help_text=help_text)


class WithRoles(forms.ModelForm):
    """Of an account: a role goes with a full name, and with work in the admin.

    Groups that are no roles are not shown and stay as they are.
    """

    groups = RolesField()

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["groups"] = self.instance.groups.filter(name__in=roles.MAY)

    def clean(self):
        typed = super().clean()
        if typed.get("groups") and not (typed.get("first_name") and typed.get("last_name")):
            raise forms.ValidationError(
                "Type first and last name before you give a role: what this person signs shows the name to readers."
            )
        return typed

    def save(self, commit=True):
        if {"groups", "is_superuser"} & set(self.changed_data):
            self.instance.is_staff = bool(self.cleaned_data["groups"]) or self.instance.is_superuser
        return super().save(commit)

    def _save_m2m(self):
        others = list(self.instance.groups.exclude(name__in=roles.MAY))
        super()._save_m2m()
        self.instance.groups.add(*others)


class NewAccountForm(WithRoles, UserCreationForm):
    password1, password2 = SetPasswordMixin.create_password_fields(label2="Password once more")
    reason = _reason("Needed when you give a role. Recorded with your name, for ever.")

    class Meta(Words):
        fields = ["username", "first_name", "last_name", "email", "groups"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        _say_about_passwords(self)

    def clean(self):
        typed = super().clean()
        if typed.get("groups") and typed.get("reason") == "":
            self.add_error("reason", "Say why you give a role.")
        return typed


class AccountForm(WithRoles, UserChangeForm):
    """An account that is there. It never leaves the house without an administrator; its password is not shown."""

    password = None
    reason = _reason("Needed when you change roles, or who may sign in. Recorded with your name, for ever.")

    class Meta(Words):
        fields = ["username", "first_name", "last_name", "email", "groups", "is_superuser", "is_active"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.before = Standing.of(self.instance)

    def clean(self):
        typed = super().clean()
        if not self._stays_administrator(typed) and not roles.is_any_administrator_but(self.instance):
            raise forms.ValidationError(
                "This is the last active administrator. Give the role Administrator to somebody else first."
            )
        if GUARDED & set(self.changed_data) and typed.get("reason") == "":
            self.add_error("reason", "Say why you change the roles, or who may sign in.")
        return typed

    def _stays_administrator(self, typed):
        groups = typed.get("groups", self.instance.groups.all())
        is_active = typed.get("is_active", self.instance.is_active)
        is_superuser = typed.get("is_superuser", self.instance.is_superuser)
        return is_active and (is_superuser or any(group.name == roles.ADMINISTRATOR for group in groups))


class NewPasswordForm(SetPasswordMixin, forms.Form):
    """A password for somebody else."""

    password1, password2 = SetPasswordMixin.create_password_fields("New password", "New password once more")

    def __init__(self, account, *args, **options):
        super().__init__(*args, **options)
        self.account = account
        _say_about_passwords(self)

    def clean(self):
        self.validate_passwords()
        self.validate_password_for_user(self.account)
        return super().clean()


def _say_about_passwords(form):
    form.fields["password1"].help_text = PASSWORD_HELP
    form.fields["password2"].help_text = ""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=LONG_ENOUGH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Recorded with your name, for ever.",
    )

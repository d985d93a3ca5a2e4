"""Accounts: who signs in and with which role. They are deactivated, never deleted; evidence keeps the names."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters

from accounts import keeping, locks, roles, second_factor, views
from accounts.account_forms import AccountForm, NewAccountForm, NewPasswordForm, ReasonForm
from accounts.gates import recently_confirmed
from accounts.models import AccountEvent, User

for model in (Group, EmailAddress, Authenticator):  # roles are made by accounts.roles; secrets are nobody's to read
    admin.site.unregister(model)
admin.site.login = views.lead_to_sign_in

PERSON = ("Person", {"fields": ["username", "first_name", "last_name", "email"]})
OWN_RIGHTS = ("groups", "is_superuser", "is_active", "reason")
# What an administrator may do to somebody else's account besides changing it: name, button, what it does.
ACTS = {
    "end-sessions": (
        "Sign out everywhere",
        "Every session of this person ends with its next page.",
        keeping.end_sessions,
    ),
    "remove-second-factor": (
        "Remove the second factor",
        "For a lost phone or key. App, passkeys and recovery codes are removed and all sessions end. Be sure that it"
        " is the person who asks: whoever knows the password signs in next and sets up a new second factor.",
        keeping.remove_second_factor,
    ),
    "lift-lock": (
        "Lift the lock",
        "Wrong passwords and codes are forgotten; the person may try again at once. Wrong tries of others, from the"
        " same place or with this name, are counted from now on anew and may lock again.",
        locks.lift,
    ),
}


def at(moment):
    return f"{date_format(moment, 'DATETIME_FORMAT')} UTC"


class RoleFilter(admin.SimpleListFilter):
    title = parameter_name = "role"

    def lookups(self, request, model_admin):
        return [(role, role) for role in roles.MAY]

    def queryset(self, request, accounts):
        return accounts.filter(groups__name=self.value()) if self.value() in roles.MAY else accounts


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = "state", "may-sign-in"

    def lookups(self, request, model_admin):
        return [("yes", "May sign in"), ("no", "Deactivated")]

    def queryset(self, request, accounts):
        wanted = {"yes": True, "no": False}.get(self.value())
        return accounts if wanted is None else accounts.filter(is_active=wanted)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """For administrators, who give roles but never their own, and cannot touch a superuser."""

    form, add_form = AccountForm, NewAccountForm
    add_form_template = None
    list_display = ["full_name", "user_name", "held", "state", "second_factor", "last_here"]
    list_filter = [RoleFilter, StateFilter]
    filter_horizontal = []
    ordering = ["first_name", "last_name"]
    actions = None

    def get_queryset(self, request):
        factors = Authenticator.objects.filter(type__in=second_factor.FACTORS, user=OuterRef("pk"))
        found = super().get_queryset(request).prefetch_related("groups")
        return found.annotate(has_factor=Exists(factors), is_locked=locks.is_locked())

    # The list, in words: on a telephone no heading stands above them.

    @admin.display(description="name", ordering="first_name")
    def full_name(self, account):
        return account.name

    @admin.display(description="user name", ordering="username")
    def user_name(self, account):
        return account.username

    @admin.display(description="roles")
    def held(self, account):
        return ", ".join(group.name for group in account.groups.all()) or "No role"

    @admin.display(description="state", ordering="is_active")
    def state(self, account):
        if not account.is_active:
            return "Deactivated"
        return "Locked" if account.is_locked else "May sign in"

    @admin.display(description="second factor")
    def second_factor(self, account):
        return "Second factor set up" if account.has_factor else "No second factor"

    @admin.display(description="last signed in", ordering="last_login")
    def last_here(self, account):
        if account.last_login is None:
            return "Never signed in"
        return format_html('<span class="narrow">Last signed in</span> {}', at(account.last_login))

    # Who may change what.

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [
                PERSON,
                ("What the person may do", {"fields": ["groups", "reason"]}),
                ("Password", {"fields": ["password1", "password2"]}),
            ]
        if obj == request.user:
            return [PERSON]
        above = ["is_superuser"] if request.user.is_superuser else []
        reason = ["reason"] if self.has_change_permission(request, obj) else []
        return [
            PERSON,
            ("What the person may do", {"fields": ["groups", *above]}),
            ("Whether the person may sign in", {"fields": ["is_active", *reason]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        """Nobody gives themselves a role or takes the right to sign in away from themselves."""
        own = OWN_RIGHTS if obj == request.user else ()
        return [*super().get_readonly_fields(request, obj), *own]

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or request.user.is_superuser or not obj.is_superuser)

    def has_delete_permission(self, request, obj=None):
        return False

    # Saving, and what else is done to an account; all of it is written down.

    def save_model(self, request, obj, form, change):
        if "is_active" in form.changed_data:
            obj.end_sessions()
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        account, reason = form.instance, form.cleaned_data.get("reason", "")
        if change:
            keeping.tell_changes(account, form.before, by=request.user, reason=reason)
        else:
            keeping.tell_created(account, by=request.user, reason=reason)

    def get_urls(self):
        act = self.admin_site.admin_view(recently_confirmed(self.act_view))
        return [path("<path:pk>/do/<slug:act>/", act, name="accounts_user_act"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Accounts", **(extra_context or {})})

    def history_view(self, request, object_id, extra_context=None):
        address = reverse("admin:accounts_accountevent_changelist")
        return redirect(f"{address}?{urlencode({'other_id': object_id})}")

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        is_other = obj is not None and obj != request.user and self.has_change_permission(request, obj)
        context |= {
            "title": obj.name if obj else "Add an account",
            "subtitle": None,
            "is_own": obj == request.user,
            "roles": roles.names(obj) if obj else "",
            "acts": ACTS if is_other else {},
            "locked_until": locks.until(obj) if obj else [],
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    @method_decorator(recently_confirmed)
    def add_view(self, request, form_url="", extra_context=None):
        """Who gives a role decides who signs: the second factor is asked again."""
        return super().add_view(request, form_url, extra_context)

    @method_decorator(recently_confirmed)
    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        raise PermissionDenied(
            "Accounts are never deleted, for what a person did keeps their name. Deactivate the account instead."
        )

    @method_decorator([sensitive_post_parameters(), recently_confirmed])
    def user_change_password(self, request, id, form_url=""):
        account = self._account(request, id)
        if account == request.user:
            return redirect("account_change_password")
        form = NewPasswordForm(account, request.POST if request.method == "POST" else None)
        if form.is_valid():
            keeping.set_password(account, form.cleaned_data["password1"], by=request.user)
            messages.success(request, f"The password of {account.name} is set, and all their sessions have ended.")
            return redirect("admin:accounts_user_change", account.pk)
        context = {"title": "Set a new password", "account": account, "form": form, "opts": self.opts}
        return render(request, "admin/account_password.html", {**self.admin_site.each_context(request), **context})

    def _account(self, request, pk):
        account = self.get_object(request, unquote(pk))
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        if account is None:
            raise Http404
        return account

    def act_view(self, request, pk, act):
        account = self._account(request, pk)
        if act not in ACTS:
            raise Http404
        if account == request.user:
            raise PermissionDenied("This is your own account. Use the page about it.")
        button, sentence, do = ACTS[act]
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            do(account, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, f"{button}: done for {account.name}.")
            return redirect("admin:accounts_user_change", account.pk)
        context = {"title": button, "sentence": sentence, "account": account, "form": form, "opts": self.opts}
        return render(request, "admin/account_act.html", {**self.admin_site.each_context(request), **context})


@admin.register(AccountEvent)
class AccountEventAdmin(admin.ModelAdmin):
    """What happened to accounts: to be read by administrators, written by nobody here."""

    fields = list_display = ["account", "what", "by", "happened", "reason"]
    readonly_fields = ["account", "by", "happened"]
    list_display_links = None
    list_filter = ["what"]
    search_fields = ["other", "name", "reason"]
    list_per_page = 50
    actions = None

    def changelist_view(self, request, extra_context=None):
        """Everything, or what happened to the account from whose page somebody came."""
        asked = request.GET.get("other_id", "")
        about = int(asked) if asked.isdecimal() and len(asked) < 19 else None
        told = AccountEvent.objects.filter(other_id=about).values_list("other", flat=True)
        title = f"What happened to {told.first() or 'accounts'}"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return super().change_view(request, object_id, form_url, {"title": "What happened", **(extra_context or {})})

    @admin.display(description="account", ordering="other")
    def account(self, event):
        address = reverse("admin:accounts_user_change", args=[event.other_id])
        return format_html('<a href="{}">{}</a>', address, event.other)

    @admin.display(description="by", ordering="name")
    def by(self, event):
        return f"{event.name}, {event.role}" if event.role else event.name

    @admin.display(description="when", ordering="at")
    def happened(self, event):
        return at(event.at)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

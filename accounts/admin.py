"""Accounts: who signs in and with which role. They are deactivated, never deleted; evidence keeps the names."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.http import urlencode

from accounts import events, keeping, locks, second_factor, views
from accounts.forms import AccountForm, ReasonForm
from accounts.gates import recently_confirmed
from accounts.models import AccountEvent, User

for model in (Group, EmailAddress, Authenticator):  # roles are made by accounts.roles; secrets are nobody's to read
    admin.site.unregister(model)
admin.site.login = views.lead_to_sign_in

ABOUT = (None, {"fields": ("username", "password", "first_name", "last_name", "email")})
RIGHTS = ["is_active", "is_staff", "groups"]
OWN_RIGHTS = ("is_active", "is_staff", "groups", "is_superuser", "user_permissions")
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
        "Wrong passwords and codes are forgotten; the person may try again at once.",
        locks.lift,
    ),
}


@admin.register(User)
class AccountAdmin(UserAdmin):
    """For administrators, who give roles but never their own, and cannot touch a superuser."""

    form = AccountForm
    list_display = ["username", "name", "email", "roles", "is_active", "second_factor", "locked", "last_here"]
    list_filter = ["groups", "is_active"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    actions = None

    def get_queryset(self, request):
        factors = Authenticator.objects.filter(type__in=second_factor.FACTORS, user=OuterRef("pk"))
        found = super().get_queryset(request).prefetch_related("groups")
        return found.annotate(has_factor=Exists(factors), is_locked=Exists(locks.names_locked()))

    @admin.display(description="last signed in", ordering="last_login")
    def last_here(self, account):
        return f"{date_format(account.last_login, 'DATETIME_FORMAT')} UTC" if account.last_login else ""

    @admin.display(description="roles")
    def roles(self, account):
        return ", ".join(group.name for group in account.groups.all())

    @admin.display(description="second factor", boolean=True)
    def second_factor(self, account):
        return account.has_factor

    @admin.display(description="locked")
    def locked(self, account):
        return "locked" if account.is_locked else ""

    # Who may change what.

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return super().get_fieldsets(request, obj)
        above = ["is_superuser"] if request.user.is_superuser else []
        roles = ("Roles", {"fields": [*RIGHTS, *above]})
        return [ABOUT, roles, ("Dates", {"fields": ["last_login", "date_joined"]})]

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
        if change:
            keeping.tell_changes(form.instance, form.before, by=request.user)
        else:
            events.tell(form.instance, AccountEvent.What.CREATED, by=request.user)

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
        locked_until = locks.until(obj) if obj else []
        acts = {name: act for name, act in ACTS.items() if name != "lift-lock" or locked_until}
        context |= {"acts": acts if is_other else {}, "locked_until": locked_until}
        return super().render_change_form(request, context, add, change, form_url, obj)

    @method_decorator(recently_confirmed)
    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Who gives a role decides who signs: the second factor is asked again."""
        return super().change_view(request, object_id, form_url, extra_context)

    def user_change_password(self, request, id, form_url=""):
        account = self.get_object(request, unquote(id))
        if account == request.user:
            return redirect("account_change_password")
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            if account and account.password != User.objects.values_list("password", flat=True).get(pk=account.pk):
                events.tell(account, AccountEvent.What.PASSWORD_SET, by=request.user)
        return response

    def act_view(self, request, pk, act):
        account = self.get_object(request, unquote(pk))
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        if account is None or act not in ACTS:
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

    list_display = ["account", "what", "by", "happened", "reason"]
    list_filter = ["what"]
    search_fields = ["other", "name", "reason"]
    list_per_page = 50
    actions = None

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "What happened to accounts", **(extra_context or {})})

    @admin.display(description="account", ordering="other")
    def account(self, event):
        return event.other

    @admin.display(description="by", ordering="name")
    def by(self, event):
        return f"{event.name}, {event.role}" if event.role else event.name

    @admin.display(description="when", ordering="at")
    def happened(self, event):
        return f"{date_format(event.at, 'DATETIME_FORMAT')} UTC"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

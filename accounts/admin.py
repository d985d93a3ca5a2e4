"""Accounts: who signs in and with which role. They are deactivated, never deleted; evidence keeps the names."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.utils.formats import date_format

from accounts.models import User

admin.site.unregister(Group)  # roles and their rights are made by accounts.roles alone

ABOUT = (None, {"fields": ("username", "password", "first_name", "last_name", "email")})
RIGHTS = ["is_active", "is_staff", "groups"]
OWN_RIGHTS = ("is_active", "is_staff", "groups", "is_superuser", "user_permissions")


@admin.register(User)
class AccountAdmin(UserAdmin):
    """For administrators, who give roles but never their own, and cannot touch a superuser."""

    list_display = ["username", "name", "email", "roles", "is_active", "last_here"]
    list_filter = ["groups", "is_active"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="last signed in", ordering="last_login")
    def last_here(self, account):
        return f"{date_format(account.last_login, 'j F Y, H:i')} UTC" if account.last_login else ""

    @admin.display(description="roles")
    def roles(self, account):
        return ", ".join(group.name for group in account.groups.all())

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

"""Submissions, sign-offs and events in the admin: to be read, by those who answer for the library."""

from django.contrib import admin

from reviews import permissions
from reviews.models import Event, SignOff, Submission


class EvidenceAdmin(admin.ModelAdmin):
    """Evidence is written by the workflow and never here."""

    list_per_page = 50
    actions = None

    def has_module_permission(self, request):
        return permissions.may_read_evidence(request.user)

    def has_view_permission(self, request, obj=None):
        return permissions.may_read_evidence(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Submission)
class SubmissionAdmin(EvidenceAdmin):
    list_display = ["code", "title", "draft_version", "state", "submitted_by", "submitted_at"]
    list_filter = ["state", "kind"]
    search_fields = ["code", "title", "digest"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("document")


@admin.register(SignOff)
class SignOffAdmin(EvidenceAdmin):
    list_display = ["code", "base_edition", "name", "role", "at", "digest"]
    search_fields = ["code", "name", "digest"]


@admin.register(Event)
class EventAdmin(EvidenceAdmin):
    list_display = ["code", "what", "name", "role", "at", "reason"]
    list_filter = ["what", "kind"]
    search_fields = ["code", "name", "reason"]

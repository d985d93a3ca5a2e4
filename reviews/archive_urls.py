"""Addresses of what is archived, and of archiving, under /desk/archive/."""

from django.urls import path

from reviews import archive_views

urlpatterns = [
    path("", archive_views.archived_list, name="archived-list"),
    path("<slug:kind>/<key:code>/", archive_views.archived, name="archived"),
    path("<slug:kind>/<key:code>/archive/", archive_views.archive_item, name="archive"),
    path("<slug:kind>/<key:code>/recover/", archive_views.recover_item, name="recover"),
]

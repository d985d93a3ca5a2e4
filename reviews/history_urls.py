"""Addresses of an item's version history, under /desk/history/."""

from django.urls import path

from reviews import history_views

urlpatterns = [
    path("<slug:kind>/<key:code>/", history_views.timeline_page, name="timeline"),
    path("<slug:kind>/<key:code>/compare/", history_views.compare_page, name="compare"),
    path("<slug:kind>/<key:code>/<version:version>/", history_views.version_page, name="version"),
    path("<slug:kind>/<key:code>/<version:version>/restore/", history_views.restore, name="restore"),
]

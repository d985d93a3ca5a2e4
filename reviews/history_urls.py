"""Addresses of an item's version history, under /desk/history/."""

from django.urls import path

from reviews import history_views

urlpatterns = [
    path("<str:kind>/<str:code>/", history_views.timeline_page, name="timeline"),
    path("<str:kind>/<str:code>/compare/", history_views.compare_page, name="compare"),
    path("<str:kind>/<str:code>/<int:version>/", history_views.version_page, name="version"),
    path("<str:kind>/<str:code>/<int:version>/restore/", history_views.restore, name="restore"),
]

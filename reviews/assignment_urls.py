"""Addresses of who reviews a submission, below the submission."""

from django.urls import path

from reviews import assignment_views as views

urlpatterns = [
    path("", views.reviewers, name="reviewers"),
    path("assign/", views.assign, name="reviewer-assign"),
    path("claim/", views.claim, name="review-claim"),
    path("accept/", views.accept, name="review-accept"),
    path("decline/", views.decline, name="review-decline"),
    path("unassign/", views.unassign, name="reviewer-unassign"),
    path("due/", views.due, name="reviewer-due"),
]

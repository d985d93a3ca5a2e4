"""The addresses of reports and of the log, under /corrections/; plain names, as the library's are."""

from django.urls import path

from readers import report_views

urlpatterns = [
    path("", report_views.corrections, name="corrections"),
    path("new", report_views.new, name="report-new"),
    path("answer/<str:token>/", report_views.answer, name="report-answer"),
    path("<str:receipt>/", report_views.status, name="report"),
    path("<str:receipt>/withdraw/", report_views.withdraw, name="report-withdraw"),
    path("<str:receipt>/remove-name/", report_views.remove_name, name="report-remove-name"),
]

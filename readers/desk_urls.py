"""The desk's addresses of reports, under /desk/reports/."""

from django.urls import path

from readers import report_desk_views as views

app_name = "reports"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<int:pk>/", views.report_page, name="report"),
    path("<int:pk>/take/", views.take, name="take"),
    path("<int:pk>/correct/", views.correct, name="correct"),
    path("<int:pk>/leave/", views.leave, name="leave"),
    path("<int:pk>/set-aside/", views.set_aside, name="set-aside"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
]

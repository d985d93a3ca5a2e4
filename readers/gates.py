"""The gate of the desk's pages of reports. 404 hides, 403 says why."""

from history.gates import page_for
from readers import permissions

reports_page = page_for(permissions.may_see_reports)  # others learn nothing about what is there

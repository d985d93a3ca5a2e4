#!/usr/bin/env python
"""Django's command line, with a PostgreSQL found or started first."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anteroom.settings")
    from anteroom.cluster import database_for_command

    with database_for_command():
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

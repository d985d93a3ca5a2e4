"""Rows that can be inserted and never changed: forced INSERT here, a trigger in the database behind it."""

from django.db import migrations, models


class NeverChanges(Exception):
    """Somebody tried to change or delete a row that is evidence."""


class FrozenQuerySet(models.QuerySet):
    def update(self, **fields):
        raise NeverChanges(f"{self.model._meta.verbose_name} rows are never changed")

    def delete(self):
        raise NeverChanges(f"{self.model._meta.verbose_name} rows are never deleted")


class FrozenModel(models.Model):
    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **options):
        options["force_insert"] = True
        super().save(**options)

    def delete(self, **options):
        raise NeverChanges(f"{self._meta.verbose_name} rows are never deleted")


MAKE_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change_of_frozen_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def freeze(table):
    """Return the migration operation that makes the rows of `table` refuse UPDATE and DELETE.

    TRUNCATE stays possible: the test runner's flush needs it, and it is a right of the table's owner alone.
    """
    return migrations.RunSQL(
        MAKE_FUNCTION
        + f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE ON {table} "
        + "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_frozen_row();",
        f"DROP TRIGGER {table}_is_frozen ON {table};",
    )

from django.db import migrations

from library.frozen import freeze

# A submission is what its reviewers read: only its state moves, and a closed one stays closed.
KEEP_SUBMISSION = """
CREATE FUNCTION keep_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'submissions are never deleted' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF OLD.state <> 'open' THEN
    RAISE EXCEPTION 'a closed submission never changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF to_jsonb(OLD) - 'state' <> to_jsonb(NEW) - 'state' THEN
    RAISE EXCEPTION 'only the state of a submission changes' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER submission_is_kept BEFORE UPDATE OR DELETE ON reviews_submission
  FOR EACH ROW EXECUTE FUNCTION keep_submission();
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("library", "0002_frozen")]

    operations = [
        freeze("reviews_signoff"),
        freeze("reviews_event"),
        migrations.RunSQL(
            KEEP_SUBMISSION, "DROP TRIGGER submission_is_kept ON reviews_submission; DROP FUNCTION keep_submission();"
        ),
    ]

"""The forms of setting aside and bringing back."""

from crispy_forms.layout import Layout

from reviews.forms import Action, DeskForm, ProseField


class ArchiveForm(DeskForm):
    reason = ProseField(label="Reason", help_text="Whoever looks for it later reads this.")
    prose = "reason"

    def layout(self):
        return Layout("reason", Action("archive", "Archive it"))


class RecoverForm(DeskForm):
    reason = ProseField(label="Reason", help_text="Why it is needed again; it stands in the record.")
    prose = "reason"

    def layout(self):
        return Layout("reason", Action("recover", "Recover it"))

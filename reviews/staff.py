"""Who works at the desk and who is away on one day: read when first asked for, for everybody at once."""

from datetime import date
from functools import cached_property

from accounts.models import User
from reviews import permissions
from reviews.models import Absence


class Staff:
    """The people of the desk on `day`, by their ids; accounts that are deactivated are in none of the lists."""

    def __init__(self, day: date):
        self.day = day

    @cached_property
    def people(self) -> list[User]:
        """Everybody who works at the desk, by name."""
        return permissions.desk_people()

    @cached_property
    def reviewers(self) -> dict[int, User]:
        """Everybody who reviews."""
        return {person.pk: person for person in self.people if permissions.may_review(person)}

    @cached_property
    def drafters(self) -> dict[int, User]:
        """Everybody who edits."""
        return {person.pk: person for person in self.people if permissions.may_edit(person)}

    @cached_property
    def chiefs(self) -> dict[int, User]:
        """Everybody who hands out reviews."""
        return {person.pk: person for person in self.people if permissions.may_assign(person)}

    @cached_property
    def away(self) -> dict[int, Absence]:
        """The absence of everybody who is away."""
        found = Absence.objects.on(self.day).select_related("person", "delegate")
        return {absence.person_id: absence for absence in found}

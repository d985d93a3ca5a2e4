"""Whatever six people do in whatever order: no edition without the sign-offs of its bytes."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stories.workflow_machine import Desk

pytestmark = pytest.mark.django_db
ANY_WAY = {"phases": [Phase.generate], "deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


def run(examples, steps, **options):
    run_state_machine_as_test(
        Desk, settings=settings(max_examples=examples, stateful_step_count=steps, **ANY_WAY, **options)
    )


def test_the_record_holds_for_a_hundred_and_eighty_steps():
    run(6, 30, derandomize=True)


@pytest.mark.drill
def test_the_record_holds_for_ten_thousand_steps():
    run(200, 50)

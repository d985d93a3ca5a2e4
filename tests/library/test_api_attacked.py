"""The API under requests that its description allows, and under requests that it does not."""

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from anteroom.wsgi import application
from library.api.description import description
from library.api.operations import api
from tests.library.reading import full_library

PATHS = sorted(description(api)["paths"])
EXAMPLES = 500  # to each address, of each sort
REAL = {
    "code": ["STC", "stargate", "STC-K1"],
    "number": ["2026.01", "2026.02"],
    "old": ["2026.01", "2026.02"],
    "new": ["2026.01", "2026.02"],
    "key": ["smith-2026", "release-2025"],
    "position": [1, 5],
}


@pytest.fixture
def signals():
    """No request ends the transaction of the test with its connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.drill
@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_thousand_requests_to_each_address_and_no_failure(signals, path, is_allowed):
    """Each answer is one that the description names, in its shape; nothing fails, nothing allowed is refused."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    full_library()
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)[path]["GET"]
    if not is_allowed and path == "/definitions":
        return  # it takes nothing, so that nothing it takes can be wrong
    mode = schemathesis.GenerationMode.POSITIVE if is_allowed else schemathesis.GenerationMode.NEGATIVE
    # Whether there is a word in a search cannot be told in a schema.
    left_out = [positive_data_acceptance] if path == "/search" else []
    real = st.fixed_dictionaries({one.name: st.sampled_from(REAL[one.name]) for one in operation.path_parameters})
    sent = []

    @settings(
        deadline=None,
        database=None,
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.none() | real)
    def send(case, there):
        if is_allowed and there:
            case.path_parameters = there
        sent.append(case.call_and_validate(excluded_checks=left_out).status_code)

    send()
    assert len(sent) >= EXAMPLES or path == "/definitions"
    assert max(sent) < 500 and (200 in sent or not is_allowed)

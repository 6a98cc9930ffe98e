"""What every test gets: no credentials, no region of this machine's, no tracing; and its turn."""

from __future__ import annotations

import functools
import signal
from collections.abc import Generator

import botocore.session
import hypothesis
import pytest
from xdist.remote import Producer

from tests.spreading import ALONE, ByGroup, turn

AWS_VARIABLES = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_METRICS_NAMESPACE": "Migration",
    "POWERTOOLS_SERVICE_NAME": "tests",
}


@pytest.fixture(autouse=True)
def aws_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test can't reach an account by accident."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "ENVIRONMENT_SUFFIX"):
        monkeypatch.delenv(name, raising=False)
    for name, value in AWS_VARIABLES.items():
        monkeypatch.setenv(name, value)


# A session reads the description of a service once a client of it is made, from files of up to megabytes, and the tests
# make sessions by the thousand. What was read stays in the loader, which they share here as one session's clients do.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)

# How long an example takes says how busy the machine is. One that hangs is ended by the test's own time limit.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


def pytest_configure() -> None:
    """A shell starts what it puts in the background deaf to Ctrl-C, and so would be all that is started here.

    The tests of Ctrl-C would wait for ends that never come.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByGroup:
    return ByGroup(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Around everything, so that no test's time is up while it waits for its turn."""
    if not hasattr(item.config, "workerinput"):
        return (yield)
    with turn(alone=item.get_closest_marker(ALONE) is not None):
        return (yield)

"""Every kind of write, by every kind of session, on every version that a source may have."""

from __future__ import annotations

import pytest

from tests.postgres.versions import MAJORS, Servers

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("major", MAJORS)
def test_each_version_is_the_one_that_it_is_called(versions: Servers, major: int) -> None:
    with versions.place(major, "empty", lambda _: None) as place, place.connect() as session:
        assert session.info.server_version // 10_000 == major

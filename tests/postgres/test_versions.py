"""No version is passed over in silence where the project's own dependencies have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import versions
from tests.postgres.versions import MAJORS, PROMISED_FOR, installation, not_promised

ELSEWHERE = ("darwin", "arm64")


@pytest.mark.parametrize("major", MAJORS)
def test_every_version_is_promised_where_the_servers_are_for(major: int) -> None:
    assert not_promised(major, machine=PROMISED_FOR, chosen=None) == ""


def test_what_may_be_missing_is_said_with_its_reason() -> None:
    assert not_promised(13, machine=ELSEWHERE, chosen=None) == "there is none for darwin arm64"
    assert not_promised(18, machine=ELSEWHERE, chosen=None) == ""
    assert "is /usr/bin, of another" in not_promised(18, machine=PROMISED_FOR, chosen="/usr/bin")


@pytest.mark.parametrize(
    ("machine", "outcome"),
    [(PROMISED_FOR, pytest.fail.Exception), (ELSEWHERE, pytest.skip.Exception)],
)
def test_a_promised_version_that_is_missing_fails_its_tests(
    machine: tuple[str, str],
    outcome: type[BaseException],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(versions, "PACKAGES", tmp_path)
    monkeypatch.setattr("sys.platform", machine[0])
    monkeypatch.setattr("platform.machine", lambda: machine[1])
    # Either is caught: a skip that is not expected here would pass for this test's own.
    with pytest.raises(
        (pytest.fail.Exception, pytest.skip.Exception), match="no PostgreSQL 13"
    ) as told:
        installation(13)
    assert told.type is outcome

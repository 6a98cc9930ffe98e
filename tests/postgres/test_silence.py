"""A server that stands still: nothing but our own limit ends the wait for it."""

from __future__ import annotations

import os
import signal

import pytest

from cutover.adapters import postgres
from cutover.errors import DatabaseUnreachable
from tests.postgres.conftest import Pair

pytestmark = pytest.mark.postgres


def test_a_closed_side_that_says_nothing_is_given_up_and_asked_anew_when_it_does(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = pair.source
    assert postgres.LAST_WORD_PATIENCE.total_seconds() == 5
    monkeypatch.setattr(postgres, "LAST_WORD_PATIENCE", postgres.LAST_WORD_PATIENCE / 20)
    source.database.now()
    with source.connect() as other:
        ours = other.execute(
            "select pid from pg_stat_activity where datname = current_database() and application_name = 'cutover'"
        ).fetchall()
    ((pid,),) = ours
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(DatabaseUnreachable):
            source.database.end_client_sessions()
    finally:
        os.kill(pid, signal.SIGCONT)
    with source.connect(user=source.app):
        assert source.database.end_client_sessions() == 1
    # Its time is over long since, and it is not cut off by a limit that was another call's.
    source.database.now()

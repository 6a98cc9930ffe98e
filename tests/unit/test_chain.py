"""The journal's chain: whatever is done to one entry shows, and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutover.chain import ChainState, canonical, check_chain, entry_fields, sealed, with_seal
from cutover.journal import Entry, Phase

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def chain(count: int = 4) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(1, count + 1):
        entry = Entry(
            number=number,
            phase=Phase.SHIFTING,
            execution="a",
            at=NOW + timedelta(seconds=number),
            note=f"entry {number}",
            detail={"share": number},
        )
        entries.append(with_seal(entry, entries[-1].seal if entries else ""))
    return entries


def test_a_chain_as_it_was_written_is_unbroken() -> None:
    entries = chain()
    verdict = check_chain(entries, newest=entries[-1].seal)
    assert (verdict.state, verdict.entry) == (ChainState.UNBROKEN, None)


@pytest.mark.parametrize(
    "change",
    [
        {"note": "another"},
        {"phase": Phase.DONE},
        {"execution": "b"},
        {"at": NOW},
        {"detail": {"share": 2, "more": None}},
        {"detail": {"share": 2.0}},
        {"previous": ""},
        {"seal": "0" * 64},
        {"seal": ""},
    ],
)
def test_a_change_shows_at_the_entry(change: dict[str, Any]) -> None:
    entries = chain()
    entries[1] = replace(entries[1], **change)
    verdict = check_chain(entries)
    assert (verdict.state, verdict.entry) == (ChainState.BROKEN, 2)


def test_an_entry_that_was_changed_and_sealed_anew_shows_at_the_next() -> None:
    entries = chain()
    entries[1] = with_seal(replace(entries[1], note="another"), entries[0].seal)
    assert check_chain(entries).entry == 3
    # And joined on again: the seal covers what it follows, so that one seal known elsewhere holds them all.
    entries[2] = replace(entries[2], previous=entries[1].seal)
    assert check_chain(entries).entry == 3


def test_entries_that_are_missing_show() -> None:
    entries = chain()
    assert check_chain([*entries[:1], *entries[2:]]).entry == 2
    assert check_chain(entries[1:]).entry == 1
    cut = check_chain(entries[:2], newest=entries[-1].seal)
    assert (cut.state, cut.entry) == (ChainState.BROKEN, 3)
    assert check_chain([], newest="x").state is ChainState.BROKEN


def test_entries_without_seals_are_never_called_fine() -> None:
    unsealed = [replace(entry, seal="", previous="") for entry in chain(2)]
    assert check_chain(unsealed).state is ChainState.UNSEALED
    assert check_chain([]).state is ChainState.EMPTY


def test_seals_that_were_taken_off_show() -> None:
    entries = chain()
    stripped = [replace(entry, seal="", previous="") for entry in entries[:2]]
    assert check_chain([*stripped, *entries[2:]]).entry == 3


def test_the_same_instant_in_another_zone_is_sealed_alike() -> None:
    (entry,) = chain(1)
    there = replace(entry, at=entry.at.astimezone(timezone(timedelta(hours=2))))
    assert with_seal(there, "").seal == entry.seal


def test_the_seal_is_the_one_of_the_published_form() -> None:
    """Whoever checks a journal without this program needs nothing but this line and SHA-256."""
    (entry,) = chain(1)
    assert canonical({**entry_fields(entry), "previous": ""}) == (
        '{"at":"2026-01-01T00:00:01+00:00","detail":{"share":1},"execution":"a","note":"entry 1","number":1,'
        '"phase":"shifting","previous":""}'
    )
    assert entry.seal == sealed(entry_fields(entry), "")


@given(st.integers(0, 3), st.integers(0, 3))
def test_two_entries_that_changed_places_show(one: int, other: int) -> None:
    entries = chain()
    entries[one], entries[other] = entries[other], entries[one]
    expected = ChainState.UNBROKEN if one == other else ChainState.BROKEN
    assert check_chain(entries).state is expected

"""The 72 hours after a switch: notices in time and once, the slot's WAL, and what is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cutover.adapters.memory import SLOTS, MemoryWorld
from cutover.decisions import Verdict
from cutover.direction import Direction, Stream, Where
from cutover.errors import ServiceUnavailable
from cutover.journal import JournalState, Lease, Phase, WayBack
from cutover.jsonable import jsonable, restored
from cutover.observations import SlotHealth
from cutover.steps.way_back import SlotsFound, Watched, look_at_slots, watch_way_back
from cutover.transitions import way_back_detail
from cutover.way_back import WalReading, clock_of, due, forecast, slot_finding

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SLOT = SLOTS[Stream.BACK]
GB = 10**9
STATE = JournalState(
    phase=Phase.DONE,
    execution="night",
    writer=Where.TARGET,
    writer_since=NOW,
    way_back=WayBack(stream=Stream.BACK, slot=SLOT, lsn="0/1"),
)


def health(**changes: Any) -> SlotHealth:
    values: dict[str, Any] = {
        "name": SLOT,
        "active": True,
        "wal_bytes": 0,
        "wal_status": "reserved",
        "safe_bytes": None,
    }
    return SlotHealth(**{**values, **changes})


@pytest.mark.parametrize(
    ("hours", "already", "expected"),
    [
        (23.99, (), ()),
        (24, (), (24,)),
        (24, (24,), ()),
        (50, (), (24, 48)),
        (66, (24, 48), (66,)),
        (72, (24, 48, 66), (72,)),
        (500, (24, 48, 66, 72), ()),
    ],
)
def test_a_notice_is_due_from_its_hour_on_until_it_was_sent(
    hours: float, already: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    clock = clock_of(STATE, now=NOW + timedelta(hours=hours))
    assert clock is not None
    assert due(clock, frozenset(already)) == expected
    assert clock.hours_left == pytest.approx(72 - hours)


def test_there_is_no_clock_without_a_writer_on_the_target() -> None:
    assert clock_of(JournalState(), now=NOW) is None
    assert clock_of(replace(STATE, writer=Where.SOURCE), now=NOW) is None
    assert clock_of(replace(STATE, writer_since=None), now=NOW) is None


def test_a_forecast_takes_the_growth_and_the_nearer_limit() -> None:
    known = (WalReading(at=NOW - timedelta(hours=2), kept=10 * GB),)
    found = forecast(known, health(wal_bytes=20 * GB), now=NOW, limit=100 * GB)
    assert found.bytes_per_hour == pytest.approx(5 * GB)
    assert found.hours_left == pytest.approx(16)
    nearer = health(wal_bytes=20 * GB, safe_bytes=10 * GB)
    assert forecast(known, nearer, now=NOW, limit=100 * GB).hours_left == pytest.approx(2)
    reached = forecast(known, health(wal_bytes=100 * GB), now=NOW, limit=100 * GB)
    assert reached.hours_left == 0
    quiet = forecast(known, health(wal_bytes=10 * GB), now=NOW, limit=100 * GB)
    assert (quiet.bytes_per_hour, quiet.hours_left) == (0, None)
    assert quiet.reason == "it does not grow"


@pytest.mark.parametrize(
    ("known", "slot"),
    [
        ((), health(wal_bytes=GB)),
        ((WalReading(at=NOW - timedelta(minutes=1), kept=0),), health(wal_bytes=GB)),
        ((WalReading(at=NOW - timedelta(days=2), kept=0),), health(wal_bytes=GB)),
        ((WalReading(at=NOW - timedelta(hours=1), kept=0),), None),
        ((WalReading(at=NOW - timedelta(hours=1), kept=0),), health(wal_status="lost")),
    ],
)
def test_without_readings_or_a_slot_nothing_is_forecast(
    known: tuple[WalReading, ...], slot: SlotHealth | None
) -> None:
    found = forecast(known, slot, now=NOW, limit=100 * GB)
    assert (found.bytes_per_hour, found.hours_left) == (None, None)


@pytest.mark.parametrize(
    ("found", "verdict", "fact"),
    [
        ((health(),), Verdict.GOOD, "is read, reserved"),
        ((health(active=False),), Verdict.GOOD, "is read by nobody"),
        ((health(wal_status=""),), Verdict.UNKNOWN, "does not say"),
        (None, Verdict.UNKNOWN, "could not be looked at: refused"),
        ((), Verdict.BAD, "the way back is lost"),
        ((health(name="other"),), Verdict.BAD, "is missing"),
        ((health(wal_status="lost"),), Verdict.BAD, "was given up by its server"),
    ],
)
def test_a_slot_that_is_gone_is_bad_and_one_that_is_not_known_is_not_fine(
    found: tuple[SlotHealth, ...] | None, verdict: Verdict, fact: str
) -> None:
    said = slot_finding(STATE, found, "refused")
    assert said.verdict is verdict
    assert fact in said.fact
    without = slot_finding(replace(STATE, way_back=None), (), "")
    assert without.verdict is Verdict.BAD


@pytest.fixture
def world() -> MemoryWorld:
    """The writer is on the target since now."""
    world = MemoryWorld.ready()
    lease = world.journal.acquire("night", now=world.clock.now())
    way_back = WayBack(stream=Stream.BACK, slot=SLOT, lsn="0/0")
    for phase in (
        Phase.SHIFTING,
        Phase.WRITES_MOVED,
        Phase.SWITCHING,
        Phase.ORIGIN_CLOSED,
        Phase.DESTINATION_OPEN,
    ):
        detail = {"way_back": way_back_detail(way_back)} if phase is Phase.ORIGIN_CLOSED else {}
        world.journal.record(lease, phase, now=world.clock.now(), note="", detail=detail)
    world.journal.record(lease, Phase.DONE, now=world.clock.now(), note="", release=True)
    world.target.slots[SLOT] = 0
    return world


def watch(world: MemoryWorld, *, after: float = 0) -> Watched:
    world.clock.sleep(after * 3600)
    found = watch_way_back(
        world.journal,
        world.notices,
        world.clock,
        found=look_at_slots(world.source, world.target, world.journal),
        limit_gigabytes=100,
        migration="dev",
    )
    assert found is not None
    return found


def test_people_are_told_at_each_hour_once(world: MemoryWorld) -> None:
    for _ in range(80 * 2):
        watch(world, after=0.5)
    hours = [
        subject.partition("open for ")[2].partition(" h")[0] for subject, _ in world.notices.sent
    ]
    assert hours == ["24", "48", "66", "72"]
    assert world.notices.sent[0][0] == "Way back of dev: open for 24 h, 48 h left"
    assert world.notices.sent[-1][0].endswith("its time is over")
    assert all("cutover rollback --suffix dev" in text for _, text in world.notices.sent)
    # Readings are written down by the hour, not by the check.
    assert len(world.journal.entries()) <= 7 + 81


def test_a_notice_that_could_not_be_sent_is_still_due(world: MemoryWorld) -> None:
    world.notices.reachable = False
    with pytest.raises(ServiceUnavailable):
        watch(world, after=24)
    world.notices.reachable = True
    assert watch(world).told == (24,)
    assert watch(world).told == ()


def test_a_check_that_slept_tells_once_what_it_missed(world: MemoryWorld) -> None:
    assert watch(world, after=50).told == (24, 48)
    assert len(world.notices.sent) == 1


def test_a_stream_that_stands_still_fills_the_disk_in_a_known_time(world: MemoryWorld) -> None:
    watch(world)
    world.target.slot_bytes[SLOT] = 10 * GB
    found = watch(world, after=1)
    assert found.wal.bytes_per_hour == pytest.approx(10 * GB)
    assert found.wal.hours_left == pytest.approx(9)


def test_a_lost_way_back_is_told_once(world: MemoryWorld) -> None:
    world.target.lost_slots.add(SLOT)
    assert watch(world).told == ("lost",)
    assert watch(world, after=1).told == ()
    assert [subject for subject, _ in world.notices.sent] == ["Way back of dev: lost"]
    assert "going back now needs a new load" in world.notices.sent[0][1]
    # What an hour's notice says afterwards does not promise it anew.
    assert watch(world, after=24).told == (24,)
    assert world.notices.sent[-1][0] == "Way back of dev: lost, 24 h after the switch"
    for _, text in world.notices.sent:
        assert "losing nothing" not in text and "cutover rollback --suffix" not in text


def test_a_writer_that_does_not_answer_is_not_known_and_not_lost(world: MemoryWorld) -> None:
    world.target.reachable = False
    found = watch(world, after=1)
    assert found.finding.verdict is Verdict.UNKNOWN
    assert found.told == ()
    assert watch(world, after=23).told == (24,)
    ((subject, text),) = world.notices.sent
    assert subject == "Way back of dev: open for 24 h, 48 h left"
    assert "Whether it carries is not known" in text and "losing nothing" not in text


@pytest.fixture
def switching() -> tuple[MemoryWorld, Lease]:
    """The writer came back once, and its next switch has begun; that way back's slot has a name of its own."""
    world = MemoryWorld.ready()
    lease = world.journal.acquire("night", now=world.clock.now())
    for phase in (Phase.SHIFTING, Phase.WRITES_MOVED, Phase.SWITCHING):
        world.journal.record(lease, phase, now=world.clock.now(), note="")
    again = WayBack(stream=Stream.AGAIN, slot=SLOTS[Stream.AGAIN], lsn="0/0")
    world.journal.current = replace(
        world.journal.current, way_back=again, writer_since=world.clock.now()
    )
    world.source.slots[again.slot] = 0
    return world, lease


def switch(world: MemoryWorld, lease: Lease) -> None:
    world.clock.sleep(1)
    way_back = WayBack(stream=Stream.BACK, slot=SLOT, lsn="0/0")
    world.target.slots[SLOT] = 0
    detail = {"way_back": way_back_detail(way_back)}
    for phase in (Phase.ORIGIN_CLOSED, Phase.DESTINATION_OPEN):
        world.journal.record(lease, phase, now=world.clock.now(), note="", detail=detail)


@pytest.mark.parametrize("named", ["none", "another", "the same"])
def test_a_look_from_before_the_switch_says_nothing_about_its_way_back(
    switching: tuple[MemoryWorld, Lease], named: str
) -> None:
    world, lease = switching
    if named == "none":
        world.journal.current = replace(world.journal.current, way_back=None)
    if named == "the same":
        way_back = WayBack(stream=Stream.BACK, slot=SLOT, lsn="0/0")
        world.journal.current = replace(world.journal.current, way_back=way_back)
    looked = look_at_slots(world.source, world.target, world.journal)
    switch(world, lease)
    watched = watch_way_back(
        world.journal,
        world.notices,
        world.clock,
        # As the state machine carries it.
        found=restored(SlotsFound, json.loads(json.dumps(jsonable(looked)))),
        limit_gigabytes=100,
        migration="dev",
    )
    assert watched is not None
    assert watched.finding.verdict is Verdict.UNKNOWN
    assert "the writer moved since the look" in watched.finding.fact
    assert (watched.told, world.notices.sent) == ((), [])
    # The next look is at this way back, and its loss is told.
    assert watch(world).finding.verdict is Verdict.GOOD
    world.target.lost_slots.add(SLOT)
    assert watch(world).told == ("lost",)


def test_a_look_has_the_writer_and_its_slot_from_one_moment(
    switching: tuple[MemoryWorld, Lease],
) -> None:
    world, lease = switching

    class Switched:
        """The journal of a switch that ends behind the first time that it is read."""

        def state(self) -> JournalState:
            found = world.journal.state()
            if world.journal.current.phase is Phase.SWITCHING:
                switch(world, lease)
            return found

    journal: Any = Switched()
    found = look_at_slots(world.source, world.target, journal)
    assert found.slot == SLOTS[Stream.AGAIN]
    assert found.slots is not None and [each.name for each in found.slots] == [found.slot]


def test_without_a_way_back_nothing_is_watched() -> None:
    world = MemoryWorld.ready()
    found = look_at_slots(world.source, world.target, world.journal)
    assert found == SlotsFound(slots=())
    assert not watch_way_back(
        world.journal,
        world.notices,
        world.clock,
        found=found,
        limit_gigabytes=100,
        migration="dev",
    )


def test_the_next_way_back_has_notices_of_its_own(world: MemoryWorld) -> None:
    watch(world, after=25)
    since = world.clock.now()
    world.journal.current = replace(world.journal.current, writer_since=since)
    assert watch(world, after=24).told == (24,)
    assert len(world.notices.sent) == 2


def test_what_is_written_down_stays_behind_a_move_that_has_begun(world: MemoryWorld) -> None:
    class Overtaken:
        """The journal of a move that begins between the look and the writing."""

        def __getattr__(self, name: str) -> Any:
            return getattr(world.journal, name)

        def entries(self) -> Any:
            found = world.journal.entries()
            world.journal.acquire("back", now=world.clock.now(), direction=Direction.BACK)
            return found

    watched = watch_way_back(
        Overtaken(),
        world.notices,
        world.clock,
        found=look_at_slots(world.source, world.target, world.journal),
        limit_gigabytes=100,
        migration="dev",
    )
    assert watched is not None
    assert "the way back is open" not in world.journal.entries()[-1].note

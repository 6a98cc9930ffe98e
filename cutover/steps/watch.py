"""Watching the source between preflight and finalize. On neither side of the line: nothing is moved by a look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from cutover.drift import drift
from cutover.errors import (
    BadInput,
    DatabaseUnreachable,
    PrivilegeMissing,
    ServiceUnavailable,
    TransitionRefused,
)
from cutover.journal import OVER, Entry
from cutover.ports import CertificateStore, Clock, Database, Journal
from cutover.schema.inventory import Inventory
from cutover.source_watch import (
    DiskForecast,
    Drift,
    SourcePressure,
    SourceWatch,
    forecast,
    with_reading,
)
from cutover.steps.inventory import kept_inventory

ACCEPTED = "drift_accepted"
"""Key of an entry's detail: the digest of what a person has answered for, and who."""


def watch_source(
    source: Database,
    read_inventory: Callable[[], Inventory],
    journal: Journal,
    store: CertificateStore,
    clock: Clock,
    *,
    own_roles: Iterable[str],
    budget: int | None,
) -> SourceWatch | None:
    """One look, kept in the journal. What can't be read is not known, and says why.

    None: the migration is over, and nothing is looked at.

    own_roles: as whom the migration works on the source. budget: bytes of its disk that WAL may fill, if that is known.
    Raises ServiceUnavailable where the look can't be kept.
    """
    if journal.state().phase in OVER:
        return None
    before = journal.watched()
    pressure, unreachable = _pressure(source)
    readings = () if before is None else before.readings
    disk = DiskForecast(reason=unreachable)
    if pressure is not None:
        readings = with_reading(readings, pressure)
        disk = forecast(readings, pressure, budget=budget)
    watch = SourceWatch(
        at=clock.now(),
        pressure=pressure,
        unreachable=unreachable,
        readings=readings,
        disk=disk,
        drift=_accepted(_drift(read_inventory, store, own_roles), journal),
    )
    journal.keep_watch(watch)
    return watch


def accept_drift(journal: Journal, clock: Clock, *, by: str, reason: str) -> Drift:
    """Writes down that a person answers for what the newest look found, and for no more; the next look heeds it.

    Raises TransitionRefused where there is nothing to accept, StaleLease where another execution takes the lease.
    """
    watch, state = journal.watched(), journal.state()
    if watch is None or state.execution is None:
        raise TransitionRefused("nobody has looked at the source yet: there is nothing to accept")
    found = watch.drift
    if found.unknown or not found.number:
        raise TransitionRefused(
            f"there is nothing to accept: {found.unknown or 'the schema of the source has not changed'}"
        )
    journal.annotate(
        state.execution,
        now=clock.now(),
        note=f"{by or 'a person'} accepts {found.number} changes of the source's schema: {reason}",
        detail={
            ACCEPTED: {
                "digest": found.digest,
                "by": by,
                "reason": reason,
                "changed": list(found.changed),
                "unread": list(found.unread),
            }
        },
    )
    return found


def _pressure(source: Database) -> tuple[SourcePressure | None, str]:
    try:
        return source.pressure(), ""
    except (DatabaseUnreachable, PrivilegeMissing) as error:  # on neither side of the line
        return None, str(error)


def _drift(
    read_inventory: Callable[[], Inventory], store: CertificateStore, own_roles: Iterable[str]
) -> Drift:
    try:
        before = kept_inventory(store)
        if before is None:
            # Nothing to compare with: the source is not asked for what would not be used.
            return drift(None, Inventory(version=0, objects=()), own_roles=own_roles)
        return drift(before, read_inventory(), own_roles=own_roles)
    except (
        BadInput,
        DatabaseUnreachable,
        PrivilegeMissing,
        ServiceUnavailable,
    ) as error:  # on neither side of the line: not known, which holds a cutover
        return Drift(unknown=str(error))


def _accepted(found: Drift, journal: Journal) -> Drift:
    """With who answered for exactly this, where somebody has."""
    if not found.digest:
        return found
    answers = (_answer(entry, found.digest) for entry in reversed(journal.entries()))
    return replace(found, accepted=next((answer for answer in answers if answer), ""))


def _answer(entry: Entry, digest: str) -> str:
    told = entry.detail.get(ACCEPTED)
    if not isinstance(told, dict) or told.get("digest") != digest:
        return ""
    return f"by {told.get('by') or 'a person'}: {told.get('reason') or 'no reason given'}"

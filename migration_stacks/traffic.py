"""Which names the clients connect to, and the two databases that each of them can point to."""

from __future__ import annotations

from dataclasses import dataclass

from migration_stacks.constructs.weighted_records import RecordPair


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """The records of one migration; with a single record, reads and writes share one name."""

    read_record: str
    write_record: str
    records: tuple[RecordPair, ...]
    names: tuple[str, ...]
    """Every name that this app may make, also those that the mode leaves out: a change of the
    mode has to remove one."""


def traffic(*, zone: str, mode: str, source: str, target: str, target_readers: str) -> Traffic:
    """`source`, `target` and `target_readers` are host names."""
    read = RecordPair(name=f"ro.{zone}", source=source, target=target_readers)
    write = RecordPair(name=f"rw.{zone}", source=source, target=target)
    single = mode == "single-record"
    return Traffic(
        read_record=write.name if single else read.name,
        write_record=write.name,
        records=(write,) if single else (read, write),
        names=(read.name, write.name),
    )

"""Which kind of start a task may be asked for."""

from __future__ import annotations

from typing import Final

from rehearsal.aws.dms.faults import DmsFault

KINDS: Final = ("start-replication", "resume-processing", "reload-target")


def refuse_start_type(
    kind: str, position: str | None, *, follows: bool, ever_started: bool
) -> None:
    """Raises DmsFault for one that does not fit the task (DMS API reference, StartReplicationTask).

    follows: it is of the type cdc.
    """
    if kind not in KINDS:
        raise DmsFault("InvalidParameterValueException", f"Invalid start type: {kind}")
    if follows and kind == "reload-target":
        raise DmsFault(
            "InvalidParameterCombinationException",
            "Start Type : RELOAD_TARGET, not valid for tasks of the type cdc",
        )
    if position is not None and not (follows and kind == "start-replication"):
        # "For a cdc only task, to start from a specific position, you must use
        # start-replication and also specify the start position."
        raise DmsFault(
            "InvalidParameterCombinationException",
            "CdcStartPosition is for the start-replication of a task of the type cdc",
        )
    if follows and kind == "start-replication":
        if position is None:
            raise DmsFault(
                "InvalidParameterCombinationException",
                "The source endpoint names a slot, and the task has no CdcStartPosition",
            )
    elif (kind == "start-replication") == ever_started:
        when = "for the first time" if kind == "start-replication" else "previously"
        spelled = kind.upper().replace("-", "_")
        raise DmsFault(
            "InvalidParameterCombinationException",
            f"Start Type : {spelled}, valid only for tasks running {when}",
        )

"""Every way in which a replication can fail before it is ready: its name, how DMS shows it, what to do then.

All of it is before the line: the source is the writer and stays it, nothing on it is changed by a failure. What
stays there is the slot of the task, which keeps the source's log until the task goes on or is deleted.
docs/replicate.md has this table; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """How a look at a replication ends; of what fails, the error name with which the execution ends."""

    WAITING = "Waiting"
    """On its way to another state."""
    LOADING = "Loading"
    LOADED = "Loaded"
    CATCHING_UP = "CatchingUp"
    READY = "Ready"
    PAUSED = "Paused"
    """A person holds it."""

    TASK_FAILED = "TaskFailed"
    SLOT_LOST = "SlotLost"
    STOPPED_BY_HAND = "StoppedByHand"
    CONNECTION_LOST = "ConnectionLost"
    CHANGES_NOT_FOLLOWED = "ChangesNotFollowed"
    LOAD_INCOMPLETE = "LoadIncomplete"
    LICENSE_LIMIT = "LicenseLimit"
    STOPPED_AFTER_DDL = "StoppedAfterDdl"
    LOW_MEMORY = "LowMemory"
    LOW_DISK = "LowDisk"
    STOP_POSITION_REACHED = "StopPositionReached"
    RESTARTED_BY_SERVICE = "RestartedByService"
    STOPPED_FOR_UNKNOWN_REASON = "StoppedForUnknownReason"
    MOVE_FAILED = "MoveFailed"
    TASK_DELETED = "TaskDeleted"
    STATE_UNKNOWN = "StateUnknown"
    TABLE_ERROR = "TableError"
    TABLE_CANCELLED = "TableCancelled"
    TABLE_MISSING = "TableMissing"
    ROWS_DIFFER = "RowsDiffer"
    NOT_VALIDATED = "NotValidated"
    READING_PAUSED_BY_MEMORY = "ReadingPausedByMemory"
    READING_PAUSED_BY_DISK = "ReadingPausedByDisk"
    CONNECTION_REFUSED = "ConnectionRefused"
    ASSESSMENT_FAILED = "AssessmentFailed"
    TARGET_NOT_EMPTY = "TargetNotEmpty"
    SCHEMA_INCOMPLETE = "SchemaIncomplete"
    HELD_TOO_LONG = "HeldTooLong"
    ABORT_REQUESTED = "AbortRequested"


@dataclass(frozen=True, kw_only=True)
class FailureMode:
    """One of them."""

    outcome: Outcome
    shows: str
    """As DMS shows it, in its own words."""
    means: str
    remedy: str
    """What to do, commands in backticks; {suffix} is the environment's, {tables} those at fault."""
    resumed: bool = False
    """The machine resumes the task by itself before it fails with this (MOST_RESUMES)."""


GO_ON: Final = "`cutover replicate --suffix {suffix}`"
"""Goes on where it stopped: nothing that is loaded is loaded again."""
EVERYTHING_ANEW: Final = "`cutover replicate --reload-all --suffix {suffix}`"
"""Empties the target's tables and loads everything anew."""
THESE_ANEW: Final = "`cutover replicate {reloads} --suffix {suffix}`"
"""Empties these tables on the target, and those that refer to them, and loads them anew."""
_DEPLOY: Final = "deploy it (`tools/with-node node_modules/.bin/cdk deploy migration-dms-{suffix}`)"
_LOG: Final = "the log group dms-tasks-migration-{suffix}"

STOP_REASONS: Final[dict[str, FailureMode]] = {
    "NORMAL": FailureMode(
        outcome=Outcome.STOPPED_BY_HAND,
        shows="stopped, Stop Reason NORMAL",
        means="somebody stopped the task",
        remedy=f"ask who did, then {GO_ON}",
    ),
    "RECOVERABLE_ERROR": FailureMode(
        outcome=Outcome.CONNECTION_LOST,
        shows="stopped, Stop Reason RECOVERABLE_ERROR",
        means="DMS could not reach a database, or lost it, and gave up",
        remedy=f"see that both servers answer from the subnets of DMS, then {GO_ON}",
        resumed=True,
    ),
    "FATAL_ERROR": FailureMode(
        outcome=Outcome.TASK_FAILED,
        shows="failed, or stopped, Stop Reason FATAL_ERROR",
        means="an error that DMS does not try again",
        remedy=f"read the end of {_LOG}, remove the cause, then {GO_ON}",
    ),
    "FULL_LOAD_ONLY_FINISHED": FailureMode(
        outcome=Outcome.CHANGES_NOT_FOLLOWED,
        shows="stopped, Stop Reason FULL_LOAD_ONLY_FINISHED, and the type is not full-load-and-cdc",
        means="the task only loads: what was written on the source since is missing, and can't be fetched",
        remedy=(
            f"make the task full-load-and-cdc again as the dms stack has it and {_DEPLOY}; "
            f"then {EVERYTHING_ANEW}"
        ),
    ),
    "EXPRESS_LICENSE_LIMITS_REACHED": FailureMode(
        outcome=Outcome.LICENSE_LIMIT,
        shows="stopped, Stop Reason EXPRESS_LICENSE_LIMITS_REACHED",
        means="the replication engine is of an edition that carries so much and no more",
        remedy=f"set dms.engine_version to a regular one and {_DEPLOY}; then {GO_ON}",
    ),
    "STOPPED_AFTER_DDL_APPLY": FailureMode(
        outcome=Outcome.STOPPED_AFTER_DDL,
        shows="stopped, Stop Reason STOPPED_AFTER_DDL_APPLY",
        means="a table was changed on the source, and the task is told to stop then",
        remedy=f"make the same change on the target and change no table until the cutover; then {GO_ON}",
    ),
    "STOPPED_DUE_TO_LOW_MEMORY": FailureMode(
        outcome=Outcome.LOW_MEMORY,
        shows="stopped, Stop Reason STOPPED_DUE_TO_LOW_MEMORY",
        means="the replication instance has too little memory for what is in flight",
        remedy=(
            f"set dms.instance_class to a larger one, or dms.full_load_tables lower, and {_DEPLOY}; "
            f"then {GO_ON}"
        ),
    ),
    "STOPPED_DUE_TO_LOW_DISK": FailureMode(
        outcome=Outcome.LOW_DISK,
        shows="stopped, Stop Reason STOPPED_DUE_TO_LOW_DISK",
        means="the disk of the replication instance is full of changes that wait, or of logs",
        remedy=f"set dms.storage_gigabytes higher and {_DEPLOY}; then {GO_ON}",
    ),
    "STOPPED_AT_SERVER_TIME": FailureMode(
        outcome=Outcome.STOP_POSITION_REACHED,
        shows="stopped, Stop Reason STOPPED_AT_SERVER_TIME or STOPPED_AT_COMMIT_TIME",
        means="somebody started the task with a position to stop at",
        remedy=f"{GO_ON}, which starts it without one",
    ),
    "RECONFIGURATION_RESTART": FailureMode(
        outcome=Outcome.RESTARTED_BY_SERVICE,
        shows="stopped, Stop Reason RECONFIGURATION_RESTART or RECYCLE_TASK",
        means="DMS stopped the task to start it anew, and did not",
        remedy=f"{GO_ON}; where it stops again, look for maintenance of the replication instance",
        resumed=True,
    ),
}
"""By DMS's words after "Stop Reason" (DMS API reference, ReplicationTask.StopReason). Two more are not failures."""
STOP_REASONS["STOPPED_AT_COMMIT_TIME"] = STOP_REASONS["STOPPED_AT_SERVER_TIME"]
STOP_REASONS["RECYCLE_TASK"] = STOP_REASONS["RECONFIGURATION_RESTART"]

LOAD_FINISHED: Final = frozenset(
    {"STOPPED_AFTER_CACHED_EVENTS", "STOPPED_AFTER_FULL_LOAD", "FULL_LOAD_ONLY_FINISHED"}
)
"""Stop reasons of a load that is over; the last one tells so of both types of task that load."""

OTHERS: Final[tuple[FailureMode, ...]] = (
    FailureMode(
        outcome=Outcome.SLOT_LOST,
        shows="failed, LastFailureMessage about a replication slot or a WAL segment that is gone",
        means="the source has given up the log that the task had still to read: it can't go on from there",
        remedy=(
            "on the source set max_slot_wal_keep_size to -1, or higher than what is written while the "
            "task may be stopped, and idle_replication_slot_timeout to 0; then " + EVERYTHING_ANEW
        ),
    ),
    FailureMode(
        outcome=Outcome.LOAD_INCOMPLETE,
        shows="stopped as after a load, and a table is not Table completed",
        means="the load ended without some tables",
        remedy=f"{GO_ON}: it loads what is missing",
    ),
    FailureMode(
        outcome=Outcome.STOPPED_FOR_UNKNOWN_REASON,
        shows="stopped, with any other reason or none",
        means="this version does not know the reason, and what is not known is not fine",
        remedy=f"read the end of {_LOG}; then {GO_ON}",
    ),
    FailureMode(
        outcome=Outcome.MOVE_FAILED,
        shows="failed-move",
        means="somebody had the task moved to another replication instance, and that failed",
        remedy=(
            "have it moved again (`aws dms move-replication-task`) and wait until it is stopped; then "
            + GO_ON
        ),
    ),
    FailureMode(
        outcome=Outcome.TASK_DELETED,
        shows="deleting, or DMS knows no such task",
        means="somebody deleted the task",
        remedy=(
            "`tools/with-node node_modules/.bin/cdk destroy migration-dms-{suffix}`, then deploy it "
            "again; drop the slot that the old task left on the source; then " + GO_ON
        ),
    ),
    FailureMode(
        outcome=Outcome.STATE_UNKNOWN,
        shows="any other state, for longer than max_hold_seconds",
        means="the task does not come to a state that says something",
        remedy=f"look at the task in the console of DMS; once it is stopped or failed, {GO_ON}",
    ),
    FailureMode(
        outcome=Outcome.TABLE_ERROR,
        shows="Table error, or TablesErrored above 0: the table is suspended",
        means="changes of these tables are not carried any more, while the task goes on",
        remedy=(
            "read why in awsdms_control.awsdms_suspended_tables and awsdms_apply_exceptions on the "
            f"target, remove the cause; then {THESE_ANEW}"
        ),
    ),
    FailureMode(
        outcome=Outcome.TABLE_CANCELLED,
        shows="Table cancelled",
        means="the load of these tables was cut off",
        remedy=THESE_ANEW,
    ),
    FailureMode(
        outcome=Outcome.TABLE_MISSING,
        shows="Table does not exist",
        means="these tables are on the source and not on the target",
        remedy=f"create them on the target as they are on the source; then {THESE_ANEW}",
    ),
    FailureMode(
        outcome=Outcome.ROWS_DIFFER,
        shows="ValidationState Mismatched records",
        means="DMS compared rows of these tables, and they are not the same on both sides",
        remedy=(
            "see which in awsdms_control.awsdms_validation_failures_v1 on the target, and whether "
            f"anything but DMS writes there; then {THESE_ANEW}"
        ),
    ),
    FailureMode(
        outcome=Outcome.NOT_VALIDATED,
        shows="ValidationState Suspended records, Table error or Error",
        means="DMS could not compare rows of these tables",
        remedy=f"read the end of {_LOG}, remove the cause; then {THESE_ANEW}",
    ),
    FailureMode(
        outcome=Outcome.READING_PAUSED_BY_MEMORY,
        shows='DMS-EVENT-0091, "Reading paused, swap files limit reached", for longer than max_hold_seconds',
        means="the task runs and reads nothing: what waits to be applied fills the memory and its swap files",
        remedy=f"set dms.instance_class to a larger one and {_DEPLOY}; then {GO_ON}",
    ),
    FailureMode(
        outcome=Outcome.READING_PAUSED_BY_DISK,
        shows='DMS-EVENT-0092, "Reading paused, disk usage limit reached", for longer than max_hold_seconds',
        means="the task runs and reads nothing: what waits to be applied fills the disk",
        remedy=f"set dms.storage_gigabytes higher and {_DEPLOY}; then {GO_ON}",
    ),
    FailureMode(
        outcome=Outcome.CONNECTION_REFUSED,
        shows="TestConnection: failed",
        means="the replication instance does not get into a database",
        remedy=(
            "see to routes, pg_hba.conf, the secret's password and the rights of the role "
            f"(`cutover roles`), as the message says; then {GO_ON}"
        ),
    ),
    FailureMode(
        outcome=Outcome.ASSESSMENT_FAILED,
        shows="premigration assessment: failed, error-provisioning, error-executing or invalid state",
        means="DMS found something that the load would fail at",
        remedy=f"read the result in S3, remove what it names; then {GO_ON}",
    ),
    FailureMode(
        outcome=Outcome.TARGET_NOT_EMPTY,
        shows="(before the first start) rows in a table of the target",
        means="they would be there twice, or stop the load at a key",
        remedy="see whose they are, and truncate {tables} on the target; then " + GO_ON,
    ),
    FailureMode(
        outcome=Outcome.SCHEMA_INCOMPLETE,
        shows="(before the load, or after it) a part of the schema that could not be copied",
        means="a table, an index or a key would be missing on the target",
        remedy=f"make on the target what the message names, or remove there what is in the way; then {GO_ON}",
    ),
    FailureMode(
        outcome=Outcome.HELD_TOO_LONG,
        shows="anything that can't be read, for longer than max_hold_seconds",
        means="what is not known is not fine",
        remedy=f"see to what the message names; then {GO_ON}",
    ),
    FailureMode(
        outcome=Outcome.ABORT_REQUESTED,
        shows="(`cutover abort`) the task is stopped",
        means="a person asked to end it",
        remedy=GO_ON,
    ),
)
"""What no stop reason tells."""

BY_OUTCOME: Final[dict[Outcome, FailureMode]] = {
    mode.outcome: mode for mode in (*STOP_REASONS.values(), *OTHERS)
}
"""Every failure, once."""


MOST_NAMED: Final = 20
"""Tables that a remedy names one by one; beyond them everything is loaded anew."""


def remedy_of(
    outcome: Outcome,
    *,
    suffix: str,
    tables: tuple[str, ...] = (),
) -> str:
    """The remedy with the names filled in. tables: those at fault, as `schema.table`."""
    return BY_OUTCOME[outcome].remedy.format(
        suffix=suffix,
        tables=", ".join(tables),
        reloads=" ".join(f"--reload {quoted(name)}" for name in tables)
        if len(tables) <= MOST_NAMED
        else "--reload-all",
    )


def quoted(name: str) -> str:
    """As a shell needs it."""
    safe = all(each.isalnum() or each in "._-" for each in name)
    return name if safe else "'" + name.replace("'", "'\\''") + "'"

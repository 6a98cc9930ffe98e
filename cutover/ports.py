"""What the steps need of the world; cutover/adapters/ implements it, tests/contracts/ has the suite for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from cutover.approval import Answer, Question
from cutover.direction import Direction, Stream
from cutover.journal import Entry, JournalState, Lease, Phase
from cutover.observations import (
    Alarm,
    AssessmentRun,
    Change,
    Cleared,
    DatabaseFacts,
    EndpointConnection,
    Gate,
    Heartbeat,
    MetricReading,
    OperatorWord,
    RecordWeights,
    ReplicationStatus,
    SchemaProgress,
    SequenceState,
    SlotHealth,
    WriteCounters,
)
from cutover.roles import TargetRoles
from cutover.source_watch import SourcePressure, SourceWatch


class Clock(Protocol):
    """Time, so that tests can carry their own."""

    def now(self) -> datetime:
        """The present, in UTC, aware."""

    def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass."""


def nothing() -> None:
    """Does nothing."""


class Barrier(Protocol):
    """A held barrier: no new write starts, and every one that ran has finished."""

    sessions_ended: int
    """Sessions that were ended because they held the barrier up beyond the patience."""

    def close(self, proof: dict[str, Any]) -> None:
        """Makes the refusal durable, and the proof with it in one commit: the point of no return.

        proof: JSON, with its `token`; Database.closing_proof() has it from then on.
        Raises DeadlineExceeded when the barrier's deadline has passed, BarrierLost when it surely did not happen,
        SwitchOutcomeUnknown when no answer came.
        """


class NewSlot(Protocol):
    """The replication slot of a way back, while it is being made; one controller at a time has it."""

    def make(self) -> None:
        """Makes it, in the place of one of the same name that nobody reads.

        Raises DestinationNotReady where somebody reads that one, or the server can't make another.
        """

    def advance(self) -> str:
        """Moves it past everything that was written here so far, and returns that WAL position.

        What was written before is on the disk then. Raises DestinationNotReady.
        """

    def keep(self) -> None:
        """From here on it stays when this is left."""


class Database(Protocol):
    """One PostgreSQL server, source or target; every method raises DatabaseUnreachable when it does not answer."""

    def inspect(self) -> DatabaseFacts:
        """Facts for the readiness check."""

    def pressure(self) -> SourcePressure:
        """What keeps this server's log on its disk: slots of every database, and transactions that stay open.

        Raises PrivilegeMissing where it may not see the sessions of others.
        """

    def write_counters(self) -> WriteCounters:
        """What this server has counted of writes until now; between two readings lies an audit.

        Raises PrivilegeMissing where a counter may not be read: then nothing is known of it.
        """

    def install(self, *, hold: timedelta) -> None:
        """Creates the schema `cutover` (heartbeat, token, gate function) where it is missing; safe to repeat.

        hold: how long a refused write waits for the gate to open before it gets its error.
        """

    def gate(self) -> Gate:
        """Whether this database takes application writes."""

    def close_gate(self) -> None:
        """Makes every application table refuse writes; replication goes on; safe to repeat."""

    def open_gate(self) -> None:
        """Lets writes in at once, those that are being held included; safe to repeat."""

    def remove_gate(self) -> tuple[str, ...]:
        """Drops an open gate's triggers without waiting long for any table; returns the tables left.

        A closed gate is left as it is, on every table, also where it is closed while this runs.
        """

    def barrier(
        self,
        *,
        tables: tuple[str, ...],
        patience: timedelta,
        deadline: timedelta,
        begin: Callable[[], None] = nothing,
    ) -> AbstractContextManager[Barrier]:
        """Holds a barrier over `tables` while entered; leaving without close() undoes it, as does the caller's death.

        All that takes time and makes nobody wait is done by this call; entering is what clients notice.
        begin: called first when it is entered. From then on end_barrier_sessions() ends it for good, and no client
        waits yet; what it raises leaves everything as it was.
        Raises OriginBusy, before `begin`, where a vacuum or other maintenance holds a table and does not make way;
        DeadlineExceeded when it can't be had within `deadline`, BarrierLost when its session ends.
        """

    def closing_proof(self, token: str) -> dict[str, Any] | None:
        """What the closing with this token left, or None where this database was not closed with it."""

    def end_barrier_sessions(self) -> int:
        """Ends every session that may hold a barrier and waits until it is gone: then gate() is final."""

    def end_client_sessions(self) -> int:
        """Ends the application's sessions, so that they connect anew; returns how many."""

    def write_heartbeat(self) -> Heartbeat:
        """Writes the next beat with this server's clock."""

    def newest_heartbeat(self) -> Heartbeat | None:
        """The newest beat that is visible here."""

    def now(self) -> datetime:
        """This server's clock."""

    def write_token(self, token: str) -> str:
        """Commits the token row; returns the WAL position after it."""

    def has_token(self, token: str) -> bool:
        """Whether the token row is visible here."""

    def sequences(self) -> tuple[SequenceState, ...]:
        """The application's sequences."""

    def set_sequences(self, values: dict[str, int]) -> None:
        """Sets each named sequence's last value, as already drawn.

        One that is further keeps its own, unless it cycles.
        """

    def slot_wal(self) -> int:
        """Bytes of WAL that this database's logical slot furthest behind keeps; 0 without one."""

    def slot_health(self, names: tuple[str, ...]) -> tuple[SlotHealth, ...]:
        """Those of these slots that this database has, by name; one that is missing is not there."""

    def new_slot(self, name: str, *, plugin: str) -> AbstractContextManager[NewSlot]:
        """Has the right to make the slot `name` while entered; leaving without keep() drops what was made.

        The holder's death ends the right and leaves the slot. Raises OriginBusy where another controller has it.
        """

    def end_slot_makers(self) -> int:
        """Ends every session that may still make or drop a slot of a way back, and waits until it is gone."""

    def streaming_slots(self) -> tuple[str, ...]:
        """This database's logical slots from which a replication role reads at this moment."""

    def drop_slots(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Drops those of these slots that nobody reads; returns those that are left. Safe to repeat."""

    def post_data(self) -> tuple[str, ...]:
        """The indexes, constraints and triggers of the application's tables, in words, but the gate's."""

    def filled(self) -> tuple[str, ...]:
        """The application's tables that have a row, as `schema.table`, unquoted."""

    def empty(self, tables: tuple[str, ...]) -> tuple[str, ...]:
        """Removes every row of these, as `schema.table`, and of those that refer to them; returns all of them.

        None named: of every table of the application, and of heartbeat and token, which the load brings too.

        Its gate stays closed on each. Raises SwitchAborted on a database that is not closed: it has a writer;
        BadInput for a name that is no table of it.
        """

    def analyze(self, *, since: datetime, within: timedelta) -> int:
        """Collects the planner's statistics of the tables that have none newer than `since`; how many are left.

        `since` is by this server's clock. Returns after `within`, give or take one table.
        Raises PrivilegeMissing where the role may not.
        """


class Traces(Protocol):
    """What a migration has made in one database, but for its slots.

    Raises DatabaseUnreachable, PrivilegeMissing where not even a look is allowed.
    """

    def writers(self) -> Mapping[str, int]:
        """Sessions of roles that may write to a table of the application, by role; no superuser's, none of its own."""

    def clear(self, *, keep_gate: bool, within: timedelta) -> Cleared:
        """Drops gate, event triggers, heartbeat, token, what DMS keeps here, and the schemas of all that.

        By name and, of DMS's, by owner; nothing of another's goes with it. What can't be dropped is named, with its
        SQL. Opens a closed gate first. keep_gate: everything but the gate and its schema. Safe to repeat; returns
        after `within`, give or take one object.
        """


class RoleServer(Protocol):
    """A server that its administrator makes roles on; raises DatabaseUnreachable when it does not answer."""

    def make(self, roles: TargetRoles) -> tuple[str, ...]:
        """All of them in one transaction; safe to repeat. Returns the rights that only more than they would give.

        Raises PrivilegeMissing, naming the right.
        """


class ReplicationTask(Protocol):
    """A replication task; every method raises ServiceUnavailable when its API does not answer.

    What it is asked for takes effect after the call: status() tells when. While the task is on
    its way to another state, which the message names, it raises ServiceUnavailable too; asking for
    what is already so, or already asked for, changes nothing.
    """

    def status(self) -> ReplicationStatus:
        """Status, load progress and every table's state."""

    def exists(self) -> bool:
        """Whether the service knows it: somebody may have deleted it, and then it carries nothing."""

    def stop(self) -> None:
        """Nothing more is read or applied once the status is stopped; the place is kept."""

    def start_at(self, position: str) -> None:
        """Follows the changes after `position`, an LSN that the slot of its source still has; the slot exists.

        Raises StartRefused where it runs from another position, or from one that is not known.
        """

    def resume(self) -> None:
        """Goes on where it stopped. Raises StartRefused where it never ran: it has no place to go on from."""

    def load(self) -> None:
        """Begins with the copy of every table, for the first time. Raises StartRefused where it ran before."""

    def load_anew(self) -> None:
        """Copies every table again, into tables as they are. Raises StartRefused where it never ran, or runs."""

    def reload(self, tables: tuple[str, ...]) -> None:
        """Copies these again, as `schema.table`, into tables as they are, while the others go on.

        Raises BadInput for one that it does not replicate, StartRefused unless it runs.
        """

    def reading_paused(self) -> str:
        """DMS's word of a task that runs and reads nothing, for want of memory or disk; empty: it reads.

        As far as its events of the last days tell.
        """


class Connections(Protocol):
    """The endpoints of all tasks, as the replication instance reaches them; raises ServiceUnavailable."""

    def states(self) -> tuple[EndpointConnection, ...]:
        """Every endpoint that a task uses, by its newest test."""

    def test(self) -> None:
        """Begins a test of each that is not being tested."""


class Assessment(Protocol):
    """Premigration assessments of the task that loads; raises ServiceUnavailable."""

    def begin(self, name: str) -> None:
        """Begins one under this name, which is used once: where it is there already, nothing is begun.

        Raises StartRefused where the task runs, or its connections were not tested.
        """

    def run(self, name: str) -> AssessmentRun | None:
        """The one of this name with what did not pass, or None."""


class SchemaCopy(Protocol):
    """Copies the source's schema to the target in two parts; raises DatabaseUnreachable, ServiceUnavailable.

    Each call begins what is not begun and tells how far it is: safe to repeat, and it waits no longer than a step may.
    run: names what is begun; under one name each part is begun once.
    """

    def pre_data(self, run: str) -> SchemaProgress:
        """What the load needs: schemas, types, tables, primary keys."""

    def post_data(self, run: str) -> SchemaProgress:
        """What only slows the load down: indexes, foreign keys, triggers, rules."""


class Monitoring(Protocol):
    """Metrics and alarms; raises ServiceUnavailable when the API does not answer."""

    def latencies(
        self, stream: Stream, *, now: datetime, max_age: timedelta
    ) -> tuple[MetricReading, ...]:
        """CDCLatencySource and CDCLatencyTarget, seconds; without value where there is no point within max_age."""

    def alarms(self, stream: Stream) -> tuple[Alarm, ...]:
        """The state of every alarm that this cutover watches, but those on the lag of another stream.

        That one is stopped, has no data, and would hold a cutover that it says nothing about.
        """


class TrafficRouter(Protocol):
    """The weighted records; raises ServiceUnavailable, RecordsMissing."""

    def weights(self, name: str) -> RecordWeights:
        """The two weights of `name` as Route 53 has them now."""

    def set_target_shares(self, shares: dict[str, int], *, now: datetime) -> Change:
        """Sets each name to share / 100 - share, all in one batch, keeping values and time to live."""

    def in_sync(self, change_id: str) -> bool:
        """Whether all of Route 53's servers answer with this change."""


class Journal(Protocol):
    """The append-only journal, the lease and the operator's word; raises ServiceUnavailable.

    Every entry is sealed onto the one before it (chain.py), and the state has the newest seal.
    """

    def state(self) -> JournalState:
        """The newest state, strongly consistent."""

    def acquire(
        self,
        execution: str,
        *,
        now: datetime,
        direction: Direction = Direction.FORWARD,
        replicates: bool = False,
        finalizes: bool = False,
        detail: dict[str, Any] | None = None,
    ) -> Lease:
        """Takes the lease and enters STARTED; again by its holder, returns the same lease.

        replicates: it moves nothing, but loads the target: enters REPLICATING instead.
        finalizes: it ends the migration: enters FINALIZING instead, from where only FINALIZED follows.
        Raises LeaseTaken, or StartRefused where phase or writer do not allow a start.
        """

    def take_over(self, execution: str, *, now: datetime) -> Lease:
        """Takes the lease over from an execution that does not run any more; the phase stays. Safe to repeat.

        Raises StartRefused where nobody holds it.
        """

    def raise_fence(self, execution: str, *, now: datetime) -> Lease:
        """Overtakes every holder of an older number, and holds the lease from there.

        Raises StaleLease if the newest lease is not `execution`'s, or was given up where nothing is left to put back.
        """

    def record(
        self,
        lease: Lease,
        phase: Phase,
        *,
        now: datetime,
        note: str,
        detail: dict[str, Any] | None = None,
        release: bool = False,
        unless_aborted: bool = False,
    ) -> None:
        """Enters `phase` and appends an entry, both or neither. Raises StaleLease, TransitionRefused.

        release: gives the lease up in the same transaction.
        unless_aborted: raises AbortRequested where the operator's word is an abort at that moment: whoever says it
        later finds the new phase.
        PARKED needs `share` in the detail: the percentage of the reads that stays on the target. `way_back` of a
        crossed line and `carrier` of a hand-over are in the state from then on.
        """

    def annotate(
        self, execution: str, *, now: datetime, note: str, detail: dict[str, Any] | None = None
    ) -> None:
        """Appends an entry about `execution` in the phase it stands at; needs no lease, moves nothing.

        Raises StaleLease where another execution took the lease since.
        """

    def check(self, lease: Lease) -> JournalState:
        """The newest state, if `lease` is still good. Raises StaleLease."""

    def release(self, lease: Lease, *, now: datetime) -> None:
        """Gives the lease up; safe to repeat."""

    def entries(self) -> tuple[Entry, ...]:
        """Every entry, oldest first."""

    def ask(self, question: Question, *, now: datetime) -> None:
        """Keeps this question in place of any other, and appends an entry. Raises StaleLease."""

    def question(self) -> Question | None:
        """The newest question with its answer, whether anything still waits for one or not."""

    def answer(self, answer: Answer, *, now: datetime) -> Question:
        """Records the answer to the newest question, with an entry; the same one again changes nothing.

        Raises TransitionRefused, StaleLease where nothing waits for it.
        """

    def watched(self) -> SourceWatch | None:
        """The newest look at the source; None: nobody has looked yet."""

    def keep_watch(self, watch: SourceWatch) -> None:
        """Keeps this look in place of the one before; no entry, as there is one every few minutes."""

    def word(self) -> OperatorWord:
        """The operator's newest word."""

    def say(self, word: OperatorWord, *, now: datetime) -> None:
        """Records the operator's word; a new start forgets it."""


class CertificateStore(Protocol):
    """Where certificates are kept, and names that are too many for a state, each once; raises ServiceUnavailable."""

    def put(self, key: str, text: str) -> str:
        """Stores `text` unless something is there already; returns what is there now. Never replaces anything."""

    def get(self, key: str) -> str | None:
        """What is stored under this key, or None."""


class Notices(Protocol):
    """Messages to people; raises ServiceUnavailable."""

    def publish(self, subject: str, message: str) -> None:
        """Tells everybody who has subscribed. subject: at most 100 characters."""


class ApprovalTokens(Protocol):
    """Executions that wait with a token; raises ServiceUnavailable, and TransitionRefused where none waits with it."""

    def approve(self, token: str, output: dict[str, Any]) -> None:
        """Lets the execution go on."""

    def refuse(self, token: str, *, error: str, cause: str) -> None:
        """Ends the wait with this error."""


class Display(Protocol):
    """Where people look; never the lock, so a failure to write it stops nothing."""

    def show(self, state: dict[str, Any]) -> None:
        """Replaces what is shown of the cutover; what the readiness check shows stays."""

    def show_readiness(self, readiness: dict[str, Any]) -> None:
        """Replaces what is shown under `readiness`; the rest stays.

        Raises ServiceUnavailable: a check that can't be seen has failed.
        """


class CutoverMachine(Protocol):
    """A state machine that moves the writer; raises ServiceUnavailable when its API does not answer."""

    def execution(self, name: str) -> str:
        """How the journal spells the execution of this name, whether it exists or not."""

    def start(self, name: str, given: dict[str, Any]) -> str:
        """Starts the execution `name` with this input; returns how the journal spells it.

        A name is used once: where an execution has it already, running or ended, nothing is started.
        """

    def runs(self, execution: str) -> bool:
        """Whether this execution, as the journal spells it, is running."""

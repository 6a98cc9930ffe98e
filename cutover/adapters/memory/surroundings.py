"""What a cutover goes by and speaks to: the clock, measurements, names, machines and people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cutover.direction import Stream
from cutover.errors import RecordsMissing, ServiceUnavailable, TransitionRefused
from cutover.observations import Alarm, Change, MetricReading, RecordWeights
from cutover.plan import ALL_READS


@dataclass
class FixedClock:
    """Time that passes only when told to, or asleep."""

    time: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class MemoryMonitoring:
    """Fresh latencies and quiet alarms unless told otherwise."""

    latency_seconds: float | None = 1.0
    alarm_states: dict[str, str] = field(
        default_factory=lambda: {"replication-lag": "OK", "aurora-cpu": "OK"}
    )
    reachable: bool = True

    def latencies(
        self, stream: Stream, *, now: datetime, max_age: timedelta
    ) -> tuple[MetricReading, ...]:
        if not self.reachable:
            raise ServiceUnavailable("the CloudWatch API did not answer")
        return tuple(
            MetricReading(name=name, value=self.latency_seconds, at=now)
            for name in ("CDCLatencySource", "CDCLatencyTarget")
        )

    lag_alarms: dict[Stream, str] = field(default_factory=lambda: {Stream.LOAD: "replication-lag"})

    def alarms(self, stream: Stream) -> tuple[Alarm, ...]:
        if not self.reachable:
            raise ServiceUnavailable("the CloudWatch API did not answer")
        others = {name for of, name in self.lag_alarms.items() if of is not stream}
        return tuple(
            Alarm(name=name, state=state)
            for name, state in sorted(self.alarm_states.items())
            if name not in others
        )


@dataclass
class MemoryRouter:
    """Weighted records; `moves` keeps every batch in order."""

    shares: dict[str, int] = field(default_factory=dict)
    moves: list[dict[str, int]] = field(default_factory=list)
    reachable: bool = True

    def weights(self, name: str) -> RecordWeights:
        if not self.reachable:
            raise ServiceUnavailable("the Route 53 API did not answer")
        if name not in self.shares:
            raise RecordsMissing(f"{name} has no pair of weighted records")
        share = self.shares[name]
        return RecordWeights(name=name, source=ALL_READS - share, target=share)

    def set_target_shares(self, shares: dict[str, int], *, now: datetime) -> Change:
        for name in shares:
            self.weights(name)
        self.shares.update(shares)
        self.moves.append(dict(shares))
        expected = tuple(self.weights(name) for name in shares)
        return Change(id=f"C{len(self.moves)}", changed_at=now, expected=expected)

    def in_sync(self, change_id: str) -> bool:
        return self.reachable


@dataclass
class MemoryNotices:
    """What was published: subject and message."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    reachable: bool = True

    def publish(self, subject: str, message: str) -> None:
        if not self.reachable:
            raise ServiceUnavailable("the SNS API did not answer")
        self.sent.append((subject, message))


@dataclass
class MemoryApprovalTokens:
    """Tokens that an execution waits with, and how each wait ended."""

    waiting: set[str] = field(default_factory=set)
    approved: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)

    def approve(self, token: str, output: dict[str, Any]) -> None:
        self._end(token)
        self.approved[token] = output

    def refuse(self, token: str, *, error: str, cause: str) -> None:
        self._end(token)
        self.refused[token] = (error, cause)

    def _end(self, token: str) -> None:
        if token not in self.waiting:
            raise TransitionRefused("the execution does not wait for this answer any more")
        self.waiting.remove(token)


@dataclass
class MemoryDisplay:
    """What is shown."""

    shown: dict[str, Any] = field(default_factory=dict)
    reachable: bool = True

    def show(self, state: dict[str, Any]) -> None:
        if self.reachable:
            kept = {"readiness": self.shown["readiness"]} if "readiness" in self.shown else {}
            self.shown = {**state, **kept}

    def show_readiness(self, readiness: dict[str, Any]) -> None:
        if not self.reachable:
            raise ServiceUnavailable("the parameter could not be written")
        self.shown = {**self.shown, "readiness": readiness}


@dataclass
class MemoryCutoverMachine:
    """Executions by name; `begins` is what a started one does at once."""

    executions: dict[str, dict[str, Any]] = field(default_factory=dict)
    begins: Callable[[str], None] | None = None
    ended: set[str] = field(default_factory=set)
    reachable: bool = True

    def execution(self, name: str) -> str:
        return f"execution:{name}"

    def start(self, name: str, given: dict[str, Any]) -> str:
        if not self.reachable:
            raise ServiceUnavailable("the Step Functions API did not answer")
        if name not in self.executions:
            self.executions[name] = given
            if self.begins is not None:
                self.begins(self.execution(name))
        return self.execution(name)

    def runs(self, execution: str) -> bool:
        return execution not in self.ended

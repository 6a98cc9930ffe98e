"""What a move of the writer would do, written down and not done: notebook, databases, and the APIs of AWS.

The adapters run as they are, over connections and clients that send nothing, so that a statement or a call can't be
one thing in a plan and another in the move. What a server is asked is asked in a read-only session; what would change
something is written down and answered as if it were done, and what can't be told apart is refused.
"""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from cutover.adapters.dms import DmsReplicationTask
from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.route53 import SOURCE, TARGET, Route53Router
from cutover.adapters.s3 import S3CertificateStore
from cutover.adapters.sns import SnsNotices
from cutover.adapters.ssm import SsmDisplay
from cutover.direction import Direction, Stream
from cutover.journal import JournalState, Phase
from cutover.observations import Alarm, MetricReading, Word
from cutover.plan import ALL_READS
from cutover.transitions import way_back_detail

MIGRATION = "this-migration"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One statement or call, in the order of the move."""

    state: str
    """Of the state machine."""
    where: str
    """source, target, or the service of AWS."""
    session: str
    """The application_name of the session; empty for a service."""
    text: str
    """As it is sent: SQL, or the API's own name of the call with what it is given."""
    values: tuple[Any, ...] = ()
    """Of the statement's parameters, in order."""
    acts: bool = True
    """It would change something; the others are only asked."""


@dataclass
class Notebook:
    """Everything that was written down."""

    lines: list[Line] = field(default_factory=list)
    state: str = ""
    """The state of the machine that what comes next belongs to."""

    def write(
        self,
        where: str,
        text: str,
        *,
        session: str = "",
        values: tuple[Any, ...] = (),
        acts: bool = True,
    ) -> None:
        self.lines.append(
            Line(
                state=self.state, where=where, session=session, text=text, values=values, acts=acts
            )
        )


@dataclass
class PassingClock:
    """The present, which sleep() moves on without sleeping."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


@dataclass
class Replicated:
    """What one side would have written and the other would have got."""

    beat: tuple[int, datetime] | None = None
    tokens: set[str] = field(default_factory=set)


class _Pages:
    """A client's paginator, with everything on one page."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def paginate(self, **given: Any) -> Iterator[dict[str, Any]]:
        yield self._answer(**given)


class _Table:
    """DynamoDB's client, with the items in memory."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self.items: dict[str, dict[str, Any]] = {}

    def get_item(self, **given: Any) -> dict[str, Any]:
        name = given["Key"]["item"]
        self._notebook.write("dynamodb", f"GetItem {name}", acts=False)
        return {"Item": self.items[name]} if name in self.items else {}

    def put_item(self, **given: Any) -> None:
        self._notebook.write("dynamodb", f"PutItem {_put(given)}")
        self.items[given["Item"]["item"]] = given["Item"]

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803
        puts = [each["Put"] for each in TransactItems if "Put" in each]
        checks = [each["ConditionCheck"] for each in TransactItems if "ConditionCheck" in each]
        lines = ["TransactWriteItems", *map(_put, puts), *map(_check, checks)]
        self._notebook.write("dynamodb", "\n".join(lines))
        self.items.update((put["Item"]["item"], put["Item"]) for put in puts)

    def get_paginator(self, _name: str) -> _Pages:
        return _Pages(self._query)

    def _query(self, **given: Any) -> dict[str, Any]:
        prefix = given["ExpressionAttributeValues"][":prefix"]
        self._notebook.write("dynamodb", f"Query items that begin with {prefix}", acts=False)
        return {"Items": [item for name, item in sorted(self.items.items()) if prefix in name]}


def _put(put: dict[str, Any]) -> str:
    """A Put in a line: the item, what of it people look for, and its condition."""
    item = put["Item"]
    shown = [f"{name}={item[name]!r}" for name in ("phase", "word", "note") if name in item]
    return " ".join(["Put", item["item"], *shown, *_condition(put)])


def _check(check: dict[str, Any]) -> str:
    return " ".join(["ConditionCheck", check["Key"]["item"], *_condition(check)])


def _condition(given: dict[str, Any]) -> list[str]:
    condition = given.get("ConditionExpression", "")
    for name, value in given.get("ExpressionAttributeNames", {}).items():
        condition = condition.replace(name, value)
    for name, value in given.get("ExpressionAttributeValues", {}).items():
        short = isinstance(value, int) or value in [word.value for word in Word]
        condition = condition.replace(name, str(value) if short else "...")
    return [f"if {condition}"] if condition else []


class RecordingJournal(DynamoDbJournal):
    """cutover.ports.Journal over a table in memory that stands where a move away from what carries begins."""

    def __init__(self, notebook: Notebook, *, carrier: Stream) -> None:
        table = _Table(notebook)
        super().__init__(
            SimpleNamespace(meta=SimpleNamespace(client=table)),  # type: ignore[arg-type]
            table="journal",
            migration=MIGRATION,
        )
        if carrier is not Stream.LOAD:
            # Whichever way a move went, it left the stream that follows its writer.
            state = JournalState(
                phase=Phase.DONE,
                updated_at=datetime.now(UTC),
                direction=Direction.away_from(carrier.origin.other),
                writer=carrier.origin,
                carrier=carrier,
            )
            put = self._put_state(state, version=0, entries=0)["Put"]
            table.items[put["Item"]["item"]] = {
                **put["Item"],
                "way_back": json.dumps(way_back_detail(None)),
            }

    def of_another_function(self) -> RecordingJournal:
        """Over the same table, by a process that has seen nothing of it yet: each function reads it for itself."""
        another = copy.copy(self)
        another._known = None
        return another


class _Zone:
    """Route 53's client, with the weights in memory. Values and times to live are not known here, and not moved."""

    def __init__(self, notebook: Notebook, shares: Mapping[str, int]) -> None:
        self._notebook = notebook
        self._shares = dict(shares)

    def list_resource_record_sets(self, **given: Any) -> dict[str, Any]:
        name = given["StartRecordName"]
        self._notebook.write("route53", f"ListResourceRecordSets {name}", acts=False)
        share = self._shares[name]
        return {
            "ResourceRecordSets": [
                {"Name": name, "Type": "CNAME", "SetIdentifier": side, "Weight": weight}
                for side, weight in ((SOURCE, ALL_READS - share), (TARGET, share))
            ]
        }

    def change_resource_record_sets(
        self,
        *,
        HostedZoneId: str,  # noqa: N803, ARG002 - the API's names
        ChangeBatch: dict[str, Any],  # noqa: N803
    ) -> dict[str, Any]:
        lines = ["ChangeResourceRecordSets"]
        for change in ChangeBatch["Changes"]:
            record = change["ResourceRecordSet"]
            lines.append(
                f"{change['Action']} {record['Name']} {record['SetIdentifier']} Weight={record['Weight']}"
            )
            if record["SetIdentifier"] == TARGET:
                self._shares[record["Name"]] = record["Weight"]
        self._notebook.write("route53", "\n".join(lines))
        return {"ChangeInfo": {"Id": "planned"}}

    def get_change(self, **_given: Any) -> dict[str, Any]:
        self._notebook.write("route53", "GetChange until INSYNC", acts=False)
        return {"ChangeInfo": {"Status": "INSYNC"}}


class RecordingRouter(Route53Router):
    """cutover.ports.TrafficRouter whose records stand where a move begins."""

    def __init__(self, notebook: Notebook, *, shares: Mapping[str, int]) -> None:
        super().__init__(_Zone(notebook, shares), hosted_zone_id="zone")  # type: ignore[arg-type]


class _Tasks:
    """The DMS client, with one task that is in order."""

    def __init__(self, notebook: Notebook, *, stream: Stream, carries: bool) -> None:
        self._notebook, self._stream = notebook, stream
        self._task: dict[str, Any] = {"Status": "running" if carries else "ready"}
        if carries:
            self._task["ReplicationTaskStartDate"] = datetime.now(UTC)

    def describe_replication_tasks(self, **_given: Any) -> dict[str, Any]:
        self._notebook.write("dms", f"DescribeReplicationTasks {self._stream.value}", acts=False)
        return {"ReplicationTasks": [self._task]}

    def get_paginator(self, _name: str) -> _Pages:
        return _Pages(self._statistics)

    def _statistics(self, **_given: Any) -> dict[str, Any]:
        self._notebook.write("dms", f"DescribeTableStatistics {self._stream.value}", acts=False)
        return {"TableStatistics": []}

    def stop_replication_task(self, **_given: Any) -> None:
        self._notebook.write("dms", f"StopReplicationTask {self._stream.value}")
        self._task["Status"] = "stopped"

    def start_replication_task(self, **given: Any) -> None:
        position = given.get("CdcStartPosition", "")
        told = f"StartReplicationTask {self._stream.value} {given['StartReplicationTaskType']}"
        self._notebook.write("dms", told + (f" CdcStartPosition={position}" if position else ""))
        self._task |= {
            "Status": "running",
            "CdcStartPosition": position,
            "ReplicationTaskStartDate": datetime.now(UTC),
        }


class RecordingTask(DmsReplicationTask):
    """cutover.ports.ReplicationTask of one stream, which carries now or has never run."""

    def __init__(self, notebook: Notebook, *, stream: Stream, carries: bool) -> None:
        super().__init__(
            _Tasks(notebook, stream=stream, carries=carries),  # type: ignore[arg-type]
            task_arn=stream.value,
        )


class RecordingMonitoring:
    """cutover.ports.Monitoring in which all is well."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook

    def latencies(
        self,
        stream: Stream,
        *,
        now: datetime,
        max_age: timedelta,  # noqa: ARG002 - the port's signature
    ) -> tuple[MetricReading, ...]:
        self._notebook.write("cloudwatch", f"GetMetricData {stream.value}", acts=False)
        return tuple(
            MetricReading(name=name, value=0.0, at=now)
            for name in ("CDCLatencySource", "CDCLatencyTarget")
        )

    def alarms(self, stream: Stream) -> tuple[Alarm, ...]:  # noqa: ARG002  (asked of no real one)
        self._notebook.write("cloudwatch", "DescribeAlarms", acts=False)
        return (Alarm(name="every alarm", state="OK"),)


class _Parameter:
    """The Systems Manager client."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._value, self._version = "{}", 1

    def get_parameter(self, **_given: Any) -> dict[str, Any]:
        self._notebook.write("ssm", "GetParameter", acts=False)
        return {"Parameter": {"Value": self._value, "Version": self._version}}

    def put_parameter(self, **given: Any) -> dict[str, Any]:
        shown = json.loads(given["Value"])
        self._notebook.write("ssm", f"PutParameter phase={shown.get('phase', '')}")
        self._value, self._version = given["Value"], self._version + 1
        return {"Version": self._version}


def recording_display(notebook: Notebook) -> SsmDisplay:
    """cutover.ports.Display."""
    return SsmDisplay(_Parameter(notebook), parameter="state")  # type: ignore[arg-type]


def recording_notices(notebook: Notebook) -> SnsNotices:
    """cutover.ports.Notices."""

    def publish(*, Subject: str, **_given: Any) -> None:  # noqa: N803 - the API's name
        notebook.write("sns", f"Publish {Subject}")

    return SnsNotices(SimpleNamespace(publish=publish), topic_arn="topic")  # type: ignore[arg-type]


def recording_certificates(notebook: Notebook) -> S3CertificateStore:
    """cutover.ports.CertificateStore: the bucket of the certificates, and of what the states tell each other."""
    kept: dict[str, bytes] = {}

    def put_object(*, Key: str, Body: bytes, **_given: Any) -> None:  # noqa: N803 - the API's names
        notebook.write("s3", f"PutObject {Key} if none is there")
        kept.setdefault(Key, Body)

    def get_object(*, Key: str, **_given: Any) -> dict[str, Any]:  # noqa: N803 - the API's name
        notebook.write("s3", f"GetObject {Key}", acts=False)
        return {"Body": io.BytesIO(kept[Key])}

    client: Any = SimpleNamespace(put_object=put_object, get_object=get_object)
    return S3CertificateStore(client, bucket="bucket")


@contextmanager
def within(notebook: Notebook, state: str) -> Iterator[None]:
    """What is written down meanwhile belongs to this state of the machine."""
    notebook.state, before = state, notebook.state
    try:
        yield
    finally:
        notebook.state = before

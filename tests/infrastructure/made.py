"""What the stacks make in an account, in moto, with a migration in it at any phase."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3

from cutover.adapters.dynamodb import DynamoDbJournal
from cutover.adapters.memory import MemoryJournal, MemoryWorld
from cutover.adapters.route53 import Route53Router
from cutover.adapters.weighted_records import WeightedName, WeightedRecords
from cutover.approval import Question
from cutover.direction import Direction, Where
from cutover.journal import OVER, Lease, Phase, WayBack
from cutover.observations import GateState, OperatorWord, Word
from cutover.ports import Journal
from cutover.transitions import way_back_detail
from rehearsal.aws import moto_route53
from tests.handlers.test_handlers import ENDING, EXECUTION, LOADING
from tests.infrastructure.conftest import Synthesized
from tests.infrastructure.permissions import ACCOUNT, REGION, Account


class Made:
    """What the stacks make in an account, made in moto under the names that the templates give."""

    def __init__(self, stacks: Synthesized) -> None:
        moto_route53.install()
        # Not the session that is listened to.
        self._session = boto3.session.Session(region_name=REGION)
        known: dict[str, str] = {}
        for role, kind, make in (
            ("network", "AWS::Route53::HostedZone", self._zone),
            ("database", "AWS::SecretsManager::Secret", self._secret),
        ):
            for name, resource in stacks.resources(role, kind).items():
                known[name] = make(name, resource["Properties"])
        self.account = Account(stacks, known)
        self.world = MemoryWorld.ready()
        self._begun: dict[tuple[Phase, int, bool], tuple[MemoryWorld, list[dict[str, Any]]]] = {}
        self._told = self.account.environment("put_back")
        self._dynamodb = self._session.resource("dynamodb")
        self._router = Route53Router(
            self._session.client("route53"), hosted_zone_id=self._told["HOSTED_ZONE_ID"]
        )
        self._tables(stacks)
        self._machines()
        self._buckets(stacks)
        self._topics(stacks)
        self._records()

    def begin(self, phase: Phase, *, moves: int = 0, closed: bool = False) -> None:
        """Another migration, whose writer has moved so many times, at this phase of the next move.

        closed: the origin is, while only it knows. The way there is gone once, and is remembered.
        """
        table = self._dynamodb.Table(self._told["JOURNAL_TABLE"])
        with table.batch_writer() as batch:
            for item in table.scan()["Items"]:
                batch.delete_item(Key={"migration": item["migration"], "item": item["item"]})
        names = (self._told["READ_RECORD"], self._told["WRITE_RECORD"])
        self._router.set_target_shares(dict.fromkeys(names, 0), now=datetime.now(UTC))
        journal = DynamoDbJournal(
            self._dynamodb, table=table.name, migration=self._told["MIGRATION"]
        )
        asked = (phase, moves, closed)
        if asked in self._begun:
            world, items = self._begun[asked]
            self.world = copy.deepcopy(world)
            with table.batch_writer() as batch:
                for item in items:
                    batch.put_item(Item=item)
        else:
            self.world = MemoryWorld.ready()
            self._walk(journal, phase, moves=moves, closed=closed)
            self.world.journal = MemoryJournal()
            self._begun[asked] = copy.deepcopy(self.world), table.scan()["Items"]
        self.world.journal = journal  # type: ignore[assignment]

    def _walk(self, journal: Journal, phase: Phase, *, moves: int, closed: bool) -> None:
        self.world.journal = journal  # type: ignore[assignment]
        for number in range(moves):
            self._move(Phase.DONE, execution=f"{EXECUTION}-{number}")
        for task in self.world.tasks.values():
            # Whatever stands in for DMS says: a row comes across at once.
            task.answer = dataclasses.replace(task.answer, status="running")
            assert task.origin is not None
            task.origin.slots[task.slot] = 0
        if phase is not Phase.IDLE:
            lease, now = self._move(phase, execution=EXECUTION), datetime.now(UTC)
            if phase in {Phase.REPLICATING, Phase.READY, Phase.NOT_READY} | OVER:
                # Nobody is asked about a load; the source is open, the target closed.
                self.world.source.gate_state = GateState.OPEN
                self.world.target.gate_state = GateState.CLOSED
                return
            question = Question(
                execution=lease.execution,
                fence=lease.fence,
                before=100,
                text="",
                token="a token",
                asked_at=now,
                expires_at=now + timedelta(hours=1),
            )
            self.world.journal.ask(question, now=now)
        if closed:
            state = self.world.journal.state()
            origin = self.world.source if state.writer is Where.SOURCE else self.world.target
            origin.gate_state = GateState.CLOSED

    def addressed(self, event: dict[str, Any]) -> dict[str, Any]:
        """The event as whoever has the lease in this migration sends it."""
        state = self.world.journal.state()
        text = json.dumps(event).replace(EXECUTION, state.execution or EXECUTION)
        if state.phase is Phase.REPLICATING:
            text = text.replace(LOADING, state.execution or LOADING)
        if state.phase is Phase.FINALIZING and "seen" not in event:
            # Whoever begins asks about the one that has the lease.
            text = text.replace(ENDING, state.execution or ENDING)
        known: dict[str, Any] = json.loads(text)
        if "says" in known:
            word = OperatorWord(word=Word(known.pop("says")))
            self.world.journal.say(word, now=datetime.now(UTC))
        if (known.get("lease") or {}).get("fence") is not None:
            known["lease"]["fence"] = state.fence
        if "direction" in known:
            known["direction"] = state.next_move.value
        if "slots" in known:
            # Of the way back that is open: a look at another is not known, and nothing is to be told.
            known["slots"] |= {
                "slot": state.way_back and state.way_back.slot,
                "writer_since": state.writer_since and state.writer_since.isoformat(),
            }
        return known

    def carrier(self) -> str:
        """The ARN of the task that carries changes now."""
        arns = json.loads(self._told["REPLICATION_TASK_ARNS"])
        return str(arns[self.world.journal.state().carrier.value])

    def instance(self) -> str:
        """The ARN of the replication instance, as a permission has it."""
        role = self.account.functions()["check_connections"]["Role"]
        return next(
            resource
            for statement in self.account.statements(role)
            for resource in statement.resources
            if "dms:TestConnection" in statement.actions and "endpoint" not in resource
        )

    def _move(self, phase: Phase, *, execution: str) -> Lease:
        """Walks the next move of the writer to a phase, and the databases with it."""
        journal, now = self.world.journal, datetime.now(UTC)
        if phase in {Phase.REPLICATING, Phase.READY, Phase.NOT_READY}:
            lease = journal.acquire(LOADING, now=now, replicates=True)
            if phase is not Phase.REPLICATING:
                journal.record(lease, phase, now=now, note="", release=True)
            return lease
        if phase in OVER:
            lease = journal.acquire(f"{ENDING}-before", now=now, finalizes=True)
            if phase is Phase.FINALIZED:
                journal.record(lease, phase, now=now, note="", release=True)
            return lease
        direction = journal.state().next_move
        if direction is Direction.BACK:
            execution = execution.replace("-cutover-", "-rollback-")
        lease = journal.acquire(execution, now=now, direction=direction)
        stream = direction.way_back
        way_back = WayBack(stream=stream, slot=f"slot_{stream.value}", lsn="0/1")
        for step in WAYS_TO.get(phase, ()):
            if direction is Direction.BACK and step in {Phase.SHIFTING, Phase.PARKED}:
                # All reads go along with the writer.
                continue
            details: dict[Phase, dict[str, Any]] = {
                Phase.SWITCHING: {"token": TOKEN},
                Phase.ORIGIN_CLOSED: {"way_back": way_back_detail(way_back)},
                Phase.DESTINATION_OPEN: {"way_back": way_back_detail(way_back)},
                Phase.PARKED: {"share": 20},
                # As the hand-over says it.
                Phase.DONE: {"carrier": stream.value},
            }
            detail = details.get(step, {})
            journal.record(lease, step, now=now, note="", detail=detail, release=step is Phase.DONE)
        open_now = {
            Where.SOURCE: self.world.source,
            Where.TARGET: self.world.target,
        }
        state = journal.state()
        opened = phase in {Phase.DESTINATION_OPEN, Phase.DONE}
        for where, database in open_now.items():
            written = where is state.writer and (opened or phase is not Phase.ORIGIN_CLOSED)
            database.gate_state = GateState.OPEN if written else GateState.CLOSED
        return lease

    def _zone(self, _: str, properties: Mapping[str, Any]) -> str:
        zone = self._session.client("route53").create_hosted_zone(
            Name=properties["Name"], CallerReference=properties["Name"]
        )
        return zone["HostedZone"]["Id"].rpartition("/")[2]

    def _secret(self, name: str, _: Mapping[str, Any]) -> str:
        address = {"username": name, "password": "p", "host": name, "port": 5432, "dbname": "d"}
        manager = self._session.client("secretsmanager")
        return manager.create_secret(Name=name, SecretString=json.dumps(address))["ARN"]

    def _tables(self, stacks: Synthesized) -> None:
        for name, table in stacks.resources("cutover", "AWS::DynamoDB::Table").items():
            self._session.client("dynamodb").create_table(
                TableName=self.account.value({"Ref": name}),
                KeySchema=table["Properties"]["KeySchema"],
                AttributeDefinitions=table["Properties"]["AttributeDefinitions"],
                BillingMode="PAY_PER_REQUEST",
            )

    def _machines(self) -> None:
        for name in self.account.machines():
            self._session.client("stepfunctions").create_state_machine(
                name=name,
                definition='{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}',
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/machine",
            )

    def _buckets(self, stacks: Synthesized) -> None:
        for name in stacks.resources("cutover", "AWS::S3::Bucket"):
            self._session.client("s3").create_bucket(Bucket=self.account.value({"Ref": name}))

    def _topics(self, stacks: Synthesized) -> None:
        for topic in stacks.resources("cutover", "AWS::SNS::Topic").values():
            self._session.client("sns").create_topic(Name=topic["Properties"]["TopicName"])

    def keep(self, bucket: str, key: str, body: str = "{}") -> None:
        """As an earlier try left it."""
        self._session.client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())

    def forget(self, bucket: str, key: str) -> None:
        """As if nobody had kept it."""
        self._session.client("s3").delete_object(Bucket=bucket, Key=key)

    def _records(self) -> None:
        records = WeightedRecords(
            self._session.client("route53"),
            hosted_zone_id=self._told["HOSTED_ZONE_ID"],
            ttl_seconds=5,
        )
        for name in {self._told["READ_RECORD"], self._told["WRITE_RECORD"]}:
            records.ensure(
                WeightedName(name=name, source="onprem.example", target="aurora.example")
            )

    def traces(self, address: Any, **_: Any) -> Any:
        """In place of PostgresTraces."""
        where = Where.SOURCE if "Source" in address.host else Where.TARGET
        return self.world.traces[where]

    def database(self, address: Any, *, replication_roles: tuple[str, ...]) -> Any:
        """In place of PostgresDatabase: the one in memory that the secret stands for."""
        assert replication_roles
        return self.world.source if "Source" in address.host else self.world.target


TOKEN: Final = "3f0c7c1e-5f0e-4c57-9b0b-6a7f0a1f8c11"

_TO_THE_SWITCH: Final = (Phase.SHIFTING, Phase.WRITES_MOVED, Phase.SWITCHING)
WAYS_TO: Final[dict[Phase, tuple[Phase, ...]]] = {
    Phase.SHIFTING: _TO_THE_SWITCH[:1],
    Phase.PARKED: (Phase.SHIFTING, Phase.PARKED),
    Phase.WRITES_MOVED: _TO_THE_SWITCH[:2],
    Phase.SWITCHING: _TO_THE_SWITCH,
    Phase.SWITCH_ABANDONED: (*_TO_THE_SWITCH, Phase.SWITCH_ABANDONED),
    Phase.ORIGIN_CLOSED: (*_TO_THE_SWITCH, Phase.ORIGIN_CLOSED),
    Phase.DESTINATION_OPEN: (*_TO_THE_SWITCH, Phase.DESTINATION_OPEN),
    Phase.DONE: (*_TO_THE_SWITCH, Phase.DESTINATION_OPEN, Phase.DONE),
    Phase.PUT_BACK: (Phase.SHIFTING, Phase.PUT_BACK),
}
"""The phases that are entered on the way, after the start."""

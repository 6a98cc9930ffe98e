"""Runs functions as they are, with what moto lacks stood in for, and remembers their calls."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

import boto3

from cutover.preflight.check import Unanswered
from cutover.schema.inventory import Inventory, Kind, SchemaObject
from lambdas import wiring
from tests.infrastructure.calls import Call, calls_of
from tests.infrastructure.made import Made
from tests.infrastructure.permissions import ACCOUNT, REGION

ENDPOINT: Final = f"arn:aws:dms:{REGION}:{ACCOUNT}:endpoint:ONE"
RUN: Final = {"AssessmentRunName": "dev-1", "Status": "passed"}


class Tasks:
    """In place of the replication tasks in DMS, which moto can't start: by ARN, in which state each is."""

    def __init__(self) -> None:
        self.carrier = ""
        self.instance = ""
        self.states: dict[str, str] = {}

    def begin(self, carrier: str) -> None:
        """As a migration finds them whose changes this task carries."""
        self.carrier, self.states = carrier, {carrier: "running"}

    def answer(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        given = json.loads(params["body"])
        wanted = given.get("Filters") or [{"Values": [""]}]
        arns = wanted[0]["Values"]
        arn = given.get("ReplicationTaskArn") or arns[0]
        if model.name == "StopReplicationTask":
            self.states[arn] = "stopped"
        elif model.name == "StartReplicationTask":
            self.states[arn] = "running"
        described = [
            {
                "ReplicationTaskArn": each,
                "Status": self.states.get(each, "ready"),
                "ReplicationInstanceArn": self.instance,
                "SourceEndpointArn": ENDPOINT,
                "TargetEndpointArn": ENDPOINT,
            }
            for each in (arns if "Filters" in given else [arn])
        ]
        table = {"SchemaName": "public", "TableName": "accounts", "TableState": "Full load"}
        answers: dict[str, dict[str, Any]] = {
            "DescribeTableStatistics": {"TableStatistics": [table]},
            "DescribeReplicationTasks": {"ReplicationTasks": described},
            "DescribeConnections": {"Connections": []},
            "DescribeEvents": {"Events": []},
            "DescribeReplicationTaskAssessmentRuns": {"ReplicationTaskAssessmentRuns": [RUN]},
            "DescribeReplicationTaskIndividualAssessments": {
                "ReplicationTaskIndividualAssessments": []
            },
        }
        return _answer(**answers.get(model.name, {}))


class Builds:
    """In place of CodeBuild, in which moto forgets what a build was told: the one that was started last runs on."""

    def __init__(self) -> None:
        self.last: dict[str, Any] = {}

    def answer(self, model: Any, params: Mapping[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        given = json.loads(params["body"])
        match model.name:
            case "StartBuild":
                told = given["environmentVariablesOverride"]
                self.last = {
                    "id": f"{given['projectName']}:1",
                    "buildStatus": "IN_PROGRESS",
                    "environment": {"environmentVariables": told},
                }
                return _answer(build=self.last)
            case "ListBuildsForProject":
                return _answer(ids=[self.last["id"]] if self.last else [])
            case _:
                return _answer(builds=[self.last])


class Recorder:
    """What is called by way of boto3's default session, which the functions use."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.tasks = Tasks()
        # One for all functions: making a session reads the services' models, which takes longest.
        self._session = boto3.session.Session(region_name=REGION)
        # Typed for listeners that return nothing, but what the second returns is taken for the answer.
        register: Any = self._session.events.register
        register("before-parameter-build", self._note)
        register("before-call.database-migration-service", self.tasks.answer)
        register("before-call.codebuild", Builds().answer)
        self._statuses = itertools.cycle(["ABORTED"])
        register(
            "before-call.sfn.DescribeExecution", lambda **_: _answer(status=next(self._statuses))
        )
        register("before-call.sfn.SendTaskFailure", lambda **_: _answer())

    @contextmanager
    def of(self, made: Made, key: str) -> Iterator[None]:
        """Listens to one function, in an environment like the one it is deployed in."""
        self.calls.clear()
        # An execution that runs when the updater asks for it first, and has ended by the next time; whoever else asks
        # is called after its end.
        running = ["RUNNING"] if key == "route53_updater" else []
        self._statuses = itertools.cycle([*running, "ABORTED"])
        variables = {**os.environ, **made.account.environment(key)}
        with (
            mock.patch.object(boto3, "DEFAULT_SESSION", self._session),
            mock.patch.dict(os.environ, variables),
            mock.patch.object(wiring, "PostgresDatabase", made.database),
            mock.patch.object(wiring, "PostgresQuestions", _NoServer),
            mock.patch.object(wiring, "PostgresTraces", made.traces),
            mock.patch.object(wiring, "read_inventory", lambda _: made.world.inventory),
            mock.patch("lambdas.cloudformation._respond", _must_succeed),
            mock.patch("lambdas.database_roles.PostgresRoleServer", _RoleServer),
            # Nobody waits for the databases in memory: a row comes across at once, or never.
            mock.patch("cutover.adapters.clock.time.sleep"),
            mock.patch("cutover.steps.replication.WAY_BACK_PATIENCE", timedelta(0)),
        ):
            yield
        forget_wiring()

    def _note(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        self.calls.extend(calls_of(model.service_model.signing_name, model.name, params))


def _answer(**fields: Any) -> tuple[Any, dict[str, Any]]:
    return SimpleNamespace(status_code=200), fields


def forget_wiring() -> None:
    """As in a new container."""
    wiring.replication.cache_clear()
    wiring.assessment.cache_clear()
    wiring.schema.cache_clear()
    wiring.control.cache_clear()
    wiring.databases.cache_clear()
    wiring.certificates.cache_clear()
    wiring.told_facts.cache_clear()
    wiring.wal_budget.cache_clear()
    wiring.machines.cache_clear()
    wiring.approvals.cache_clear()
    wiring.tokens.cache_clear()
    wiring.traces.cache_clear()
    wiring.inventories.cache_clear()
    wiring.finalizing.cache_clear()
    wiring.migration.cache_clear()


def _must_succeed(event_of: Any, answer: Mapping[str, Any]) -> None:
    assert answer["Status"] == "SUCCESS", answer


class _RoleServer:
    """In place of the one that speaks SQL."""

    def __init__(self, _administrator: Any) -> None:
        pass

    def make(self, _roles: Any) -> tuple[str, ...]:
        return ()


class _NoServer:
    """In place of the one that asks the preflight's questions."""

    def __init__(self, _dsn: str, **_: Any) -> None:
        pass

    def ask(self, _question: Any) -> Unanswered:
        return Unanswered(reason="no server here")

    def close(self) -> None:
        pass


HELD: Final = Inventory(
    version=170009, objects=(SchemaObject(kind=Kind.TABLE, name="public.later"),)
)

"""The sequence: deploy, stop one cutover, run one with a deployment in its middle, finalize, destroy."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cutover.cli import commands
from cutover.observations import Word
from rehearsal.aws.process import AwsProcess
from rehearsal.cloudformation.catalogue import STUBS, UNREAD
from rehearsal.deployment import inventory
from rehearsal.deployment.account.config import AccountConfig, AccountReady
from rehearsal.deployment.cdk import CdkCli
from rehearsal.deployment.deployed import STACKS, Deployed
from rehearsal.deployment.errors import DeploymentFailed
from rehearsal.deployment.operator import (
    Databases,
    Listener,
    await_look_at_source,
    calm_alarms,
    keep_inventory_of_source,
    start_replication,
    wait_until,
)
from rehearsal.deployment.project import (
    FIRST_TTL,
    READ_RECORD,
    SECOND_TTL,
    SUFFIX,
    WRITE_RECORD,
    Project,
)
from rehearsal.deployment.report import Report
from rehearsal.evidence import closed_intervals, survivor
from rehearsal.history import tell
from rehearsal.servers.postgres import PostgresServer, ServerTemplate
from rehearsal.servers.run_directory import RunDirectory
from rehearsal.workload.configuration import Load, ResolverSettings, Side
from rehearsal.workload.contents import read_contents
from rehearsal.workload.fleet import ClientFleet
from rehearsal.workload.verdict import judge_writes

Say = Callable[[str], None]

FIRST_STAGE: Final = 20
SETTLING_SECONDS: Final = 2.0
CUTOVER_SECONDS: Final = 300.0
LOAD: Final = Load(writers=4, writes_per_second=100, readers=2, reads_per_second=20, users=16)
"""Little: what is measured here is the deployment, and the machine is busy with it."""
_ALIVE: Final = (
    "AWS::DMS::ReplicationTask",
    "AWS::DMS::ReplicationInstance",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::SecretsManager::Secret",
    "AWS::DynamoDB::Table",
)
"""What a deployment in the middle of a migration must not touch."""
OVER: Final = ("monitoring", "cutover", "dms")
"""What a migration needs no more once it is finalized, in the order in which it goes."""
_COMMENT: Final = ('"Comment": "Moves reads', '"Comment": "As edited by an operator: moves reads')
_CODE: Final = ('"""Task "Shift', '"""As edited by an operator: task "Shift')
_DESCRIPTION: Final = ("Migration: cutover functions", "Migration, edited: cutover functions")


@dataclass
class Scene:
    """Everything that runs."""

    report: Report
    say: Say
    project: Project
    cli: CdkCli
    databases: Databases
    deployed: Deployed
    dns_port: int
    run: RunDirectory

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Say it, and note how long it took."""
        self.say(name)
        began = time.monotonic()
        yield
        self.report.seconds[name] = round(time.monotonic() - began, 1)


def conduct(report: Report, say: Say) -> None:
    """Fills the report. Raises DeploymentFailed where a step that the others need fails.

    Everything it started is gone when this returns or raises.
    """
    with ExitStack() as stack:
        run = stack.enter_context(RunDirectory())
        scene = _set_up(stack, run, report, say)
        with scene.step("bootstrapping the account"):
            scene.cli.bootstrap()
        # What the bootstrap and AWS itself have in every account.
        before = inventory.take(scene.deployed.api)
        _deploy(scene)
        with scene.step("loading the target, then following changes"):
            scene.databases.close_target()
            keep_inventory_of_source(scene.deployed, scene.databases)
            start_replication(scene.deployed)
            await_look_at_source(scene.deployed)
            evaluated, calmed = calm_alarms(scene.deployed)
        report.stood_in += [
            f"alarms evaluated by metrics of the replication: {', '.join(evaluated)}",
            f"alarms set to OK by hand: {', '.join(calmed) or 'none'}",
        ]
        with closing(Listener(scene.deployed)) as listener:
            with ThreadPoolExecutor(max_workers=1) as beside:
                editing = beside.submit(_edit_and_synthesize, scene)
                _stop_one(scene, listener)
                editing.result()
            _cut_over(scene, listener)
        _finalize(scene)
        _destroy(scene, before)


def _set_up(stack: ExitStack, run: RunDirectory, report: Report, say: Say) -> Scene:
    say("starting two PostgreSQL servers and an empty account; synthesizing the stacks")
    began = time.monotonic()
    project = Project(run.path / "project")
    project.write_settings(record_ttl_seconds=FIRST_TTL)
    cli = CdkCli(run, project)
    with ThreadPoolExecutor(max_workers=1) as beside:
        synthesizing = beside.submit(cli.synthesize)
        template = ServerTemplate.create(run)
        source, target = (PostgresServer(template, name=name) for name in ("source", "target"))
        for server in (source, target):
            server.start()
        databases = stack.enter_context(closing(Databases(source, target, certificates=run.path)))
        account = stack.enter_context(_account(run, databases))
        databases.install()
        synthesizing.result()
    report.seconds["setting up, synthesis"] = round(time.monotonic() - began, 1)
    cli.endpoint = account.ready.endpoint
    return Scene(
        report=report,
        say=say,
        project=project,
        cli=cli,
        databases=databases,
        deployed=Deployed(account.ready),
        dns_port=account.ready.dns_port,
        run=run,
    )


def _account(run: RunDirectory, databases: Databases) -> AwsProcess[AccountReady]:
    code = run.path / "code"
    code.mkdir()
    config = AccountConfig(
        source_dsn=databases.dsn("source"), target_dsn=databases.dsn("target"), code=code
    )
    return AwsProcess(
        "rehearsal.deployment.account",
        config,
        answer=AccountReady,
        log=run.path / "account.log",
    )


def _deploy(scene: Scene) -> None:
    """The databases first: their roles get passwords before functions speak SQL."""
    report, deployed = scene.report, scene.deployed
    with scene.step("deploying network and databases"):
        scene.cli.deploy(f"migration-database-{SUFFIX}")
        roles = scene.databases.give_passwords(deployed)
    with scene.step("deploying all stacks"):
        scene.cli.deploy("--all")
    report.resources = deployed.types()
    used = {name for types in report.resources.values() for name in types}
    report.stubs = {name: why for name, why in STUBS.items() if name in used}
    report.unread = {name: sorted(each) for name, each in UNREAD.items() if name in used}
    report.stood_in += [
        "packages of the Lambda layer: from the local environment (the layer is built for arm64)",
        f"host and port in the databases' secrets: this machine's; the roles got the secrets' own "
        f"passwords and are superusers: {', '.join(roles)}",
        "TLS of the databases ends in a front before each server: their build has no OpenSSL",
        "slots of the way back: of the plugin pgoutput and read by the superuser, as native replication "
        "does it",
        "permissions, keys, security groups, quotas and durations of AWS: kept, not enforced",
        "rules on events of DMS act on those of its tasks; on events of RDS and Backup, and schedules of state "
        "machines: nothing here makes them act; schedules of functions act every ten seconds",
    ]
    report.require(
        set(deployed.target_shares().values()) == {0},
        f"the first deployment did not send everything to the source: {deployed.target_shares()}",
    )


def _stop_one(scene: Scene, listener: Listener) -> None:
    """A stopped execution runs none of its own failure routes: the template's rule must act."""
    report, deployed = scene.report, scene.deployed
    with scene.step("stopping a cutover: the rule puts it back; beside it, edits and synthesis"):
        execution = commands.start(deployed.operator())
        _wait_for_weight(scene, execution)
        deployed.api.call("stepfunctions", "stop_execution", executionArn=execution)
        wait_until(
            "the rule to put the records back",
            lambda: set(deployed.target_shares().values()) == {0},
        )
        heard: list[str] = []

        def told() -> bool:
            heard.extend(listener.hear())
            return any(execution in message for message in heard)

        wait_until("the rule to tell the topic", told)
    report.stopped = {
        "status": deployed.execution(execution)["status"],
        "weights_after": deployed.target_shares(),
        "told": heard,
    }


def _cut_over(scene: Scene, listener: Listener) -> None:
    deployed = scene.deployed
    started = datetime.now(UTC)
    fleet = ClientFleet(
        scene.run,
        load=LOAD,
        names=scene.databases.client_names(deployed, read=READ_RECORD, write=WRITE_RECORD),
        resolver=ResolverSettings(
            factory="rehearsal.aws.resolver:DnsResolver", arguments={"port": scene.dns_port}
        ),
    )
    operator = deployed.operator()
    with fleet:
        with scene.step("clients write and read; the cutover begins"):
            wait_until(
                "a write to be acknowledged by the source",
                lambda: "source" in fleet.figures().last_acknowledged_ns,
            )
            execution = commands.start(operator)
            _wait_for_weight(scene, execution)
            # Held by the operator's word, so that the deployment surely falls into the stage.
            commands.say(operator, Word.PAUSE, by="deploy-local", reason="a deployment")
        _deploy_again(scene, execution)
        with scene.step("the cutover goes on to its end"):
            commands.say(operator, Word.NONE, by="deploy-local", reason="deployed")
            wait_until(
                "the cutover to end",
                lambda: deployed.execution(execution)["status"] != "RUNNING",
                seconds=CUTOVER_SECONDS,
            )
            time.sleep(SETTLING_SECONDS)
            last = fleet.figures().last_acknowledged_ns
    _judge_cutover(scene, execution, started, fleet, last, listener.hear())


def _edit_and_synthesize(scene: Scene) -> None:
    """An operator's edits: another TTL, a comment in the machine, a description of a stack."""
    scene.project.write_settings(record_ttl_seconds=SECOND_TTL)
    old, new = _COMMENT
    scene.project.edit("state_machines/cutover.asl.json", old=old, new=new)
    old, new = _CODE
    scene.project.edit("lambdas/shift_reads.py", old=old, new=new)
    old, new = _DESCRIPTION
    scene.project.edit("migration_stacks/cutover_stack.py", old=old, new=new)
    scene.cli.synthesize()


def _wait_for_weight(scene: Scene, execution: str) -> None:
    deployed = scene.deployed

    def reached() -> bool:
        found = deployed.execution(execution)
        if found["status"] != "RUNNING":
            raise DeploymentFailed(
                f"the cutover ended early: {found['status']} {found.get('error')} {found.get('cause')}"
            )
        return deployed.target_shares()[READ_RECORD] >= FIRST_STAGE

    wait_until("the first stage", reached)


def _deploy_again(scene: Scene, execution: str) -> None:
    report, deployed = scene.report, scene.deployed
    before, things, secrets = deployed.weights(), deployed.physical(), deployed.secrets()
    ttl, moment = deployed.times_to_live(), datetime.now(UTC)
    with scene.step("deploying again, in the middle of the cutover"):
        scene.cli.deploy("--all")
    after, now = deployed.weights(), deployed.physical()
    touched = [
        f"{each['LogicalResourceId']} ({each['ResourceType']})"
        for stack_id in deployed.stack_ids().values()
        for each in deployed.events(stack_id, since=moment)
        if each["ResourceStatus"].endswith("_COMPLETE")
    ]
    replaced = sorted(name for name, thing in things.items() if name in now and now[name] != thing)
    removed = sorted(set(things) - set(now))
    alive = [each for each in touched if any(name in each for name in _ALIVE)]
    report.redeployment = {
        "weights_before": {name: [w.source, w.target] for name, w in before.items()},
        "weights_after": {name: [w.source, w.target] for name, w in after.items()},
        "ttl_before": sorted(ttl),
        "ttl_after": sorted(deployed.times_to_live()),
        "touched": touched,
        "replaced": replaced,
        "removed": removed,
        "execution_during": deployed.execution(execution)["status"],
    }
    report.require(before == after, f"the deployment moved the weights: {before} to {after}")
    report.require(
        before[READ_RECORD].target >= FIRST_STAGE, "the deployment did not fall into a stage"
    )
    report.require(
        deployed.times_to_live() == {SECOND_TTL}, f"the TTL is {deployed.times_to_live()}"
    )
    report.require(not alive, f"the deployment touched what is alive: {alive}")
    report.require(not replaced, f"the deployment replaced {replaced}")
    # A version of a function is a resource of its own; the one before is kept by its policy.
    lost = [name for name in removed if "CurrentVersion" not in name]
    report.require(not lost, f"the deployment removed {lost}")
    report.require(deployed.secrets() == secrets, "the deployment wrote a secret")
    report.require(
        report.redeployment["execution_during"] == "RUNNING",
        "the cutover did not outlive the deployment",
    )


def _judge_cutover(
    scene: Scene,
    execution: str,
    started: datetime,
    fleet: ClientFleet,
    last: dict[str, int],
    heard: list[str],
) -> None:
    report, deployed, records = scene.report, scene.deployed, fleet.records()
    found = deployed.execution(execution)
    story = tell(deployed.history(execution), started=started, read_record=READ_RECORD)
    tasks = {each["ReplicationTaskIdentifier"]: each["Status"] for each in deployed.tasks()}
    report.cutover = {
        "status": found["status"],
        "error": found.get("error"),
        "weights": deployed.target_shares(),
        "states": list(dict.fromkeys(step.name for step in story.steps)),
        "tasks": tasks,
        "told": heard,
        "tls_connections": {side: front.accepted for side, front in scene.databases.fronts.items()},
    }
    report.require(
        found["status"] == "SUCCEEDED",
        f"the cutover ended {found['status']}: {found.get('error')} {found.get('cause')}",
    )
    report.require(
        set(deployed.target_shares().values()) == {100}, f"records: {deployed.target_shares()}"
    )
    running = [name for name, status in tasks.items() if status == "running"]
    report.require(
        running == [f"migration-{SUFFIX}-reverse"],
        f"after the switch the way back alone is to carry changes, and the tasks are {tasks}",
    )
    last_word = survivor(story)
    other: Side = "source" if last_word == "target" else "target"
    verdict = judge_writes(
        records.writes,
        survivor=read_contents(scene.databases.dsn(last_word)),
        other=read_contents(scene.databases.dsn(other)),
        closed=closed_intervals(story),
    )
    sides = [write.side for write in sorted(records.writes, key=lambda write: write.sent_ns)]
    report.ledger = {
        "acknowledged": verdict.acknowledged,
        "lost": verdict.lost,
        "duplicated": verdict.duplicated,
        "written_to_closed_side": verdict.written_to_closed_side,
        "wrong_balances": verdict.wrong_balances,
        "first_write": sides[0] if sides else None,
        "last_write": sides[-1] if sides else None,
        "client_errors": dict(records.errors_by_sqlstate()),
    }
    report.require(verdict.clean, f"the ledger is not clean: {report.ledger}")
    report.require(
        (report.ledger["first_write"], report.ledger["last_write"]) == ("source", "target")
        and last.get("target", 0) > last.get("source", 0),
        "writes did not go to the source before the switch and to the target after it",
    )


def _finalize(scene: Scene) -> None:
    """As docs/finalize.md has it: by the deployed machine, with the name of the environment."""
    report, deployed = scene.report, scene.deployed
    with scene.step("finalizing: the way back is given up on purpose"):
        execution = commands.finalize(
            deployed.operator(), confirm=SUFFIX, source="open", by="deploy-local"
        )
        wait_until(
            "the migration to be finalized",
            lambda: deployed.execution(execution)["status"] != "RUNNING",
            seconds=CUTOVER_SECONDS,
        )
    found = deployed.execution(execution)
    sides: tuple[Side, Side] = ("source", "target")
    left = {side: scene.databases.of_the_migration(side) for side in sides}
    running = [each["Status"] for each in deployed.tasks() if each["Status"] == "running"]
    report.finalized = {
        "status": found["status"],
        "told": json.loads(found.get("output") or "null"),
        "left": left,
    }
    report.require(
        found["status"] == "SUCCEEDED",
        f"finalize ended {found['status']}: {found.get('error')} {found.get('cause')}",
    )
    report.require(not any(left.values()), f"of the migration is left: {left}")
    report.require(not running, "a task runs still")


def _names(roles: Iterable[str]) -> list[str]:
    return [f"migration-{role}-{SUFFIX}" for role in roles]


def _destroy(scene: Scene, before: set[str]) -> None:
    report, deployed = scene.report, scene.deployed
    identifiers = deployed.stack_ids()
    moment = datetime.now(UTC)
    with scene.step("destroying what is over: monitoring, cutover, DMS"):
        scene.cli.destroy(*_names(OVER))
    report.finalized["stacks_left"] = sorted(deployed.stack_ids())
    report.require(
        report.finalized["stacks_left"] == sorted({*STACKS} - {*_names(OVER)}),
        f"after a finalize three stacks go, and there are {report.finalized['stacks_left']}",
    )
    report.require(deployed.cluster()["Status"] == "available", "the cluster did not stay")
    with scene.step("destroying all stacks"):
        scene.cli.destroy()
    kept = [
        each
        for stack_id in identifiers.values()
        for each in deployed.events(stack_id, since=moment)
        if each["ResourceStatus"] == "DELETE_SKIPPED"
    ]
    left = inventory.take(deployed.api) - before
    kinds = {each["PhysicalResourceId"]: each["ResourceType"] for each in kept}
    # Some that the stacks let go of are gone with what they belonged to.
    retained = {name: each for name in kinds for each in left if each.endswith(f" {name}")}
    report.retained = sorted(f"{kinds[name]} {name}" for name in retained)
    report.left_behind = sorted(left - set(retained.values()))
    report.require(not report.left_behind, f"destroy left {report.left_behind}")
    remaining = deployed.stack_ids()
    report.require(not remaining, f"stacks are left: {sorted(remaining)}")
    report.require(len(identifiers) == len(STACKS), f"only {sorted(identifiers)} were there")

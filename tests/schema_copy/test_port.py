"""cutover.ports.SchemaCopy, whoever copies: begun once, told how far it is, and why it can't go on."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Protocol

import boto3
import pytest

from cutover.adapters.memory import MemoryCertificateStore, MemorySchemaCopy
from cutover.adapters.schema_build import SchemaBuild
from cutover.adapters.schema_by_hand import SchemaByHand
from cutover.adapters.schema_here import SchemaHere
from cutover.adapters.schema_reports import SchemaReports
from cutover.errors import DatabaseUnreachable
from cutover.observations import SchemaPart, SchemaProgress
from cutover.ports import SchemaCopy
from cutover.schema.archive import Section
from cutover.schema.copy import Options
from cutover.schema.inventory import Kind
from rehearsal.aws.parts import start_api_server
from tests.postgres.versions import Place, Servers
from tests.schema_copy.builds import PROJECT, Builds
from tests.schema_copy.planted import copy, dsn, empty, inventory, load, make_roles, run
from tests.schema_copy.test_rights import application_of, login, roles_of

pytestmark = pytest.mark.postgres

RUN = "arn:aws:states:us-east-1:123456789012:execution:migration-replicate-test:one"
BUCKET = "certificates"
OWNER = "owns_ported"
THEIRS, READER, GUEST = roles_of("ported")


def ended(schema: SchemaCopy, part: str, name: str = RUN) -> SchemaProgress:
    """What a part comes to, asked as the machine does."""
    call = {"pre-data": schema.pre_data, "post-data": schema.post_data}[part]
    until = time.monotonic() + 240
    while time.monotonic() < until:
        progress = call(name)
        assert progress.part == part
        if progress.complete or progress.failure:
            return progress
        assert progress.note
        time.sleep(0.1)
    raise AssertionError(f"it does not end: {progress}")


class Copier(Protocol):
    """Makes an implementation of the port between two databases."""

    def __call__(self, source: Place, target: Place, *, user: str = ...) -> SchemaCopy: ...

    def report(self, key: str) -> Any: ...


@dataclass
class Here:
    """In this process, its reports in memory."""

    keep: MemoryCertificateStore

    def __call__(self, source: Place, target: Place, *, user: str = "postgres") -> SchemaCopy:
        return SchemaHere(
            source_dsn=dsn(source),
            target_dsn=dsn(target, user=user),
            options=Options(roles={}, owner=OWNER, analyze=False),
            keep=self.keep,
            patience=timedelta(seconds=0.1),
        )

    def report(self, key: str) -> Any:
        return json.loads(self.keep.get(key) or "")


@dataclass
class InBuilds:
    """By builds that are processes; bucket and secrets are emulated."""

    endpoint: str
    stack: ExitStack

    def __call__(self, source: Place, target: Place, *, user: str = "postgres") -> SchemaCopy:
        builds = self.builds(source, target, user=user)
        return SchemaBuild(builds.client(), self.reports(), project=PROJECT)

    def builds(self, source: Place, target: Place, *, user: str = "postgres") -> Builds:
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": self.endpoint,
            "SOURCE_SECRET_ARN": self._secret(source, "postgres"),
            "TARGET_SECRET_ARN": self._secret(target, user),
            "DATABASE_SSLMODE": "disable",
            "APPLICATION_ROLE": OWNER,
            "SCHEMA_ROLES": "{}",
            "SCHEMA_JOBS": "2",
            "CERTIFICATE_BUCKET": BUCKET,
        }
        return self.stack.enter_context(Builds(environment).ended())

    def reports(self) -> SchemaReports:
        return SchemaReports(self._client("s3"), bucket=BUCKET)

    def report(self, key: str) -> Any:
        bucket, _, name = key.removeprefix("s3://").partition("/")
        return json.loads(self._client("s3").get_object(Bucket=bucket, Key=name)["Body"].read())

    def _client(self, service: Any) -> Any:
        return boto3.client(service, endpoint_url=self.endpoint)

    def _secret(self, place: Place, user: str) -> str:
        address = {
            "host": "127.0.0.1",
            "port": place.server.port,
            "dbname": place.name,
            "username": user,
            "password": place.server.password,
        }
        made = self._client("secretsmanager").create_secret(
            Name=f"{place.name} {user} {time.monotonic_ns()}", SecretString=json.dumps(address)
        )
        return str(made["ARN"])


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with ExitStack() as stack:
        url = start_api_server(stack)
        boto3.client("s3", endpoint_url=url).create_bucket(Bucket=BUCKET)
        yield url


@pytest.fixture
def in_builds(endpoint: str) -> Iterator[InBuilds]:
    with ExitStack() as stack:
        yield InBuilds(endpoint, stack)


@pytest.fixture(params=["here", "build"])
def copier(request: pytest.FixtureRequest) -> Copier:
    if request.param == "here":
        return Here(MemoryCertificateStore())
    made: InBuilds = request.getfixturevalue("in_builds")
    return made


@contextmanager
def two_places(servers: Servers) -> Iterator[tuple[Place, Place]]:
    """An application, and a target that has a role for it."""
    with (
        servers.place(14, "ported", application_of("ported")) as source,
        empty(servers, major=17, roles=False) as target,
    ):
        make_roles(target, OWNER, READER, GUEST)
        yield source, target


@pytest.fixture
def places(servers: Servers) -> Iterator[tuple[Place, Place]]:
    with two_places(servers) as both:
        yield both


def test_both_parts_are_copied_and_their_reports_are_kept(
    copier: Copier, places: tuple[Place, Place]
) -> None:
    source, target = places
    schema = copier(source, target)
    before = ended(schema, "pre-data")
    assert (before.complete, before.failure, before.percent) == (True, "", 100)
    load(source, target)
    after = ended(schema, "post-data")
    assert after.complete, after.failure
    assert after.detail["verdict"] == "explained"
    assert after.detail["place"].endswith("schema/one/post-data.report.json")
    comparison = copier.report(after.detail["place"])["comparison"]
    assert comparison["verdict"] == "explained"
    assert [each for each in comparison["differences"] if not each["reason"]] == []
    assert set(after.detail["reasons"]) == set(comparison["reasons"])
    owned = {each.name: each.text("owner") for each in inventory(target).of_kind(Kind.TABLE)}
    assert owned == {"app.customers": OWNER, "app.orders": OWNER}


def test_what_is_begun_is_not_begun_again_under_its_name(
    copier: Copier, places: tuple[Place, Place]
) -> None:
    schema = copier(*places)
    first = ended(schema, "pre-data")
    assert not first.note.startswith("0 made")
    assert schema.pre_data(RUN) == first
    # The default of a column, and whose a sequence is, are said again.
    assert ended(schema, "pre-data", "another").note.startswith("2 made, 12 were there")


def test_what_is_in_the_way_is_named_and_ends_it(
    copier: Copier, places: tuple[Place, Place]
) -> None:
    source, target = places
    run(target, "create schema app; create table app.orders (id text primary key)")
    schema = copier(source, target)
    told = ended(schema, "pre-data")
    assert not told.complete
    assert "column app.orders.id: type is" in told.failure
    assert schema.pre_data(RUN).failure == told.failure
    run(target, "drop table app.orders")
    assert ended(schema, "pre-data", "another").complete


def test_what_the_target_lacks_without_a_reason_is_not_complete(
    copier: Copier, places: tuple[Place, Place]
) -> None:
    """The role is there, and who copies is no member of it, so that it can't own anything."""
    source, target = places
    make_roles(target, THEIRS)
    login(target, "stranger")
    run(target, f"alter database {target.name} owner to stranger")
    try:
        told = ended(copier(source, target, user="stranger"), "pre-data")
    finally:
        # Roles are the server's, and the other tests' target has none of this name.
        run(target, f"drop owned by {THEIRS}; drop role {THEIRS}")
    assert not told.complete
    assert f": owner is '{THEIRS}' on the source and 'stranger' on the target" in told.failure
    assert f'must be able to SET ROLE "{THEIRS}"' in told.failure
    assert "schema/one/pre-data.report.json" in told.failure


def test_who_copies_needs_no_right_on_what_this_tool_and_dms_have_made(
    places: tuple[Place, Place],
) -> None:
    """DMS's tables on the source are its own: pg_dump would be refused the lock that it asks for."""
    source, target = places
    run(
        source,
        "create schema cutover; create table cutover.awsdms_heartbeat (hb int);"
        "create schema awsdms_control; create table awsdms_control.awsdms_status (task text)",
    )
    login(source, "reads_source")
    run(source, f"grant {THEIRS} to reads_source")
    schema = SchemaHere(
        source_dsn=dsn(source, user="reads_source"),
        target_dsn=dsn(target),
        options=Options(roles={}, owner=OWNER),
        keep=MemoryCertificateStore(),
    )
    told = ended(schema, "pre-data")
    assert told.complete, told.failure
    assert inventory(target).get(Kind.SCHEMA, "cutover") is None


def test_a_server_that_does_not_answer_is_asked_again(places: tuple[Place, Place]) -> None:
    source, target = places
    schema: Any = Here(MemoryCertificateStore())(source, replace(target, name="nowhere"))
    schema._patience = timedelta(seconds=30)
    for _ in range(2):
        with pytest.raises(DatabaseUnreachable):
            schema.pre_data(RUN)


def test_a_build_of_an_earlier_execution_is_waited_for(
    in_builds: InBuilds, places: tuple[Place, Place]
) -> None:
    builds = in_builds.builds(*places)
    builds.runs = False
    schema = SchemaBuild(builds.client(), in_builds.reports(), project=PROJECT)
    assert not schema.pre_data("earlier").complete
    told = schema.pre_data(RUN)
    assert (told.complete, told.failure) == (False, "")
    assert told.note == f"waits for the build {PROJECT}:1 that was begun earlier"
    assert len(builds.builds) == 1
    builds.builds[0].stopped = {"buildStatus": "STOPPED"}
    assert schema.pre_data(RUN).note == "both sides are read"
    assert len(builds.builds) == 2


def test_a_build_that_ends_without_a_word_is_no_success(
    in_builds: InBuilds, places: tuple[Place, Place]
) -> None:
    builds = in_builds.builds(*places)
    builds.runs = False
    schema = SchemaBuild(builds.client(), in_builds.reports(), project=PROJECT)
    schema.post_data("silent")
    message = "VPC_CLIENT_ERROR: no route"
    builds.builds[0].stopped = {
        "buildStatus": "FAULT",
        "phases": [
            {"phaseType": "SUBMITTED", "phaseStatus": "SUCCEEDED"},
            {
                "phaseType": "PROVISIONING",
                "phaseStatus": "CLIENT_ERROR",
                "contexts": [{"statusCode": "VPC_CLIENT_ERROR", "message": message}],
            },
        ],
    }
    told = schema.post_data("silent")
    assert not told.complete
    assert told.failure == (
        f"the build {PROJECT}:1 ended FAULT without a result: PROVISIONING CLIENT_ERROR: {message}; "
        f"its log: https://console.aws.amazon.com/log/{PROJECT}:1"
    )
    assert len(builds.builds) == 1


def test_a_started_build_that_does_not_show_yet_is_not_started_again(
    in_builds: InBuilds, places: tuple[Place, Place]
) -> None:
    """The list of builds may be behind what was started: the token is the same."""
    builds = in_builds.builds(*places)
    builds.runs = False
    schema = SchemaBuild(builds.client(), in_builds.reports(), project=PROJECT)
    schema.pre_data("late")
    (begun,) = builds.builds
    begun.variables = {}
    begun.stopped = {"buildStatus": "SUCCEEDED"}
    schema.pre_data("late")
    assert builds.builds == [begun]


@pytest.mark.parametrize("who", ["memory", "by-hand", "here", "build"])
def test_whoever_copies_is_asked_the_same_way(
    servers: Servers, request: pytest.FixtureRequest, who: str
) -> None:
    """Also where a person does it, or nobody: complete once it is there, and asked again the same."""
    with two_places(servers) as (source, target):
        schema: SchemaCopy
        match who:
            case "memory":
                schema = MemorySchemaCopy(calls_before_complete=1)
            case "by-hand":
                options = Options(roles={}, owner=OWNER)
                for section in Section:
                    copy(section, source, target, options=options)
                schema = SchemaByHand(
                    source=Servers.database(source), target=Servers.database(target)
                )
            case "here":
                schema = Here(MemoryCertificateStore())(source, target)
            case _:
                schema = request.getfixturevalue("in_builds")(source, target)
        for part in SchemaPart:
            name = f"{RUN}-{who}"
            first = ended(schema, part.value, name)
            assert (first.part, first.complete, first.failure) == (part, True, "")
            assert ended(schema, part.value, name).complete

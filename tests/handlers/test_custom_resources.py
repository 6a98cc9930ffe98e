"""Custom resources: CloudFormation always gets its answer, and a deletion leaves what outlives the stack."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cutover.errors import PrivilegeMissing
from cutover.roles import TargetRoles
from rehearsal.aws.invoker import InProcessContext

SCHEMAS = ["public", "billing"]


class Told(BaseHTTPRequestHandler):
    """CloudFormation's end: keeps what it is told."""

    answers: list[dict[str, Any]]

    def do_PUT(self) -> None:
        length = int(self.headers["Content-Length"])
        self.answers.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base's name
        """Nothing on the test's output."""


@pytest.fixture
def cloudformation() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    answers: list[dict[str, Any]] = []
    handler = type("Handler", (Told,), {"answers": answers})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/answer", answers
        server.shutdown()
        thread.join()


class Server:
    """Takes down what it is asked for."""

    made: list[TargetRoles]
    failure: Exception | None = None

    def __init__(self, administrator: Any) -> None:
        assert administrator.username == "migration_admin"

    def make(self, roles: TargetRoles) -> tuple[str, ...]:
        if self.failure is not None:
            raise self.failure
        self.made.append(roles)
        return ()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    """The four secrets, and a server in their place."""
    kind = type("Kind", (Server,), {"made": [], "failure": None})
    # Imported here, as Lambda does it: with the variables of the function's environment set.
    monkeypatch.setattr(import_module("lambdas.database_roles"), "PostgresRoleServer", kind)
    monkeypatch.setenv("DATABASE_SSLMODE", "require")
    users = {
        "ADMINISTRATOR": "migration_admin",
        "REPLICATION": "migration_replication",
        "CUTOVER": "migration_cutover",
        "APPLICATION": "application",
    }
    with mock_aws():
        secrets = boto3.client("secretsmanager")
        for name, user in users.items():
            secret = {"username": user, "password": f"secret of {user}", "dbname": "shop"}
            text = json.dumps(secret | {"host": "db.example.com", "port": 5432})
            arn = secrets.create_secret(Name=name, SecretString=text)["ARN"]
            monkeypatch.setenv(f"{name}_SECRET_ARN", arn)
        yield kind


def event(url: str, kind: str, **properties: Any) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Roles",
        "ResourceProperties": {"Schemas": SCHEMAS, "Rights": "1", **properties},
    }


def call(name: str, payload: dict[str, Any]) -> None:
    import_module(f"lambdas.{name}").lambda_handler(
        payload, InProcessContext(function_name="function")
    )


def test_the_roles_of_the_secrets_are_made(
    server: type[Server], cloudformation: tuple[str, list[dict[str, Any]]]
) -> None:
    url, answers = cloudformation
    call("database_roles", event(url, "Create"))
    (made,) = server.made
    assert made.names.all == ("migration_replication", "migration_cutover", "application")
    assert (made.names.database, made.names.schemas) == ("shop", tuple(SCHEMAS))
    assert made.passwords["application"] == "secret of application"
    (answer,) = answers
    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == "database-roles"
    assert (answer["StackId"], answer["RequestId"]) == ("stack", "request")


def test_an_update_keeps_the_resource_and_sees_a_new_password(
    server: type[Server], cloudformation: tuple[str, list[dict[str, Any]]]
) -> None:
    url, answers = cloudformation
    update = event(url, "Update") | {"PhysicalResourceId": "database-roles"}
    call("database_roles", update)
    text = json.dumps({"username": "application", "password": "another", "dbname": "shop"})
    secret = json.loads(text) | {"host": "db.example.com", "port": 5432}
    boto3.client("secretsmanager").put_secret_value(
        SecretId="APPLICATION", SecretString=json.dumps(secret)
    )
    call("database_roles", update)
    # A changed id would have CloudFormation delete what it takes for the old one.
    assert {answer["PhysicalResourceId"] for answer in answers} == {"database-roles"}
    assert [made.passwords["application"] for made in server.made] == [
        "secret of application",
        "another",
    ]


def test_the_roles_outlive_the_stack(
    server: type[Server], cloudformation: tuple[str, list[dict[str, Any]]]
) -> None:
    url, answers = cloudformation
    call("database_roles", event(url, "Delete") | {"PhysicalResourceId": "as it was made"})
    assert server.made == []
    assert answers[0]["Status"] == "SUCCESS"
    assert answers[0]["PhysicalResourceId"] == "as it was made"


def test_a_failure_is_told_with_its_reason_and_without_a_password(
    server: type[Server],
    cloudformation: tuple[str, list[dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    url, answers = cloudformation
    server.failure = PrivilegeMissing("migration_admin can't give the right to replicate")
    call("database_roles", event(url, "Create"))
    (answer,) = answers
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == f"PrivilegeMissing: {server.failure}"
    assert "secret of" not in json.dumps(answers) + capsys.readouterr().out


@pytest.mark.parametrize("reason", ["no ", "für ", "\n", "\U0001f5dd"])
def test_a_long_reason_is_cut_to_what_cloudformation_takes(
    server: type[Server], cloudformation: tuple[str, list[dict[str, Any]]], reason: str
) -> None:
    url, answers = cloudformation
    server.failure = PrivilegeMissing(reason * 5000)
    call("database_roles", event(url, "Create"))
    assert answers[0]["Status"] == "FAILED"
    assert len(json.dumps(answers[0])) < 4096


def test_a_schema_list_that_is_empty_is_refused(
    server: type[Server], cloudformation: tuple[str, list[dict[str, Any]]]
) -> None:
    url, answers = cloudformation
    call("database_roles", event(url, "Create", Schemas=[]))
    assert answers[0]["Status"] == "FAILED"
    assert "no schema is named" in answers[0]["Reason"]


def test_the_weighted_records_answer_in_the_same_way(
    cloudformation: tuple[str, list[dict[str, Any]]],
) -> None:
    url, answers = cloudformation
    with mock_aws():
        made = boto3.client("route53").create_hosted_zone(
            Name="db.migration.internal", CallerReference="1"
        )
        record = {
            "HostedZoneId": made["HostedZone"]["Id"],
            "RecordName": "ro.db.migration.internal",
            "Source": "a.example",
            "Target": "b.example",
        }
        call("weighted_records", event(url, "Create", **record, Ttl="5"))
        call("weighted_records", event(url, "Create", **record, Ttl="five"))
    good, bad = answers
    assert good["Status"] == "SUCCESS"
    assert good["PhysicalResourceId"] == f"{record['HostedZoneId']}/{record['RecordName']}"
    assert bad["Status"] == "FAILED"
    assert "ValueError" in bad["Reason"]


def test_the_default_group_of_a_vpc_is_closed_and_may_be_closed_again(
    cloudformation: tuple[str, list[dict[str, Any]]],
) -> None:
    url, answers = cloudformation
    with mock_aws():
        ec2 = boto3.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]

        def default() -> Any:
            of_vpc: Any = [{"Name": "vpc-id", "Values": [vpc]}]
            return ec2.describe_security_groups(Filters=of_vpc)["SecurityGroups"][0]

        group = default()["GroupId"]
        assert default()["IpPermissionsEgress"], "nothing to close"
        among: Any = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
        if not default()["IpPermissions"]:
            # moto makes the outward rule alone.
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[among])
        for kind in ("Create", "Update"):
            call("close_default_group", of_group(url, kind, group))
            assert not default()["IpPermissions"]
            assert not default()["IpPermissionsEgress"]
        call("close_default_group", of_group(url, "Create", "sg-00000000000000000"))
        # It goes with its VPC.
        call("close_default_group", of_group(url, "Delete", "sg-00000000000000000"))
    *good, bad, deleted = answers
    for answer in (*good, deleted):
        assert answer["Status"] == "SUCCESS"
    assert {answer["PhysicalResourceId"] for answer in good} == {group}
    assert bad["Status"] == "FAILED"
    assert "InvalidGroup.NotFound" in bad["Reason"]


def of_group(url: str, kind: str, group: str) -> dict[str, Any]:
    stack = "arn:aws:cloudformation:us-east-1:123456789012:stack/migration-network-dev/id"
    return event(url, kind, GroupId=group) | {"StackId": stack}

"""Writes docs/policies/: what CloudFormation may do for a deployment, from the types in the templates.

    .venv/bin/python -m tools.policies cdk.out

Each resource type's schema names the calls of its handlers (CloudFormation registry, as cfn-lint
ships it). Where a service lets a call be narrowed to names, it is narrowed to this project's.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "policies"
REGION: Final = "us-east-1"
LARGEST_POLICY: Final = 6_144
"""Characters of a managed policy without white space (IAM quotas)."""

Statement = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """What the calls of one service are narrowed to."""

    policy: str
    """Which file they are in: one managed policy has too little room for all."""
    resources: tuple[str, ...] = ("*",)
    unscoped: str = ""
    """Pattern of calls that know no resource, or none that has a name yet."""


_ROLES: Final = tuple(
    f"arn:aws:iam::*:role/{name}"
    for name in ("migration-*", "dms-vpc-role", "dms-cloudwatch-logs-role")
)


def _arn(rest: str) -> str:
    return f"arn:aws:{rest}"


SCOPES: Final = {
    "ec2": Scope("network"),
    "route53": Scope("network"),
    "route53resolver": Scope("network"),
    "rds": Scope(
        "data",
        (
            *(
                _arn(f"rds:*:*:{kind}:migration-*")
                for kind in ("cluster", "db", "cluster-pg", "subgrp", "cluster-snapshot")
            ),
            # An instance is also judged on the groups that it uses (Aurora guide, "Allow a user
            # to create DB instances").
            _arn("rds:*:*:og:default*"),
            _arn("rds:*:*:pg:default*"),
        ),
        unscoped=r"Describe|Restore|CreateDBSnapshot|.*BackupsReplication|RemoveFromGlobalCluster",
    ),
    # Their ARNs hold an id that DMS makes up.
    "dms": Scope("data"),
    "backup": Scope(
        "data",
        (_arn("backup:*:*:backup-vault:migration-*"), _arn("backup:*:*:backup-plan:*")),
        unscoped=r"List",
    ),
    "backup-storage": Scope("data"),
    # Named by CloudFormation: a fixed name could not be taken again for as long as a deleted
    # secret is kept.
    "secretsmanager": Scope("data"),
    "kms": Scope("data"),
    "lambda": Scope(
        "functions",
        (
            _arn("lambda:*:*:function:migration-*"),
            _arn("lambda:*:*:function:route53-updater-*"),
            _arn("lambda:*:*:layer:*"),
        ),
        unscoped=r"List|PassCapacityProvider|AssociateRuntimeAlias",
    ),
    "states": Scope(
        "functions", (_arn("states:*:*:stateMachine:migration-*"),), unscoped=r"List|Validate"
    ),
    "codebuild": Scope("functions", (_arn("codebuild:*:*:project/migration-*"),)),
    "events": Scope("functions", (_arn("events:*:*:rule/migration-*"),), unscoped=r"ListRules$"),
    "scheduler": Scope(
        "functions", (_arn("scheduler:*:*:schedule/*/migration-*"),), unscoped="List"
    ),
    "sns": Scope("functions", (_arn("sns:*:*:migration-*"),), unscoped=r"List|Unsubscribe"),
    "sqs": Scope("functions", (_arn("sqs:*:*:migration-*"),), unscoped=r"ListQueues$"),
    "ssm": Scope(
        "functions",
        (_arn("ssm:*:*:parameter/migration/*"), _arn("ssm:*:*:parameter/cdk-bootstrap/*")),
        unscoped=r"DescribeParameters",
    ),
    "s3": Scope("shared", (_arn("s3:::migration-*"),), unscoped=r"ListAllMyBuckets|GetStorageLens"),
    "dynamodb": Scope(
        "functions", (_arn("dynamodb:*:*:table/migration-*"),), unscoped=r"ListTables"
    ),
    "cloudwatch": Scope(
        "shared",
        (_arn("cloudwatch:*:*:alarm:migration-*"), _arn("cloudwatch::*:dashboard/migration-*")),
        unscoped=r"List|Describe",
    ),
    "logs": Scope(
        "shared",
        tuple(
            _arn(f"logs:*:*:log-group:{prefix}*")
            for prefix in (
                "/aws/codebuild/migration-",
                "/aws/lambda/migration-",
                "/aws/lambda/route53-updater-",
                "/aws/vendedlogs/states/migration-",
                "/aws/vendedlogs/vpn/migration-",
                "/aws/vpc/migration-",
                "/aws/rds/cluster/migration-",
                "/migration/",
                "dms-tasks-migration-",
            )
        ),
        unscoped=r".*(LogDelivery|LogDeliveries|ResourcePolic)|Describe",
    ),
    "iam": Scope(
        "shared",
        (*_ROLES, _arn("iam::*:policy/migration-*")),
        unscoped=r"ListRoles|ListPolicies$",
    ),
}

# Handlers name the calls of every option of a type; these belong to options that are not used.
OF_UNUSED_OPTIONS: Final = {
    "autoscaling": "flow logs by tags of scaling groups",
    "docdb-elastic": "secrets attached to DocumentDB",
    "elasticfilesystem": "file systems of functions",
    "firehose": "flow logs and alarms to a delivery stream",
    "kinesis": "streams out of DynamoDB",
    "redshift": "secrets attached to Redshift",
    "redshift-serverless": "secrets attached to Redshift",
    "s3files": "file systems of functions",
    "s3tables": "metadata of objects in tables",
    "vpc-lattice": "endpoints of service networks",
    "vpce": "endpoints across regions",
}
_OF_USERS: Final = re.compile(r"iam:.*(Group|User)Policy")
_BOUNDARIES: Final = re.compile(r"iam:.*PermissionsBoundary")
# What is in a bucket is no deployment's: a certificate least of all.
_OBJECTS: Final = re.compile(r"s3:(Delete|Put)Object(Acl)?")

# The schemas of these types name no handlers.
WITHOUT_HANDLERS: Final = {
    "AWS::CodeBuild::Project": (
        "codebuild:BatchGetProjects",
        "codebuild:CreateProject",
        "codebuild:DeleteProject",
        "codebuild:UpdateProject",
    ),
    "AWS::DMS::ReplicationInstance": (
        "dms:AddTagsToResource",
        "dms:CreateReplicationInstance",
        "dms:DeleteReplicationInstance",
        "dms:DescribeReplicationInstances",
        "dms:ModifyReplicationInstance",
    ),
}

PASSED_TO: Final = (
    "backup.amazonaws.com",
    "codebuild.amazonaws.com",
    "dms.amazonaws.com",
    "events.amazonaws.com",
    "lambda.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "scheduler.amazonaws.com",
    "states.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
)


def types_of(templates: Iterable[Path]) -> set[str]:
    """The resource types in these templates."""
    return {
        resource["Type"]
        for path in templates
        for resource in json.loads(path.read_text())["Resources"].values()
    }


def calls_of(kind: str) -> set[str]:
    """The calls with which CloudFormation makes, reads, changes, lists and deletes a type."""
    if kind.startswith("Custom::"):
        return {"lambda:InvokeFunction"}
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema.get("handlers")
    if handlers is None:
        return set(WITHOUT_HANDLERS[kind])
    return {call for handler in handlers.values() for call in handler.get("permissions", [])}


def wanted(kinds: Iterable[str]) -> set[str]:
    """All calls for these types, without those of options that nothing here uses."""
    every = {call for kind in kinds for call in calls_of(kind)}
    return {
        call
        for call in every
        if call.split(":")[0] not in OF_UNUSED_OPTIONS
        and not _OF_USERS.fullmatch(call)
        and not _BOUNDARIES.fullmatch(call)
        and not _OBJECTS.fullmatch(call)
    }


def execution_policies(kinds: Iterable[str]) -> dict[str, dict[str, Any]]:
    """By name: the policies for `cdk bootstrap --cloudformation-execution-policies`."""
    by_service = defaultdict(list)
    for call in sorted(wanted(kinds)):
        service, _, name = call.partition(":")
        by_service[service].append(name)
    statements: dict[str, list[Statement]] = defaultdict(list)
    for service, names in sorted(by_service.items()):
        scope = SCOPES[service]
        statements[scope.policy] += _statements(service, names, scope)
    statements["shared"] += _roles_and_assets()
    return {
        f"deploy-{policy}": {"Version": "2012-10-17", "Statement": listed}
        for policy, listed in sorted(statements.items())
    }


def _statements(service: str, names: list[str], scope: Scope) -> list[Statement]:
    free = re.compile(scope.unscoped) if scope.unscoped else None
    handed_out = {"PassRole", "CreateServiceLinkedRole"}
    narrowed = [
        name for name in names if name not in handed_out and not (free and free.match(name))
    ]
    unscoped = [name for name in names if name not in handed_out and free and free.match(name)]
    made = [_allow(service, narrowed, scope.resources)] if narrowed else []
    return [*made, _allow(service, unscoped, ("*",))] if unscoped else made


def _allow(service: str, names: list[str], resources: Iterable[str]) -> Statement:
    return {
        "Effect": "Allow",
        "Action": [f"{service}:{name}" for name in names],
        "Resource": list(resources),
    }


def _roles_and_assets() -> list[Statement]:
    return [
        {
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": list(_ROLES),
            "Condition": {"StringLike": {"iam:PassedToService": ["dms.*", *PASSED_TO]}},
        },
        {
            "Effect": "Allow",
            "Action": ["iam:CreateServiceLinkedRole"],
            "Resource": [_arn("iam::*:role/aws-service-role/*")],
        },
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [_arn("s3:::cdk-hnb659fds-assets-*")],
        },
    ]


def people() -> dict[str, dict[str, Any]]:
    """By name: what a person needs who deploys, one who runs the cutover, and one who goes on where a machine ended."""
    return {
        "deployer": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "ActThroughTheRolesOfTheBootstrap",
                    "Effect": "Allow",
                    "Action": ["sts:AssumeRole"],
                    "Resource": [
                        _arn(f"iam::*:role/cdk-hnb659fds-{role}-*")
                        for role in ("deploy-role", "file-publishing-role", "lookup-role")
                    ],
                }
            ],
        },
        "operator": {"Version": "2012-10-17", "Statement": _operator()},
        "operator-by-hand": {"Version": "2012-10-17", "Statement": _by_hand()},
    }


def _operator() -> list[Statement]:
    return [
        _allow("states", ["ListStateMachines"], ["*"]),
        _allow(
            "states",
            ["DescribeExecution", "GetExecutionHistory", "RedriveExecution", "StopExecution"],
            [_arn("states:*:*:execution:migration-*")],
        ),
        # The answers are to a question: `cutover approve`, and `cutover abort` while one waits.
        _allow(
            "states",
            ["SendTaskFailure", "SendTaskSuccess", "StartExecution"],
            [_arn("states:*:*:stateMachine:migration-*")],
        ),
        # The operator's word is an item of the journal.
        _allow(
            "dynamodb",
            ["GetItem", "PutItem", "Query"],
            [_arn("dynamodb:*:*:table/migration-journal-*")],
        ),
        {
            **_allow(
                "kms",
                [
                    "Decrypt",
                    "DescribeKey",
                    "Encrypt",
                    "GenerateDataKey",
                    "ReEncryptFrom",
                    "ReEncryptTo",
                ],
                ["*"],
            ),
            "Condition": {
                "StringLike": {"kms:ViaService": ["dynamodb.*.amazonaws.com", "s3.*.amazonaws.com"]}
            },
        },
        _allow("ssm", ["GetParameter"], [_arn("ssm:*:*:parameter/migration/*")]),
        _allow(
            "lambda",
            ["InvokeFunction"],
            [
                _arn("lambda:*:*:function:migration-preflight-*"),
                _arn("lambda:*:*:function:route53-updater-*"),
            ],
        ),
        _allow(
            "cloudwatch",
            ["DescribeAlarms", "GetDashboard", "GetMetricData", "ListMetrics"],
            ["*"],
        ),
        # What the certificate's copy says, for `cutover certificate --check`.
        _allow("s3", ["GetObject"], [_arn("s3:::migration-*/certificates/*")]),
        _allow(
            "cloudformation",
            ["DescribeStackResources"],
            [_arn("cloudformation:*:*:stack/migration-*")],
        ),
        # What `cutover preflight` asks; DMS and these lists know no smaller resource.
        _allow(
            "dms",
            [
                "DescribeConnections",
                "DescribeEndpoints",
                "DescribeReplicationInstances",
                "DescribeReplicationTaskAssessmentRuns",
                "DescribeReplicationTasks",
                "DescribeTableStatistics",
            ],
            ["*"],
        ),
        _allow("rds", ["DescribeDBClusters"], [_arn("rds:*:*:cluster:*")]),
        _allow("route53", ["ListHostedZonesByName", "ListResourceRecordSets"], ["*"]),
    ]


BY_HAND: Final = (
    "audit-origin",
    "check-way-back",
    "complete",
    "finish-switch",
    "hand-over",
    "move-writes",
    "put-back",
    "resolve-switch",
    "retire-slots",
    "store-certificate",
    "verify-switch",
)
"""The functions that docs/runbook.md has a person invoke where the machine has called one."""


def _by_hand() -> list[Statement]:
    change = "route53:ChangeResourceRecordSets"
    return [
        _allow(
            "lambda",
            ["InvokeFunction"],
            [_arn(f"lambda:*:*:function:migration-{name}-*") for name in BY_HAND],
        ),
        # The weights of the two names. The zone's id is made up by Route 53.
        {
            **_allow("route53", ["ChangeResourceRecordSets"], [_arn("route53:::hostedzone/*")]),
            "Condition": {
                "ForAllValues:StringLike": {f"{change}NormalizedRecordNames": ["ro.*", "rw.*"]},
                "ForAllValues:StringEquals": {
                    f"{change}Actions": ["UPSERT"],
                    f"{change}RecordTypes": ["CNAME"],
                },
            },
        },
    ]


def policies(kinds: Iterable[str]) -> dict[str, str]:
    """File name to content."""
    every = execution_policies(kinds) | people()
    return {f"{name}.json": json.dumps(text, indent=2) + "\n" for name, text in every.items()}


def size(policy: str) -> int:
    """As IAM counts it: without white space."""
    return len(re.sub(r"\s", "", policy))


def main(folders: list[str]) -> None:
    templates = [path for folder in folders for path in Path(folder).glob("*.template.json")]
    if not templates:
        sys.exit("no template there: name the folders of one or more `cdk synth`, such as cdk.out")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in policies(types_of(templates)).items():
        FOLDER.joinpath(name).write_text(content)


if __name__ == "__main__":
    main(sys.argv[1:])

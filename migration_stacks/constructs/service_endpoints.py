"""The ways from inside the VPC to the AWS services that are called there, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from migration_stacks.cfn import ec2
from migration_stacks.constructs.arns import ACCOUNT, PARTITION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

    from migration_stacks.constructs.isolated_network import IsolatedNetwork

Policy = dict[str, Any]


def secrets_manager_endpoint(
    scope: Construct,
    *,
    network: IsolatedNetwork,
    security_group_id: str,
    region: str,
    only_ours: bool,
) -> None:
    """DMS and the functions read their credentials through it: without it no endpoint of DMS
    connects and no function gets as far as a database. Priced by the hour and zone (docs/network.md).

    In all three zones: with one in fewer, the loss of a zone would take every secret with it.
    """
    ec2.CfnVPCEndpoint(
        scope,
        "SecretsManager",
        vpc_id=network.vpc_id,
        vpc_endpoint_type="Interface",
        service_name=f"com.amazonaws.{region}.secretsmanager",
        subnet_ids=network.subnet_ids,
        security_group_ids=[security_group_id],
        # The usual name of the service then leads here; callers need no setting.
        private_dns_enabled=True,
        policy_document=_secrets_of_this_account(region) if only_ours else None,
    )


BUILD_SERVICES: Final = ("codebuild", "logs")
"""What is called only while a build project copies the schema."""


def build_endpoints(
    scope: Construct,
    *,
    network: IsolatedNetwork,
    services: Sequence[str],
    security_group_id: str,
    region: str,
    only_ours: bool,
) -> None:
    """Of CodeBuild, which a function inside asks to start a build, and of CloudWatch Logs, which the build writes to.

    In one zone: without it a copy of the schema waits or is begun anew, and nothing else notices. In a VPC that
    exists, where their private names are everybody's, in all three.
    """
    policies = {"codebuild": _builds_of_this_account(region), "logs": _logs_of_builds(region)}
    for service in services:
        ec2.CfnVPCEndpoint(
            scope,
            {"codebuild": "CodeBuild", "logs": "Logs"}[service],
            vpc_id=network.vpc_id,
            vpc_endpoint_type="Interface",
            service_name=f"com.amazonaws.{region}.{service}",
            subnet_ids=network.subnet_ids[:1] if only_ours else network.subnet_ids,
            security_group_ids=[security_group_id],
            private_dns_enabled=True,
            policy_document=policies[service] if only_ours else None,
        )


def gateway_endpoints(
    scope: Construct,
    *,
    network: IsolatedNetwork,
    services: Sequence[str],
    region: str,
    journal: str,
    only_ours: bool,
) -> None:
    """Free of charge. DynamoDB: the journal, which the switch writes from inside. S3: answers of
    custom resources that run inside, the names of tables that a look at both databases has found, the
    report of a premigration assessment of DMS, and of a copy of the schema its programs and its reports.

    With `only_ours` their policies keep data in the account. In a VPC that exists they would
    apply to whatever else is behind the same route tables, so there they are open.
    """
    policies = {"dynamodb": _journal_alone(region, journal), "s3": _answers_and_own_buckets(region)}
    for service in services:
        ec2.CfnVPCEndpoint(
            scope,
            {"dynamodb": "DynamoDb", "s3": "S3"}[service],
            vpc_id=network.vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=f"com.amazonaws.{region}.{service}",
            route_table_ids=network.route_table_ids,
            policy_document=policies[service] if only_ours else None,
        )


def _policy(*statements: Policy) -> Policy:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", **each} for each in statements],
    }


def _of_this_account(*keys: str) -> Policy:
    return {"StringEquals": {f"aws:{key}": ACCOUNT for key in keys}}


def _secrets_of_this_account(region: str) -> Policy:
    # Which secret is for whom is decided by the caller's own role; this keeps a caller from
    # elsewhere, and a secret of elsewhere, out of the VPC.
    secrets = f"arn:{PARTITION}:secretsmanager:{region}:{ACCOUNT}:secret:*"
    return _policy(
        {
            "Action": ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
            "Resource": secrets,
            "Condition": _of_this_account("PrincipalAccount"),
        }
    )


def _builds_of_this_account(region: str) -> Policy:
    return _policy(
        {
            "Action": [
                "codebuild:BatchGetBuilds",
                "codebuild:ListBuildsForProject",
                "codebuild:StartBuild",
            ],
            "Resource": f"arn:{PARTITION}:codebuild:{region}:{ACCOUNT}:project/migration-*",
            "Condition": _of_this_account("PrincipalAccount"),
        }
    )


def _logs_of_builds(region: str) -> Policy:
    groups = f"arn:{PARTITION}:logs:{region}:{ACCOUNT}:log-group:/aws/codebuild/migration-*"
    return _policy(
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": groups,
            "Condition": _of_this_account("PrincipalAccount"),
        }
    )


def _journal_alone(region: str, journal: str) -> Policy:
    tables = f"arn:{PARTITION}:dynamodb:{region}:{ACCOUNT}:table/{journal}"
    return _policy(
        {
            "Action": "dynamodb:*",
            "Resource": [tables, f"{tables}/index/*"],
            "Condition": _of_this_account("PrincipalAccount"),
        }
    )


def _answers_and_own_buckets(region: str) -> Policy:
    # CloudFormation's own bucket, written through an address that CloudFormation signed, so by no
    # principal of this account. Its name has the region without hyphens (CloudFormation guide,
    # "Access CloudFormation using an interface endpoint"). Left out, the answer of a custom
    # resource inside the VPC never arrives and the stack waits for an hour.
    answers = f"cloudformation-custom-resource-response-{region.replace('-', '')}"
    return _policy(
        {
            "Sid": "Answers",
            "Action": "s3:PutObject",
            "Resource": f"arn:{PARTITION}:s3:::{answers}/*",
        },
        {
            "Sid": "OwnBuckets",
            "Action": [
                "s3:DeleteObject",
                "s3:GetBucketLocation",
                "s3:GetObject",
                "s3:ListBucket",
                "s3:PutObject",
            ],
            "Resource": "*",
            "Condition": _of_this_account("PrincipalAccount", "ResourceAccount"),
        },
    )

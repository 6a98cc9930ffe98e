"""Calls of AWS in IAM's words, and what a statement says to one."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.infrastructure.permissions import ACCOUNT, REGION, Statement, listed


@dataclass(frozen=True, kw_only=True)
class Call:
    """One thing that was done, in IAM's words."""

    action: str
    resource: str
    context: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False)
    """Condition keys of the request, where a statement may ask for them."""


# An operation's IAM actions have its name, but for these (Service Authorization Reference).
_SERVICES: Final = {"monitoring": "cloudwatch"}
_IN_TRANSACTION: Final = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


def calls_of(service: str, operation: str, given: Mapping[str, Any]) -> list[Call]:
    """An API call as what IAM asks for."""
    if operation in {"TransactWriteItems", "TransactGetItems"}:
        return [
            Call(
                action=_IN_TRANSACTION.get(kind, "dynamodb:GetItem"),
                resource=table_arn(part["TableName"]),
            )
            for item in given["TransactItems"]
            for kind, part in item.items()
        ]
    prefix = _SERVICES.get(service, service)
    if operation == "TestConnection":
        # Asked for on both.
        return [
            Call(action="dms:TestConnection", resource=given[name])
            for name in ("ReplicationInstanceArn", "EndpointArn")
        ]
    return [
        Call(
            action=f"{prefix}:{operation}",
            resource=_resource(prefix, operation, given),
            context=_context(operation, given),
        )
    ]


_BY_NAME: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "codebuild": lambda given: (
        f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/"
        + (given.get("projectName") or given["ids"][0].partition(":")[0])
    ),
    "ssm": lambda given: f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{given['Name']}",
    "s3": lambda given: f"arn:aws:s3:::{given['Bucket']}/{given['Key']}",
}
"""Services whose calls name the resource by a part of its ARN."""
_BY_ARN: Final = {"secretsmanager": "SecretId", "sns": "TopicArn", "lambda": "FunctionName"}
"""Services whose calls name the resource by its ARN, and the parameter that has it."""


def table_arn(name: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _resource(service: str, operation: str, given: Mapping[str, Any]) -> str:
    match service, operation:
        case "dynamodb", _:
            return table_arn(given["TableName"])
        case "route53", "GetChange":
            return f"arn:aws:route53:::change/{given['Id'].rpartition('/')[2]}"
        case "route53", _:
            return f"arn:aws:route53:::hostedzone/{given['HostedZoneId']}"
        case "states", _:
            if operation == "SendTaskFailure":
                # A token names its machine, in a way that only Step Functions can read.
                return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:migration-cutover-dev"
            return str(given.get("stateMachineArn") or given.get("executionArn"))
        case _ if service in _BY_NAME:
            return _BY_NAME[service](given)
        case _ if service in _BY_ARN:
            return str(given[_BY_ARN[service]])
        case "dms", _ if "ReplicationTaskArn" in given:
            return str(given["ReplicationTaskArn"])
        case _:
            return "*"


def _context(operation: str, given: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    if operation != "ChangeResourceRecordSets":
        return {}
    changes = given["ChangeBatch"]["Changes"]
    sets = [change["ResourceRecordSet"] for change in changes]
    prefix = "route53:ChangeResourceRecordSets"
    return {
        f"{prefix}NormalizedRecordNames": frozenset(
            record["Name"].rstrip(".").lower() for record in sets
        ),
        f"{prefix}RecordTypes": frozenset(record["Type"] for record in sets),
        f"{prefix}Actions": frozenset(change["Action"] for change in changes),
    }


def allows(statement: Statement, call: Call) -> bool:
    """IAM's judgement by one statement, as far as these statements go."""
    if statement.effect != "Allow" or call.action not in statement.actions:
        return False
    if not any(fnmatch.fnmatchcase(call.resource, pattern) for pattern in statement.resources):
        return False
    for operator, keys in statement.conditions.items():
        assert operator == "ForAllValues:StringEquals", f"{operator} is not understood here"
        if any(
            call.context.get(key, frozenset()) - set(listed(value)) for key, value in keys.items()
        ):
            return False
    return True

"""Policies as the documents that they are, and the roles that services act as.

Written here and not by the CDK's PolicyStatement: the cutover stack has more than a hundred
statements, each of which is then several calls to Node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migration_stacks.cfn import iam

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

Statement = dict[str, Any]
"""One statement of a policy, in IAM's own spelling."""


def allow(
    *actions: str, on: str | Sequence[str], when: Mapping[str, Mapping[str, Any]] | None = None
) -> Statement:
    """These actions on these resources, where all of `when` is the case."""
    return {
        "Effect": "Allow",
        "Action": _one_or_all(actions),
        "Resource": on if isinstance(on, str) else _one_or_all(on),
        **({"Condition": when} if when else {}),
    }


def document(*statements: Statement) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def service_role(
    scope: Construct,
    construct_id: str,
    *,
    service: str | Sequence[str],
    when: Mapping[str, Mapping[str, Any]] | None = None,
    allowed: Sequence[Statement] = (),
    managed: Sequence[str] = (),
    name: str | None = None,
    description: str | None = None,
) -> iam.CfnRole:
    """A role that these services may act as, and what they may do with it.

    `allowed` is a part of the role itself. Whoever waits for the role waits for its rights too: a
    function, a machine or an endpoint that is made before them is refused.
    """
    return iam.CfnRole(
        scope,
        construct_id,
        role_name=name,
        description=description,
        assume_role_policy_document=document(
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {
                    "Service": service if isinstance(service, str) else _one_or_all(service)
                },
                **({"Condition": when} if when else {}),
            }
        ),
        managed_policy_arns=list(managed) or None,
        policies=[
            iam.CfnRole.PolicyProperty(policy_name="Allowed", policy_document=document(*allowed))
        ]
        if allowed
        else None,
    )


def _one_or_all(values: Sequence[str]) -> str | list[str]:
    """IAM writes a list of one as the one."""
    return values[0] if len(values) == 1 else list(values)

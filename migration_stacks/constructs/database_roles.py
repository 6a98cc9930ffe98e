"""The roles on the target, made by a function inside the VPC: CloudFormation speaks no SQL."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import aws_cdk as cdk
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aws_cdk import aws_lambda as lambda_


class DatabaseRoles(Construct):
    """A custom resource that makes the roles and their rights, or brings them up to date.

    It runs again when one of its properties changes: the roles, the schemas, or the rights
    themselves. It deletes nothing, on update or on delete: the database outlives the stack.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.IFunction,
        roles: Sequence[str],
        schemas: Sequence[str],
        rights: Path,
    ) -> None:
        """rights: the file that says what each role may do."""
        super().__init__(scope, construct_id)
        resource = cdk.CustomResource(
            self,
            "Resource",
            service_token=function.function_arn,
            resource_type="Custom::DatabaseRoles",
            # A function that never answers would keep the stack waiting for an hour.
            service_timeout=cdk.Duration.minutes(5),
            properties={
                # Another name is another password in the same secret, which nobody would apply.
                "Roles": list(roles),
                "Schemas": list(schemas),
                "Rights": hashlib.sha256(rights.read_bytes()).hexdigest()[:16],
            },
        )
        # Not only the function but its permissions too: otherwise the first call is refused.
        resource.node.add_dependency(function)

"""The roles on the target, made by a function inside the VPC: CloudFormation speaks no SQL."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import aws_cdk as cdk
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


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
        function_arn: str,
        roles: Sequence[str],
        schemas: Sequence[str],
        rights: Path,
    ) -> None:
        """rights: the file that says what each role may do."""
        super().__init__(scope, construct_id)
        cdk.CfnResource(
            self,
            "Resource",
            type="Custom::DatabaseRoles",
            properties={
                # By this reference the first call waits for the function's permissions too.
                "ServiceToken": function_arn,
                # A function that never answers would keep the stack waiting for an hour.
                "ServiceTimeout": "300",
                # Another name is another password in the same secret, which nobody would apply.
                "Roles": list(roles),
                "Schemas": list(schemas),
                "Rights": hashlib.sha256(rights.read_bytes()).hexdigest()[:16],
            },
        )

"""The default security group of a VPC, closed: whatever is put into a VPC without a group gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from constructs import Construct

from migration_stacks.cfn import lambda_
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import arn
from migration_stacks.constructs.encryption import log_group
from migration_stacks.constructs.grants import write_log
from migration_stacks.constructs.policies import allow, service_role
from migration_stacks.constructs.python_layer import ARCHITECTURE, RUNTIME

if TYPE_CHECKING:
    from pathlib import Path

_ACCEPTED: Final = {
    "AwsSolutions-L1": "Lambda supports this version of Python until 2029, and it changes together "
    "with that of the other functions, in constructs/python_layer.py.",
    "NIST.800.53.R5-IAMNoInlinePolicy": "A policy for this one role, made and removed with it, "
    "can't be attached to anything else by mistake.",
    "NIST.800.53.R5-LambdaConcurrency": "CloudFormation calls it twice in the life of the stack, "
    "one call at a time; reserving executions would fail the deployment of a small account.",
    "NIST.800.53.R5-LambdaDLQ": "CloudFormation waits for its answer and reports a failure itself.",
    "NIST.800.53.R5-LambdaInsideVPC": "It calls the API of EC2 alone, and inside the VPC is no way "
    "to that.",
    "CKV_AWS_115": "CloudFormation calls it twice in the life of the stack, one call at a time; "
    "reserving executions would fail the deployment of a small account.",
    "CKV_AWS_116": "CloudFormation waits for its answer and reports a failure itself.",
    "CKV_AWS_117": "It calls the API of EC2 alone, and inside the VPC is no way to that.",
}


class ClosedDefaultGroup(Construct):
    """A custom resource: CloudFormation itself can add rules to a group that it did not make, and
    take none away."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        group_id: str,
        function_name: str,
        code: Path,
        key_arn: str,
        log_days: int,
    ) -> None:
        """code: one file, deployed as its text."""
        super().__init__(scope, construct_id)
        log = log_group(
            self, "Log", name=f"/aws/lambda/{function_name}", key_arn=key_arn, days=log_days
        )
        role = service_role(
            self,
            "Role",
            service="lambda.amazonaws.com",
            allowed=[
                write_log(log.attr_arn),
                allow(
                    "ec2:RevokeSecurityGroupEgress",
                    "ec2:RevokeSecurityGroupIngress",
                    on=arn("ec2", f"security-group/{group_id}"),
                ),
            ],
        )
        function = lambda_.CfnFunction(
            self,
            "Function",
            function_name=function_name,
            runtime=RUNTIME,
            architectures=[ARCHITECTURE],
            code=lambda_.CfnFunction.CodeProperty(zip_file=code.read_text(encoding="utf-8")),
            # Lambda names the file so.
            handler="index.lambda_handler",
            role=role.attr_arn,
            timeout=60,
            logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=log.ref),
        )
        acknowledge(self, _ACCEPTED)
        cdk.CfnResource(
            self,
            "Resource",
            type="Custom::ClosedDefaultGroup",
            properties={
                "ServiceToken": function.attr_arn,
                # A function that never answers would keep the stack waiting for an hour.
                "ServiceTimeout": "120",
                "GroupId": group_id,
            },
        )

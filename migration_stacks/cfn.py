"""The CDK's classes of single resources, without the modules that they are in.

`from migration_stacks.cfn import iam` stands for `from aws_cdk import aws_iam as iam`, and
`iam.CfnRole(...)` is the CDK's own class: for the type checker by its declaration, for Node by its
name. What is left out is the CDK's Python between the two. It checks each argument once more and
hands it on in Node's spelling, and to load it for the services here takes longer than all else that
Python does in a synthesis.

Only for resources (Cfn...) and the parts of their properties: the arguments of these are values. What
has enums, static methods or callbacks is imported from `aws_cdk`. tests/infrastructure/test_cfn.py holds
that the templates are the same either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_cdk import aws_backup as backup
    from aws_cdk import aws_cloudwatch as cloudwatch
    from aws_cdk import aws_codebuild as codebuild
    from aws_cdk import aws_dms as dms
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_events as events
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_rds as rds
    from aws_cdk import aws_route53 as route53
    from aws_cdk import aws_route53resolver as route53resolver
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_secretsmanager as secretsmanager
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_ssm as ssm
    from aws_cdk import aws_stepfunctions as stepfunctions
else:
    import aws_cdk as cdk
    import jsii

    def _spelled(name: str) -> str:
        """A name as Node has it."""
        first, *others = name.split("_")
        return first + "".join(part.capitalize() for part in others)

    def _told(values: dict[str, object]) -> dict[str, object]:
        """Arguments as Node has them. What is in the values is the caller's: their keys are names
        of a policy, an event or a variable."""
        return {_spelled(name): value for name, value in values.items() if value is not None}

    class _Kind(type(cdk.CfnResource)):
        """Of a class whose `...Property` attributes are the types of its properties' parts."""

        def __getattr__(cls, name: str) -> object:
            if name.endswith("Property"):
                return lambda **values: _told(values)
            raise AttributeError(name)

    def _class(fqn: str) -> type:
        class Made(cdk.CfnResource, metaclass=_Kind, jsii_type=fqn):
            def __init__(self, scope: object, construct_id: str, **values: object) -> None:
                jsii.create(self.__class__, self, [scope, construct_id, _told(values)])

            def __getattr__(self, name: str) -> object:
                if name.startswith("_"):
                    raise AttributeError(name)
                return jsii.get(self, _spelled(name))

        return Made

    class _Module:
        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, kind: str) -> type:
            made = _class(f"aws-cdk-lib.{self._name}.{kind}")
            setattr(self, kind, made)
            return made

    backup = _Module("aws_backup")
    cloudwatch = _Module("aws_cloudwatch")
    codebuild = _Module("aws_codebuild")
    dms = _Module("aws_dms")
    dynamodb = _Module("aws_dynamodb")
    ec2 = _Module("aws_ec2")
    events = _Module("aws_events")
    iam = _Module("aws_iam")
    kms = _Module("aws_kms")
    lambda_ = _Module("aws_lambda")
    logs = _Module("aws_logs")
    rds = _Module("aws_rds")
    route53 = _Module("aws_route53")
    route53resolver = _Module("aws_route53resolver")
    s3 = _Module("aws_s3")
    secretsmanager = _Module("aws_secretsmanager")
    sns = _Module("aws_sns")
    sqs = _Module("aws_sqs")
    ssm = _Module("aws_ssm")
    stepfunctions = _Module("aws_stepfunctions")

__all__ = [
    "backup",
    "cloudwatch",
    "codebuild",
    "dms",
    "dynamodb",
    "ec2",
    "events",
    "iam",
    "kms",
    "lambda_",
    "logs",
    "rds",
    "route53",
    "route53resolver",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
]

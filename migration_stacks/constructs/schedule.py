"""A state machine that is started again and again, a function that is called so."""

from __future__ import annotations

from constructs import Construct

from migration_stacks.cfn import events, lambda_
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.policies import allow, service_role


class Schedule(Construct):
    """Starts a machine every so many minutes, without an input and without asking whether the last
    execution has ended: a machine whose TimeoutSeconds is below that never runs twice at once.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        minutes: int,
        machine_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        role = service_role(
            self,
            "Role",
            service="events.amazonaws.com",
            allowed=[allow("states:StartExecution", on=machine_arn)],
        )
        acknowledge(
            role,
            {
                "NIST.800.53.R5-IAMNoInlinePolicy": "A policy for this one role, made and removed "
                "with it, can't be attached to anything else by mistake."
            },
        )
        events.CfnRule(
            self,
            "Rule",
            name=name,
            description=description,
            schedule_expression=_every(minutes),
            targets=[
                events.CfnRule.TargetProperty(
                    id="Machine", arn=machine_arn, role_arn=role.attr_arn, input="{}"
                )
            ],
        )


class CallSchedule(Construct):
    """Calls a function every so many minutes, with an empty event. What failed is not called again by the rule: the
    next call comes soon, and the alarm of the function tells."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        description: str,
        minutes: int,
        function_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        rule = events.CfnRule(
            self,
            "Rule",
            name=name,
            description=description,
            schedule_expression=_every(minutes),
            targets=[
                events.CfnRule.TargetProperty(
                    id="Function",
                    arn=function_arn,
                    input="{}",
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=60 * minutes, maximum_retry_attempts=0
                    ),
                )
            ],
        )
        lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=function_arn,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )


def _every(minutes: int) -> str:
    return f"rate({minutes} minute{'s' if minutes > 1 else ''})"

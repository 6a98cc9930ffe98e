"""The deployed state machine and functions, as a rehearsal runs them: same text, same handlers, other names.

tests/contracts/test_agreements.py holds these names, variables and limits against the synthesized template.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from cutover.errors import BadInput
from cutover.plan import CutoverPlan

REPOSITORY: Final = Path(__file__).resolve().parent.parent
DEFINITION: Final = REPOSITORY / "state_machines" / "cutover.asl.json"
ROLLBACK_DEFINITION: Final = REPOSITORY / "state_machines" / "rollback.asl.json"
REPLICATE_DEFINITION: Final = REPOSITORY / "state_machines" / "replicate.asl.json"
FINALIZE_DEFINITION: Final = REPOSITORY / "state_machines" / "finalize.asl.json"
CHECK_DEFINITION: Final = REPOSITORY / "state_machines" / "check.asl.json"
PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class FunctionLimits:
    """How long a function may run and how much memory it has."""

    timeout_seconds: int
    memory_megabytes: int = 256


CONTROL_FUNCTIONS: Final = {
    "acquire_lease": FunctionLimits(timeout_seconds=30),
    "check_readiness": FunctionLimits(timeout_seconds=30, memory_megabytes=512),
    "shift_reads": FunctionLimits(timeout_seconds=30),
    "verify_records": FunctionLimits(timeout_seconds=90),
    "check_stage": FunctionLimits(timeout_seconds=30),
    "ask_approval": FunctionLimits(timeout_seconds=30),
    "park_reads": FunctionLimits(timeout_seconds=30),
    "move_writes": FunctionLimits(timeout_seconds=30),
    "put_back": FunctionLimits(timeout_seconds=30),
    "complete": FunctionLimits(timeout_seconds=30),
    "store_certificate": FunctionLimits(timeout_seconds=60),
    "take_over": FunctionLimits(timeout_seconds=30),
    "hand_over": FunctionLimits(timeout_seconds=150),
    "show_readiness": FunctionLimits(timeout_seconds=30, memory_megabytes=512),
    "watch_way_back": FunctionLimits(timeout_seconds=25),
    "begin_replication": FunctionLimits(timeout_seconds=30),
    "check_connections": FunctionLimits(timeout_seconds=30),
    "assess_replication": FunctionLimits(timeout_seconds=30),
    "lead_task": FunctionLimits(timeout_seconds=30),
    "follow_replication": FunctionLimits(timeout_seconds=30),
    "end_replication": FunctionLimits(timeout_seconds=30),
    "begin_finalize": FunctionLimits(timeout_seconds=30),
    "stop_tasks": FunctionLimits(timeout_seconds=30),
    "end_finalize": FunctionLimits(timeout_seconds=30),
    "route53_updater": FunctionLimits(timeout_seconds=90),
}
"""Outside the VPC."""

DATABASE_FUNCTIONS: Final = {
    "inspect_databases": FunctionLimits(timeout_seconds=30, memory_megabytes=512),
    "measure_lag": FunctionLimits(timeout_seconds=30),
    "look_at_slots": FunctionLimits(timeout_seconds=25),
    "switch_writer": FunctionLimits(timeout_seconds=120, memory_megabytes=512),
    "resolve_switch": FunctionLimits(timeout_seconds=55),
    "finish_switch": FunctionLimits(timeout_seconds=60),
    "verify_switch": FunctionLimits(timeout_seconds=60),
    "prepare_destination": FunctionLimits(timeout_seconds=30),
    "audit_origin": FunctionLimits(timeout_seconds=45),
    "retire_slots": FunctionLimits(timeout_seconds=30),
    "check_way_back": FunctionLimits(timeout_seconds=45),
    "prepare_target": FunctionLimits(timeout_seconds=120),
    "watch_source": FunctionLimits(timeout_seconds=150, memory_megabytes=1024),
    "take_inventory": FunctionLimits(timeout_seconds=240, memory_megabytes=1024),
    "clear_databases": FunctionLimits(timeout_seconds=120),
    "compare_source": FunctionLimits(timeout_seconds=240, memory_megabytes=1024),
}
"""Inside the VPC."""

FUNCTIONS: Final = CONTROL_FUNCTIONS | DATABASE_FUNCTIONS

UPDATER: Final = "route53_updater"
"""Called by people, not by a state machine."""
WATCHER: Final = "watch_source"
"""Called by a rule, again and again."""


def function_name(key: str, suffix: str) -> str:
    """The function's name in AWS."""
    if key == UPDATER:
        return f"route53-updater-{suffix}"
    return f"migration-{key.replace('_', '-')}-{suffix}"


def pascal(key: str) -> str:
    """`switch_writer` as `SwitchWriter`: how a placeholder spells it."""
    return "".join(part.capitalize() for part in key.split("_"))


def called(definition: str) -> list[str]:
    """The keys of the functions that a definition calls."""
    return [key for key in FUNCTIONS if f"${{{pascal(key)}FunctionArn}}" in definition]


def plan_substitutions(plan: CutoverPlan) -> dict[str, str]:
    """The plan as the definition's placeholders."""
    values = asdict(plan)
    weights, questions = values.pop("weights"), values.pop("approve_before")
    texts = {
        # As JSONata has them: true and false in small letters.
        pascal(name): json.dumps(value)
        if isinstance(value, bool)
        else str(value.value if isinstance(value, Enum) else value)
        for name, value in values.items()
    }
    asked = (f"'{each}'" if isinstance(each, str) else str(each) for each in questions)
    return {
        "StageWeights": ",".join(str(weight) for weight in weights),
        "ApproveBefore": f"[{','.join(asked)}]",
        **texts,
    }


def substitutions(
    plan: CutoverPlan, *, function_arns: dict[str, str], topic_arn: str
) -> dict[str, str]:
    """Everything the definition asks for. function_arns: by key, such as `switch_writer`."""
    arns = {f"{pascal(key)}FunctionArn": arn for key, arn in function_arns.items()}
    return {**plan_substitutions(plan), **arns, "TopicArn": topic_arn}


def replicate_substitutions(
    plan: CutoverPlan, *, function_arns: dict[str, str], topic_arn: str, assess: bool = False
) -> dict[str, str]:
    """Everything that the definition of `replicate` asks for. assess: have DMS assess the task first."""
    values = substitutions(plan, function_arns=function_arns, topic_arn=topic_arn)
    return {**values, "AssessFirst": json.dumps(assess)}


def finalize_substitutions(
    plan: CutoverPlan, *, function_arns: dict[str, str], topic_arn: str
) -> dict[str, str]:
    """Everything that the definition of `finalize` asks for."""
    arns = {f"{pascal(key)}FunctionArn": arn for key, arn in function_arns.items()}
    return {**arns, "TopicArn": topic_arn, "PollSeconds": str(plan.poll_seconds)}


def render(text: str, values: dict[str, str]) -> str:
    """The definition with its placeholders filled in. Raises BadInput for a missing or an unused one."""
    asked = set(PLACEHOLDER.findall(text))
    missing, unused = sorted(asked - set(values)), sorted(set(values) - asked)
    if missing or unused:
        raise BadInput(f"definition: no value for {missing}, no place for {unused}")
    return PLACEHOLDER.sub(lambda match: values[match[1]], text)

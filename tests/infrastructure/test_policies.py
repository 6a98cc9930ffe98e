"""The policies in docs/policies fit the templates: nothing that a deployment calls is missing, and IAM takes them."""

from __future__ import annotations

import fnmatch
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from rehearsal.machine import FUNCTIONS, function_name
from tests.infrastructure.conftest import ROOT
from tools import policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.infrastructure.conftest import Synthesized

NAMES = ("deploy-data", "deploy-functions", "deploy-network", "deploy-shared")


def granted() -> set[str]:
    """Every action that one of the execution policies allows."""
    return {
        action
        for name in NAMES
        for statement in read(name)["Statement"]
        for action in statement["Action"]
    }


def read(name: str) -> dict[str, Any]:
    text: dict[str, Any] = json.loads((policies.FOLDER / f"{name}.json").read_text())
    return text


@pytest.fixture(scope="module")
def kinds(environments: Mapping[str, Synthesized]) -> set[str]:
    """Every resource type of every settings file."""
    return policies.types_of(path for made in environments.values() for path in made.files.values())


def test_the_folder_is_current(kinds: set[str]) -> None:
    written = {path.name: path.read_text() for path in policies.FOLDER.iterdir()}
    assert written == policies.policies(kinds), "rewrite them: make policies"


def test_a_deployment_may_do_what_its_types_call_for(kinds: set[str]) -> None:
    assert policies.wanted(kinds) <= granted()
    assert {"rds:CreateDBCluster", "ec2:CreateVpnConnection"} <= granted()


def test_every_call_is_narrowed_by_a_scope_or_left_out_with_a_reason(kinds: set[str]) -> None:
    services = {call.split(":")[0] for kind in kinds for call in policies.calls_of(kind)}
    assert services <= set(policies.SCOPES) | set(policies.OF_UNUSED_OPTIONS)


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("iam:CreatePolicy", "arn:aws:iam::*:policy/migration-*"),
        ("iam:CreateRole", "arn:aws:iam::*:role/migration-*"),
        ("rds:CreateDBInstance", "arn:aws:rds:*:*:pg:default*"),
        ("rds:CreateDBInstance", "arn:aws:rds:*:*:og:default*"),
        ("rds:CreateDBInstance", "arn:aws:rds:*:*:db:migration-*"),
    ],
)
def test_a_call_is_allowed_on_each_kind_of_thing_that_it_is_judged_on(
    action: str, arn: str
) -> None:
    allowed = {
        resource
        for name in NAMES
        for statement in read(name)["Statement"]
        if action in statement["Action"]
        for resource in statement["Resource"]
    }
    assert arn in allowed


@pytest.mark.parametrize("name", [*NAMES, "deployer", "operator", "operator-by-hand"])
def test_iam_takes_the_policy(name: str) -> None:
    text = (policies.FOLDER / f"{name}.json").read_text()
    assert policies.size(text) <= policies.LARGEST_POLICY
    for statement in json.loads(text)["Statement"]:
        assert not any("*" in action for action in statement["Action"])


def test_roles_are_made_passed_and_changed_under_the_projects_names_only() -> None:
    seen = set()
    for name in NAMES:
        for statement in read(name)["Statement"]:
            if any(re.match(r"iam:(?!List)", action) for action in statement["Action"]):
                assert "*" not in statement["Resource"], statement
                seen.add(name)
    assert seen == {"deploy-shared"}


def invoked_in_the_runbook() -> set[str]:
    """Every function that it has a person invoke, those of a loop each, in the environment `dev`."""
    text = (ROOT / "docs" / "runbook.md").read_text()
    found: set[str] = set()
    steps: list[str] = []
    for line in text.splitlines():
        if loop := re.match(r"for step in ([^;]+); do$", line):
            steps = loop[1].split()
        for name in re.findall(r"--function-name (\S+)", line):
            plain = name.replace("<suffix>", "dev")
            found |= {plain.replace("$step", step) for step in steps if "$step" in plain} or {plain}
    return found


def may_invoke(*names: str) -> set[str]:
    """The functions of the environment `dev` that these policies let one invoke."""
    patterns = [
        resource.rpartition(":function:")[2]
        for name in names
        for statement in read(name)["Statement"]
        if "lambda:InvokeFunction" in statement["Action"]
        for resource in statement["Resource"]
    ]
    there = [function_name(key, "dev") for key in FUNCTIONS]
    return {
        each for each in there if any(fnmatch.fnmatchcase(each, pattern) for pattern in patterns)
    }


def test_whatever_the_runbook_has_a_person_invoke_is_allowed_and_nothing_else_by_hand() -> None:
    named = invoked_in_the_runbook()
    assert {"migration-verify-switch-dev", "migration-put-back-dev"} <= named
    assert not {name for name in named if "$" in name or "<" in name}
    assert named <= may_invoke("operator", "operator-by-hand")
    # Whoever only runs the cutover goes around no machine.
    assert may_invoke("operator-by-hand") == named - may_invoke("operator")
    assert may_invoke("operator") == {"route53-updater-dev"}


def test_the_runbook_and_the_page_on_deploying_name_the_policy_for_what_is_done_by_hand() -> None:
    section = (ROOT / "docs" / "runbook.md").read_text().partition("## What if")[2]
    assert "docs/policies/operator-by-hand.json" in section.partition("\n## ")[0]
    assert "`operator-by-hand.json`" in (ROOT / "docs" / "deploy.md").read_text()


def test_by_hand_only_the_weights_of_the_two_names_are_set() -> None:
    found = [
        statement
        for name in ("operator", "operator-by-hand")
        for statement in read(name)["Statement"]
        if "route53:ChangeResourceRecordSets" in statement["Action"]
    ]
    (statement,) = found
    key = "route53:ChangeResourceRecordSets"
    assert statement["Resource"] == ["arn:aws:route53:::hostedzone/*"]
    assert statement["Condition"] == {
        "ForAllValues:StringLike": {f"{key}NormalizedRecordNames": ["ro.*", "rw.*"]},
        "ForAllValues:StringEquals": {f"{key}Actions": ["UPSERT"], f"{key}RecordTypes": ["CNAME"]},
    }

"""The policies in docs/policies fit the templates: nothing that a deployment calls is missing, and IAM takes them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

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


@pytest.mark.parametrize("name", [*NAMES, "deployer", "operator"])
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

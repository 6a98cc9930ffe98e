"""After a finalize three stacks go and the database stays: what each holds of the others, and what stays of them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.infrastructure.environments import FILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.infrastructure.conftest import Synthesized

GOES = ("monitoring", "cutover", "dms")
"""In the order of docs/deploy.md."""
STAYS = ("database", "network")
ANY_STACK = re.compile(r'"Fn::ImportValue": "([^":]+):')


def imports(template: Mapping[str, Any]) -> set[str]:
    """The stacks whose exports a template uses, by name."""
    return set(ANY_STACK.findall(json.dumps(template)))


@pytest.mark.parametrize("name", sorted(FILES))
def test_what_goes_is_held_by_nothing_that_stays(
    environments: Mapping[str, Synthesized], name: str
) -> None:
    """CloudFormation deletes no stack whose export is in use: each goes once what came before it is gone."""
    stacks = environments[name]
    held = {role: imports(template) for role, template in stacks.templates.items()}
    assert any(held[role] for role in GOES), "nothing is imported at all, or it is not understood"
    for number, role in enumerate(GOES):
        others = {*GOES[number + 1 :], *STAYS}
        users = {other for other in others if stacks.names.stack(role) in held[other]}
        assert users == set(), f"{role} can't go while {users} is there"


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_database_is_in_no_stack_that_goes(
    environments: Mapping[str, Synthesized], name: str
) -> None:
    stacks = environments[name]
    kinds = {
        role: {resource["Type"] for resource in template["Resources"].values()}
        for role, template in stacks.templates.items()
    }
    assert "AWS::RDS::DBCluster" in kinds["database"]
    for role in GOES:
        assert not [
            kind for kind in kinds[role] if kind.startswith(("AWS::RDS::", "AWS::EC2::VPC"))
        ]
    # DMS encrypts with the database's key, and its secrets are there: both stay.
    assert "AWS::KMS::Key" not in kinds["dms"]
    assert "AWS::SecretsManager::Secret" not in kinds["dms"]


GO_WITH_ANOTHER = {
    # Its versions are a function's own; the records stay by their own DeletionPolicy and by their handler.
    "AWS::Lambda::Version",
    "Custom::WeightedRecords",
}


def kept(stacks: Synthesized, role: str) -> set[str]:
    """Types of what stays when the stack goes."""
    return {
        resource["Type"]
        for resource in stacks.templates[role]["Resources"].values()
        if resource.get("DeletionPolicy", "Delete") != "Delete"
    } - GO_WITH_ANOTHER


@pytest.mark.parametrize("name", ["example", "minimal", "production"])
def test_of_a_protected_migration_what_says_how_it_was_stays(
    environments: Mapping[str, Synthesized], name: str
) -> None:
    """The journal, the certificates and reports, and the key without which neither can be read."""
    stacks = environments[name]
    assert kept(stacks, "cutover") == {
        "AWS::DynamoDB::Table",
        "AWS::S3::Bucket",
        "AWS::KMS::Key",
    }
    assert kept(stacks, "dms") == kept(stacks, "monitoring") == set()


def test_of_an_unprotected_one_the_bucket_alone(environments: Mapping[str, Synthesized]) -> None:
    """CloudFormation can't delete one with something in it; the key goes after its waiting period (docs/deploy.md)."""
    stacks = environments["full"]
    assert kept(stacks, "cutover") == {"AWS::S3::Bucket"}
    assert kept(stacks, "dms") == set()

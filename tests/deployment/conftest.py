"""A stand-in for CloudFormation over moto in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from rehearsal.cloudformation import CloudFormation
from rehearsal.cloudformation.catalogue import KINDS
from rehearsal.cloudformation.custom_resources import CustomResources
from rehearsal.cloudformation.kinds import Api
from rehearsal.cloudformation.stacks import Stack


class Stacks:
    """Deploys templates as the API would."""

    def __init__(self, custom: CustomResources) -> None:
        self.api = Api()
        self.account = CloudFormation(kinds=KINDS, custom=custom, api=self.api)

    def deploy(self, resources: dict[str, Any], *, name: str = "one", **sections: Any) -> Stack:
        kind = "UPDATE" if name in self.account.stacks else "CREATE"
        stack, change_set = self.account.propose(
            stack_name=name,
            change_set_name="set",
            kind=kind,
            text=json.dumps({"Resources": resources, **sections}),
            parameters=(),
            tags={},
        )
        self.account.execute(stack, change_set)
        return stack

    def delete(self, stack: Stack) -> Stack:
        self.account.delete(stack)
        return stack


@pytest.fixture
def stacks() -> Iterator[Stacks]:
    with mock_aws():
        custom = CustomResources()
        yield Stacks(custom)
        custom.close()

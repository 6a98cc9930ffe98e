"""CloudFormation's API, answered by the stand-in in place of moto's own CloudFormation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlparse

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from rehearsal.cloudformation.errors import ChangeSetMissing, TemplateFault
from rehearsal.cloudformation.kinds import Api
from rehearsal.cloudformation.stacks import ChangeSet, CloudFormation, Stack
from rehearsal.cloudformation.template import Template

Parameter = Callable[[str], Any]


class Operations:
    """Each method is one operation: a reader of the request's parameters in, the answer out."""

    def __init__(self, account: CloudFormation, api: Api) -> None:
        self._account = account
        self._api = api

    def create_change_set(self, given: Parameter) -> dict[str, Any]:
        stack, change_set = self._account.propose(
            stack_name=_bare(given("StackName")),
            change_set_name=given("ChangeSetName"),
            kind=given("ChangeSetType") or "UPDATE",
            text=None if given("UsePreviousTemplate") else self._text(given),
            parameters=given("Parameters") or [],
            tags={tag["Key"]: tag["Value"] for tag in given("Tags") or []},
            description=given("Description") or "",
        )
        return {"Id": change_set.id, "StackId": stack.id}

    def describe_change_set(self, given: Parameter) -> dict[str, Any]:
        stack, change_set = self._change_set(given)
        return {
            "ChangeSetName": change_set.name,
            "ChangeSetId": change_set.id,
            "StackId": stack.id,
            "StackName": stack.name,
            "Description": change_set.description,
            "Parameters": _parameters(change_set.parameters),
            "CreationTime": change_set.created,
            "ExecutionStatus": change_set.execution,
            "Status": change_set.status,
            "StatusReason": change_set.reason,
            "Changes": change_set.changes,
        }

    def list_change_sets(self, given: Parameter) -> dict[str, Any]:
        stack = self._account.find(given("StackName"))
        return {
            "Summaries": [
                {
                    "StackId": stack.id,
                    "StackName": stack.name,
                    "ChangeSetId": each.id,
                    "ChangeSetName": each.name,
                    "Status": each.status,
                    "StatusReason": each.reason,
                }
                for each in stack.change_sets.values()
            ]
        }

    def execute_change_set(self, given: Parameter) -> dict[str, Any]:
        self._account.execute(*self._change_set(given))
        return {}

    def delete_change_set(self, given: Parameter) -> dict[str, Any]:
        """Deleting one that is not there is no error."""
        stack = self._account.find(given("StackName"))
        for name, each in list(stack.change_sets.items()):
            if given("ChangeSetName") in (name, each.id):
                del stack.change_sets[name]
        return {}

    def describe_stacks(self, given: Parameter) -> dict[str, Any]:
        named = given("StackName")
        stacks = [self._account.find(named)] if named else list(self._account.stacks.values())
        return {"Stacks": [_stack(stack) for stack in stacks]}

    def list_stacks(self, given: Parameter) -> dict[str, Any]:
        wanted = given("StackStatusFilter") or []
        found = [_stack(stack) for stack in self._account.stacks.values()]
        return {
            "StackSummaries": [
                each for each in found if not wanted or each["StackStatus"] in wanted
            ]
        }

    def describe_stack_events(self, given: Parameter) -> dict[str, Any]:
        return {"StackEvents": self._account.find(given("StackName")).events[::-1]}

    def describe_events(self, given: Parameter) -> dict[str, Any]:
        """Of a change set's early checks: they are made before it exists here."""
        self._account.find(given("StackName"))
        return {"OperationEvents": []}

    def describe_stack_resources(self, given: Parameter) -> dict[str, Any]:
        stack = self._account.find(given("StackName"))
        wanted = given("LogicalResourceId")
        found = _resources(stack)
        return {
            "StackResources": [
                {**each, "StackId": stack.id, "StackName": stack.name, "Timestamp": stack.created}
                for each in found
                if wanted in (None, each["LogicalResourceId"])
            ]
        }

    def list_stack_resources(self, given: Parameter) -> dict[str, Any]:
        stack = self._account.find(given("StackName"))
        return {
            "StackResourceSummaries": [
                {**each, "LastUpdatedTimestamp": stack.updated or stack.created}
                for each in _resources(stack)
            ]
        }

    def get_template(self, given: Parameter) -> dict[str, Any]:
        stack = self._account.find(given("StackName"))
        return {"TemplateBody": stack.template.text if stack.template else "{}"}

    def get_template_summary(self, given: Parameter) -> dict[str, Any]:
        if named := given("StackName"):
            template = self._account.find(named).template
            assert template is not None, "a deployed stack has a template"
        else:
            template = Template.parse(self._text(given))
        return {
            "Parameters": [
                {
                    "ParameterKey": name,
                    "DefaultValue": each.get("Default"),
                    "ParameterType": each.get("Type", "String"),
                }
                for name, each in template.parameters.items()
            ],
            "Description": template.description,
            "ResourceTypes": sorted({each.type_name for each in template.resources.values()}),
            "ResourceIdentifierSummaries": [],
        }

    def list_exports(self, _given: Parameter) -> dict[str, Any]:
        return {
            "Exports": [
                {"ExportingStackId": stack.id, "Name": name, "Value": value}
                for name, (stack, value) in self._account.exports().items()
            ]
        }

    def list_imports(self, given: Parameter) -> dict[str, Any]:
        return {"Imports": self._account.users(given("ExportName"))}

    def update_termination_protection(self, given: Parameter) -> dict[str, Any]:
        stack = self._account.find(given("StackName"))
        stack.protected = _true(given("EnableTerminationProtection"))
        return {"StackId": stack.id}

    def delete_stack(self, given: Parameter) -> dict[str, Any]:
        self._account.delete(self._account.find(given("StackName")))
        return {}

    def _change_set(self, given: Parameter) -> tuple[Stack, ChangeSet]:
        stack = self._account.find(given("StackName"))
        wanted = given("ChangeSetName")
        for each in stack.change_sets.values():
            if wanted in (each.name, each.id):
                return stack, each
        raise ChangeSetMissing(f"ChangeSet [{wanted}] does not exist")

    def _text(self, given: Parameter) -> str:
        if body := given("TemplateBody"):
            return str(body)
        url = given("TemplateURL")
        if not url:
            raise TemplateFault("Either Template URL or Template Body must be specified.")
        # https://s3.<region>.amazonaws.com/bucket/key: the bucket and key in this account's S3.
        bucket, _, key = urlparse(url).path.lstrip("/").partition("/")
        found = self._api.client("s3").get_object(Bucket=bucket, Key=key)
        return str(found["Body"].read().decode())


def install(account: CloudFormation, api: Api) -> None:
    """Every operation that is not among these is an error: moto's own would see no stack."""
    operations = Operations(account, api)
    for name in dir(CloudFormationResponse):
        operation = getattr(CloudFormationResponse, name)
        if name in _MOTO_OPERATIONS and callable(operation):
            setattr(CloudFormationResponse, name, _unknown(name))
    for name in vars(Operations):
        if not name.startswith("_"):
            setattr(CloudFormationResponse, name, _answering(getattr(operations, name)))
    CloudFormationResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER = {}


_MOTO_OPERATIONS: Final = frozenset(
    name
    for name in vars(CloudFormationResponse)
    if name.startswith(
        (
            "create_",
            "delete_",
            "describe_",
            "execute_",
            "get_",
            "list_",
            "set_",
            "update_",
            "validate_",
        )
    )
)


def _answering(operation: Callable[[Parameter], Mapping[str, Any]]) -> Callable[[Any], Any]:
    def answer(self: Any) -> Any:
        try:
            return ActionResult(dict(operation(self._get_param)))
        except TemplateFault as fault:
            raise _refusal(fault) from fault

    return answer


def _refusal(fault: TemplateFault) -> Exception:
    refusal: Exception = ValidationError(message=str(fault))
    refusal.code = fault.code  # type: ignore[attr-defined]
    return refusal


def _unknown(name: str) -> Callable[[Any], Any]:
    def refuse(_self: Any) -> Any:
        raise ValidationError(message=f"{name} is not part of the stand-in for CloudFormation")

    return refuse


def _bare(name_or_id: str) -> str:
    return name_or_id.split("/")[1] if name_or_id.startswith("arn:") else name_or_id


def _true(value: Any) -> bool:
    return str(value).lower() == "true"


def _parameters(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


def _stack(stack: Stack) -> dict[str, Any]:
    return {
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": stack.template.description if stack.template else "",
        "Parameters": _parameters(stack.parameters),
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "EnableTerminationProtection": stack.protected,
        "Outputs": list(stack.outputs.values()),
        "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        "DisableRollback": False,
    }


def _resources(stack: Stack) -> list[dict[str, Any]]:
    return [
        {
            "LogicalResourceId": resource.logical_id,
            "PhysicalResourceId": resource.ref,
            "ResourceType": resource.type_name,
            "ResourceStatus": "CREATE_COMPLETE",
        }
        for resource in stack.resources.values()
    ]

"""Lambda, Step Functions and CodeBuild: code from the assets that the CDK CLI published."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any, Final

from rehearsal.cloudformation.catalogue.parts import some
from rehearsal.cloudformation.errors import ResourceFailed
from rehearsal.cloudformation.kinds import Api, ApiKind, Resource

_PLACEHOLDER: Final = re.compile(r"\$\{[A-Za-z0-9_]+\}")


def _function(api: Api, resource: Resource) -> dict[str, Any]:
    given = dict(resource.properties)
    given.setdefault("FunctionName", resource.fitted_name(64))
    given["Code"] = _code(given)
    return api.call(
        "lambda", "create_function", **_FUNCTION.parameters(api, "create_function", given)
    )


def _code(given: Mapping[str, Any]) -> dict[str, Any]:
    code: dict[str, Any] = given["Code"]
    if "ZipFile" not in code:
        return code
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        suffix = "js" if str(given.get("Runtime", "")).startswith("nodejs") else "py"
        archive.writestr(f"index.{suffix}", code["ZipFile"])
    return {"ZipFile": packed.getvalue()}


def _code_changed(api: Api, resource: Resource, _before: Mapping[str, Any]) -> None:
    code = _code(resource.properties)
    api.call("lambda", "update_function_code", FunctionName=resource.ref, **code)


def _definition(given: Mapping[str, Any], api: Api) -> str:
    """The text with its substitutions, as CloudFormation fills them in."""
    text = str(given.get("DefinitionString", ""))
    if place := given.get("DefinitionS3Location"):
        found = api.client("s3").get_object(Bucket=place["Bucket"], Key=place["Key"])
        text = found["Body"].read().decode()
    for name, value in given.get("DefinitionSubstitutions", {}).items():
        text = text.replace(f"${{{name}}}", str(value))
    if left := sorted(set(_PLACEHOLDER.findall(text))):
        raise ResourceFailed(f"the definition still holds {', '.join(left)}")
    return text


def _machine(api: Api, resource: Resource) -> dict[str, Any]:
    given = resource.properties
    name = given.get("StateMachineName", resource.fitted_name(80))
    rest = some(given, "RoleArn", "LoggingConfiguration", "TracingConfiguration", "Tags")
    parameters = _MACHINE.parameters(api, "create_state_machine", rest)
    answer = api.call(
        "stepfunctions",
        "create_state_machine",
        name=name,
        definition=_definition(given, api),
        type=given.get("StateMachineType", "STANDARD"),
        **parameters,
    )
    return {**answer, "Name": name}


def _machine_changed(api: Api, resource: Resource, _before: Mapping[str, Any]) -> None:
    """A running execution keeps the definition that it began with."""
    given = resource.properties
    rest = some(given, "RoleArn", "LoggingConfiguration", "TracingConfiguration")
    api.call(
        "stepfunctions",
        "update_state_machine",
        stateMachineArn=resource.ref,
        definition=_definition(given, api),
        **_MACHINE.parameters(api, "update_state_machine", rest),
    )


def _permission(api: Api, resource: Resource) -> dict[str, Any]:
    given = dict(resource.properties)
    given["StatementId"] = resource.fitted_name(100)
    return {
        **api.call(
            "lambda", "add_permission", **_PERMISSION.parameters(api, "add_permission", given)
        ),
        "Id": given["StatementId"],
    }


def _permission_gone(api: Api, resource: Resource) -> None:
    name = resource.properties["FunctionName"]
    api.call("lambda", "remove_permission", FunctionName=name, StatementId=resource.ref)


def _project_changed(api: Api, resource: Resource, _before: Mapping[str, Any]) -> None:
    """Moto changes none: it is made anew under its name."""
    _PROJECT.delete(api, resource)
    _PROJECT.create(api, resource)


_PROJECT: Final = ApiKind(
    type_name="AWS::CodeBuild::Project",
    service="codebuild",
    create_by="create_project",
    ref="project.name",
    attributes={"Arn": "project.arn"},
    named="Name",
    update_by=_project_changed,
    delete_by="delete_project",
    delete_key="name",
)

_FUNCTION: Final = ApiKind(
    type_name="AWS::Lambda::Function",
    service="lambda",
    create_by=_function,
    ref="FunctionName",
    attributes={"Arn": "FunctionArn"},
    unread=frozenset({"RecursiveLoop", "ReservedConcurrentExecutions"}),
    updates={"Code": _code_changed},
    update_by="update_function_configuration",
    update_key="FunctionName",
    delete_by="delete_function",
    delete_key="FunctionName",
)

_MACHINE: Final = ApiKind(
    type_name="AWS::StepFunctions::StateMachine",
    service="stepfunctions",
    create_by=_machine,
    ref="stateMachineArn",
    attributes={"Arn": "stateMachineArn", "Name": "Name"},
    update_by=_machine_changed,
    delete_by="delete_state_machine",
    delete_key="stateMachineArn",
)

_PERMISSION: Final = ApiKind(
    type_name="AWS::Lambda::Permission",
    service="lambda",
    create_by=_permission,
    ref="Id",
    delete_by=_permission_gone,
)

KINDS: Final = (
    _FUNCTION,
    ApiKind(
        type_name="AWS::Lambda::LayerVersion",
        service="lambda",
        create_by="publish_layer_version",
        ref="LayerVersionArn",
        attributes={"LayerVersionArn": "LayerVersionArn"},
        named="LayerName",
        delete_by=lambda api, resource: api.call(
            "lambda",
            "delete_layer_version",
            LayerName=resource.ref.split(":")[6],
            VersionNumber=int(resource.ref.rpartition(":")[2]),
        ),
    ),
    _PERMISSION,
    ApiKind(
        type_name="AWS::Lambda::EventInvokeConfig",
        service="lambda",
        create_by="put_function_event_invoke_config",
        ref="FunctionArn",
        update_by="put_function_event_invoke_config",
        delete_by=lambda api, resource: api.call(
            "lambda",
            "delete_function_event_invoke_config",
            FunctionName=resource.properties["FunctionName"],
        ),
    ),
    ApiKind(
        type_name="AWS::Lambda::Version",
        service="lambda",
        create_by="publish_version",
        ref="FunctionArn",
        attributes={"FunctionArn": "Ref", "Version": "Version"},
        delete_by=lambda api, resource: api.call(
            "lambda",
            "delete_function",
            FunctionName=resource.ref.rpartition(":")[0],
            Qualifier=resource.ref.rpartition(":")[2],
        ),
    ),
    _MACHINE,
    _PROJECT,
)

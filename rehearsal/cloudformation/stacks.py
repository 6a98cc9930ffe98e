"""Stacks: change sets, and what executing one does to the resources."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from graphlib import CycleError, TopologicalSorter
from typing import Any, Final

from rehearsal.aws.invoker import ACCOUNT, REGION
from rehearsal.cloudformation.errors import ResourceFailed, TemplateFault, UnknownChange
from rehearsal.cloudformation.intrinsics import NO_VALUE, Resolver, references
from rehearsal.cloudformation.kinds import Api, Kind, Resource, differences, is_gone, replaces
from rehearsal.cloudformation.schemas import faults
from rehearsal.cloudformation.template import Declared, Template

logger = logging.getLogger(__name__)

STACK_TYPE: Final = "AWS::CloudFormation::Stack"
NO_CHANGES: Final = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)
PATIENCE_SECONDS: Final = 20.0
"""The API answers after this long at the latest."""
_KEPT: Final = ("Retain", "RetainExceptOnCreate")
_SSM: Final = "AWS::SSM::Parameter::Value<"
_PSEUDO: Final = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NotificationARNs": [],
}


@dataclass(kw_only=True)
class ChangeSet:
    """A template on its way into a stack."""

    id: str
    name: str
    type: str
    template: Template
    parameters: dict[str, str]
    tags: dict[str, str]
    description: str = ""
    status: str = "CREATE_COMPLETE"
    reason: str | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    execution: str = "AVAILABLE"


@dataclass(kw_only=True)
class Stack:
    """A stack and everything that was ever said about it."""

    id: str
    name: str
    status: str = "REVIEW_IN_PROGRESS"
    reason: str | None = None
    template: Template | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    events: list[dict[str, Any]] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    protected: bool = False
    """Termination protection."""
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated: datetime | None = None
    retained: list[Resource] = field(default_factory=list)
    """Left behind by their DeletionPolicy."""

    @property
    def exports(self) -> dict[str, str]:
        return {
            output["ExportName"]: output["OutputValue"]
            for output in self.outputs.values()
            if "ExportName" in output
        }

    def say(self, status: str, resource: Resource | None = None, reason: str | None = None) -> None:
        """Note an event; without a resource it is about the stack and becomes its status."""
        if resource is None:
            self.status, self.reason = status, reason
        event = {
            "StackId": self.id,
            "EventId": str(uuid.uuid4()),
            "StackName": self.name,
            "LogicalResourceId": resource.logical_id if resource else self.name,
            "PhysicalResourceId": resource.ref if resource else self.id,
            "ResourceType": resource.type_name if resource else STACK_TYPE,
            "Timestamp": datetime.now(UTC),
            "ResourceStatus": status,
        }
        self.events.append(event if reason is None else {**event, "ResourceStatusReason": reason})


class CloudFormation:
    """The stacks of one account and region."""

    def __init__(self, *, kinds: Mapping[str, Kind], custom: Kind, api: Api) -> None:
        """custom: what stands behind every Custom::... without an entry of its own."""
        self._kinds = kinds
        self._custom = custom
        self._api = api
        self._deleted: dict[str, Stack] = {}
        self.stacks: dict[str, Stack] = {}

    def kind(self, type_name: str) -> Kind:
        """Raises TemplateFault for a type that nothing here knows."""
        if type_name in self._kinds:
            return self._kinds[type_name]
        if type_name.startswith("Custom::") or type_name == "AWS::CloudFormation::CustomResource":
            return self._custom
        raise TemplateFault(
            f"Template format error: Unrecognized resource types: [{type_name}]; the stand-in for "
            "CloudFormation has no entry for it in rehearsal/cloudformation/catalogue"
        )

    def find(self, name_or_id: str) -> Stack:
        """By name, or by id also where it was deleted. Raises TemplateFault."""
        for stack in [*self.stacks.values(), *self._deleted.values()]:
            if name_or_id == stack.id or (name_or_id == stack.name and stack.name in self.stacks):
                return stack
        raise TemplateFault(f"Stack with id {name_or_id} does not exist")

    def exports(self) -> dict[str, tuple[Stack, str]]:
        """Name to the stack that exports it, and the value."""
        return {
            name: (stack, value)
            for stack in self.stacks.values()
            for name, value in stack.exports.items()
        }

    def propose(
        self,
        *,
        stack_name: str,
        change_set_name: str,
        kind: str,
        text: str | None,
        parameters: Iterable[Mapping[str, Any]],
        tags: dict[str, str],
        description: str = "",
    ) -> tuple[Stack, ChangeSet]:
        """A change set. Raises TemplateFault for a template that can't be deployed."""
        stack = self.stacks.get(stack_name)
        if kind == "CREATE" and stack is None:
            stack = Stack(id=_arn(f"stack/{stack_name}/{uuid.uuid4()}"), name=stack_name)
            self.stacks[stack_name] = stack
            stack.say("REVIEW_IN_PROGRESS", reason="User Initiated")
        if stack is None:
            raise TemplateFault(f"Stack [{stack_name}] does not exist")
        template = stack.template if text is None else Template.parse(text)
        if template is None:
            raise TemplateFault("Either Template URL or Template Body must be specified.")
        values = self._parameter_values(template, parameters, stack.parameters)
        self._check(template)
        change_set = ChangeSet(
            id=_arn(f"changeSet/{change_set_name}/{uuid.uuid4()}"),
            name=change_set_name,
            type=kind,
            template=template,
            parameters=values,
            tags=tags,
            description=description,
            changes=_changes(template, stack),
        )
        unchanged = stack.template is not None and stack.template.text == template.text
        if kind == "UPDATE" and unchanged and values == stack.parameters:
            change_set.status, change_set.reason = "FAILED", NO_CHANGES
            change_set.execution = "UNAVAILABLE"
        stack.change_sets[change_set_name] = change_set
        return stack, change_set

    def execute(self, stack: Stack, change_set: ChangeSet) -> None:
        """Starts it; the events tell the rest."""
        if change_set.execution != "AVAILABLE":
            raise TemplateFault(f"ChangeSet [{change_set.id}] cannot be executed")
        verb = "CREATE" if stack.template is None else "UPDATE"
        stack.say(f"{verb}_IN_PROGRESS", reason="User Initiated")
        stack.change_sets.clear()
        _begin(self._deploy, stack, change_set, verb)

    def delete(self, stack: Stack) -> None:
        """Starts it. Raises TemplateFault while the stack is protected."""
        if stack.protected:
            raise TemplateFault(
                f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            )
        if stack.status.endswith("_IN_PROGRESS") and stack.template is not None:
            raise TemplateFault(f"Stack [{stack.name}] is in state {stack.status}")
        stack.say("DELETE_IN_PROGRESS", reason="User Initiated")
        _begin(self._delete, stack)

    def _parameter_values(
        self,
        template: Template,
        given: Iterable[Mapping[str, Any]],
        before: Mapping[str, str],
    ) -> dict[str, str]:
        values = {
            name: str(each["Default"])
            for name, each in template.parameters.items()
            if "Default" in each
        }
        for each in given:
            name = each["ParameterKey"]
            if name not in template.parameters:
                raise TemplateFault(f"Parameters: [{name}] do not exist in the template")
            if not each.get("UsePreviousValue"):
                values[name] = each["ParameterValue"]
            elif name in before:
                values[name] = before[name]
        if missing := sorted(set(template.parameters) - set(values)):
            raise TemplateFault(f"Parameters: [{', '.join(missing)}] must have values")
        return values

    def _check(self, template: Template) -> None:
        """What CloudFormation refuses before it touches anything."""
        for each in template.resources.values():
            self.kind(each.type_name)
        known = {*template.resources, *template.parameters, *_PSEUDO}
        known |= {"AWS::StackName", "AWS::StackId", "AWS::NoValue"}
        for each in template.resources.values():
            asked = {*references(each.properties), *each.depends_on}
            if unknown := sorted(asked - known):
                raise TemplateFault(
                    f"Template format error: Unresolved resource dependencies {unknown} in the "
                    "Resources block of the template"
                )
        for output in template.outputs.values():
            if unknown := sorted(set(references(output)) - known):
                raise TemplateFault(
                    f"Template format error: Unresolved resource dependencies {unknown} in the "
                    "Outputs block of the template"
                )
        _order(template.resources)

    def _deploy(self, stack: Stack, change_set: ChangeSet, verb: str) -> None:
        work = _Deployment(self, stack, change_set)
        try:
            try:
                work.run()
            except (ResourceFailed, TemplateFault) as failure:
                self._roll_back(work, verb, str(failure))
                return
            stack.template, stack.parameters = change_set.template, change_set.parameters
            stack.tags, stack.updated = change_set.tags, datetime.now(UTC)
            work.clean_up()
            stack.say(f"{verb}_COMPLETE")
        except Exception as error:
            logger.exception("%s: an error of the stand-in itself", stack.name)
            stack.say(f"{verb}_FAILED", reason=f"the stand-in failed: {error!r}")

    def _roll_back(self, work: _Deployment, verb: str, reason: str) -> None:
        stack, prefix = work.stack, "" if verb == "CREATE" else "UPDATE_"
        stack.say(f"{prefix}ROLLBACK_IN_PROGRESS", reason=reason)
        try:
            work.undo()
        except ResourceFailed as failure:
            stack.say(f"{prefix}ROLLBACK_FAILED", reason=str(failure))
            return
        if verb == "CREATE":
            stack.template = work.change_set.template
        stack.say(f"{prefix}ROLLBACK_COMPLETE")

    def _delete(self, stack: Stack) -> None:
        try:
            for name in stack.exports:
                if users := self.users(name):
                    raise ResourceFailed(
                        f"Export {name} cannot be deleted as it is in use by {', '.join(users)}"
                    )
            for resource in _backwards(stack.resources):
                self.remove(stack, resource, policy=resource.deletion_policy)
                del stack.resources[resource.logical_id]
        except ResourceFailed as failure:
            stack.say("DELETE_FAILED", reason=str(failure))
            return
        except Exception as error:
            logger.exception("%s: an error of the stand-in itself", stack.name)
            stack.say("DELETE_FAILED", reason=f"the stand-in failed: {error!r}")
            return
        stack.outputs, stack.imports = {}, set()
        # First: whoever sees that it is complete may ask for the name.
        self._deleted[stack.id] = self.stacks.pop(stack.name)
        stack.say("DELETE_COMPLETE")

    def users(self, export: str) -> list[str]:
        """The stacks that import it."""
        return sorted(each.name for each in self.stacks.values() if export in each.imports)

    def remove(self, stack: Stack, resource: Resource, *, policy: str) -> None:
        """Delete a resource, or leave it where its policy says so."""
        if policy in _KEPT:
            stack.retained.append(resource)
            stack.say("DELETE_SKIPPED", resource)
            return
        stack.say("DELETE_IN_PROGRESS", resource)
        try:
            self.kind(resource.type_name).delete(self._api, resource)
        except ResourceFailed as failure:
            if not is_gone(failure):
                stack.say("DELETE_FAILED", resource, str(failure))
                raise ResourceFailed(f"{resource.logical_id}: {failure}") from failure
        stack.say("DELETE_COMPLETE", resource)

    def resolver(
        self,
        stack: Stack,
        template: Template,
        parameters: Mapping[str, str],
        resources: Mapping[str, Resource],
    ) -> Resolver:
        """What gives the values of a template in this stack."""

        def attribute(name: str, wanted: str) -> Any:
            resource = resources.get(name)
            if resource is None:
                raise TemplateFault(
                    f"Template error: instance of Fn::GetAtt references undefined resource {name}"
                )
            if wanted not in resource.attributes:
                raise TemplateFault(
                    f"Template error: resource {name} ({resource.type_name}) does not support "
                    f"attribute type {wanted} in Fn::GetAtt"
                )
            return resource.attributes[wanted]

        def imported(name: str) -> str:
            exports = self.exports()
            if name not in exports:
                raise TemplateFault(f"No export named {name} found.")
            stack.imports.add(name)
            return exports[name][1]

        names: dict[str, Any] = {
            **_PSEUDO,
            "AWS::StackName": stack.name,
            "AWS::StackId": stack.id,
            **{name: self._parameter(template, name, value) for name, value in parameters.items()},
        }
        return Resolver(
            names=_Names(names, resources),
            attribute=attribute,
            imported=imported,
            dynamic=self._dynamic,
            conditions=template.conditions,
            mappings=template.mappings,
            zones=self._zones,
        )

    def _parameter(self, template: Template, name: str, value: str) -> Any:
        kind = template.parameters[name].get("Type", "String")
        if kind.startswith(_SSM):
            return self._ssm(value)
        return value.split(",") if kind in ("CommaDelimitedList", "List<String>") else value

    def _ssm(self, name: str) -> str:
        return str(self._api.call("ssm", "get_parameter", Name=name)["Parameter"]["Value"])

    def _dynamic(self, service: str, reference: str) -> str:
        if service.startswith("ssm"):
            return self._ssm(reference.partition(":")[0])
        secret, _, rest = reference.partition(":SecretString:")
        found = self._api.call("secretsmanager", "get_secret_value", SecretId=secret)
        content: dict[str, Any] = json.loads(found["SecretString"])
        return str(content[rest.partition(":")[0]])

    def _zones(self) -> list[str]:
        found = self._api.call("ec2", "describe_availability_zones")["AvailabilityZones"]
        return sorted(zone["ZoneName"] for zone in found)


class _Deployment:
    """One change set being executed, and how to take it back."""

    def __init__(self, account: CloudFormation, stack: Stack, change_set: ChangeSet) -> None:
        self._account = account
        self._api = account._api
        self.stack = stack
        self.change_set = change_set
        self._undo: list[Callable[[], None]] = []
        self._replaced: list[Resource] = []
        self._imports = set(stack.imports)

    def run(self) -> None:
        template, stack = self.change_set.template, self.stack
        stack.imports = set()
        self._resolve = self._account.resolver(
            stack, template, self.change_set.parameters, stack.resources
        )
        self._wanted = {
            name: each
            for name, each in template.resources.items()
            if each.condition is None or self._resolve.condition(each.condition)
        }
        for name in _order(self._wanted):
            self._apply(self._wanted[name])
        outputs = self._outputs(template)
        self._keep_what_is_used(outputs)
        stack.outputs = outputs

    def clean_up(self) -> None:
        """What the template no longer has, and what was replaced; last, as in CloudFormation."""
        gone = {
            name: each for name, each in self.stack.resources.items() if name not in self._wanted
        }
        if gone or self._replaced:
            self.stack.say("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        for resource in _backwards(gone):
            del self.stack.resources[resource.logical_id]
            self._drop(resource, resource.deletion_policy)
        for resource in reversed(self._replaced):
            self._drop(resource, resource.replace_policy)

    def undo(self) -> None:
        self.stack.imports = self._imports
        for step in reversed(self._undo):
            step()

    def _drop(self, resource: Resource, policy: str) -> None:
        try:
            self._account.remove(self.stack, resource, policy=policy)
        except ResourceFailed:
            # CloudFormation goes on too: the update itself is complete, the event stays.
            return

    def _apply(self, declared: Declared) -> None:
        stack = self.stack
        present = stack.resources.get(declared.logical_id)
        resource = Resource(
            stack_id=stack.id,
            logical_id=declared.logical_id,
            type_name=declared.type_name,
            properties={},
            name=f"{stack.name}-{declared.logical_id}-{uuid.uuid4().hex[:12].upper()}",
            depends_on=_dependencies(declared, self._wanted),
            deletion_policy=declared.deletion_policy,
            replace_policy=declared.replace_policy,
        )
        if present is not None:
            resource = replace(
                resource, name=present.name, ref=present.ref, attributes=present.attributes
            )
        try:
            resource.properties = self._resolve(declared.properties)
            if wrong := faults(declared.type_name, resource.properties):
                raise ResourceFailed("Properties validation failed: " + "; ".join(wrong))
            self._bring_about(resource, present)
        except (ResourceFailed, TemplateFault) as failure:
            verb = "CREATE" if present is None else "UPDATE"
            stack.say(f"{verb}_FAILED", resource, str(failure))
            raise ResourceFailed(
                f"The following resource(s) failed to {verb.lower()}: [{resource.logical_id}]: {failure}"
            ) from failure

    def _bring_about(self, resource: Resource, present: Resource | None) -> None:
        if present is None:
            self._create(resource)
            return
        if present.type_name != resource.type_name:
            raise ResourceFailed("Update of resource type is not permitted")
        changed = differences(resource.properties, present.properties)
        if not changed:
            self.stack.resources[resource.logical_id] = resource
        elif replaces(resource.type_name, changed):
            self._replace(resource, present)
        else:
            self._update(resource, present)

    def _create(self, resource: Resource) -> None:
        self.stack.say("CREATE_IN_PROGRESS", resource)
        self._kind(resource).create(self._api, resource)
        self.stack.resources[resource.logical_id] = resource
        self.stack.say("CREATE_COMPLETE", resource)

        def undo() -> None:
            policy = "Delete" if resource.deletion_policy != "Retain" else "Retain"
            self._account.remove(self.stack, resource, policy=policy)
            self.stack.resources.pop(resource.logical_id, None)

        self._undo.append(undo)

    def _replace(self, resource: Resource, present: Resource) -> None:
        self.stack.say(
            "UPDATE_IN_PROGRESS",
            resource,
            "Requested update requires the creation of a new physical resource; hence creating one.",
        )
        for name in self._kind(resource).name_properties():
            taken = present.properties.get(name)
            if taken is not None and resource.properties.get(name) == taken:
                raise ResourceFailed(
                    "CloudFormation cannot update a stack when a custom-named resource requires "
                    f"replacing. Rename {taken} and update the stack again."
                )
        resource.name = f"{self.stack.name}-{resource.logical_id}-{uuid.uuid4().hex[:12].upper()}"
        self._kind(resource).create(self._api, resource)
        self.stack.resources[resource.logical_id] = resource
        self._replaced.append(present)
        self.stack.say("UPDATE_COMPLETE", resource)

        def undo() -> None:
            self._account.remove(self.stack, resource, policy="Delete")
            self.stack.resources[resource.logical_id] = present

        self._undo.append(undo)

    def _update(self, resource: Resource, present: Resource) -> None:
        self.stack.say("UPDATE_IN_PROGRESS", resource)
        resource.attributes = dict(present.attributes)

        def undo() -> None:
            back = replace(present, properties=dict(present.properties))
            self._kind(resource).update(self._api, back, resource.properties)
            self.stack.resources[resource.logical_id] = present

        # Before it: an update that fails half way is put back too.
        self._undo.append(undo)
        ref = resource.ref
        try:
            self._kind(resource).update(self._api, resource, present.properties)
        except UnknownChange:
            self._undo.pop()
            raise
        if resource.ref != ref:
            self._replaced.append(present)
        self.stack.resources[resource.logical_id] = resource
        self.stack.say("UPDATE_COMPLETE", resource)

    def _kind(self, resource: Resource) -> Kind:
        return self._account.kind(resource.type_name)

    def _outputs(self, template: Template) -> dict[str, dict[str, str]]:
        outputs = {}
        for name, each in template.outputs.items():
            if "Condition" in each and not self._resolve.condition(each["Condition"]):
                continue
            value = self._resolve(each["Value"])
            if value is NO_VALUE or isinstance(value, dict | list):
                raise TemplateFault(f"Template format error: Output {name} is no text: {value}")
            outputs[name] = {"OutputKey": name, "OutputValue": str(value)}
            if "Description" in each:
                outputs[name]["Description"] = each["Description"]
            if "Export" in each:
                outputs[name]["ExportName"] = self._export(self._resolve(each["Export"]["Name"]))
        return outputs

    def _export(self, name: str) -> str:
        owner = self._account.exports().get(name)
        if owner is not None and owner[0] is not self.stack:
            raise TemplateFault(
                f"Export with name {name} is already exported by stack {owner[0].name}."
            )
        return name

    def _keep_what_is_used(self, outputs: Mapping[str, Mapping[str, str]]) -> None:
        new = {
            each["ExportName"]: each["OutputValue"]
            for each in outputs.values()
            if "ExportName" in each
        }
        for name, value in self.stack.exports.items():
            if new.get(name) != value and (users := self._account.users(name)):
                raise TemplateFault(
                    f"Export {name} cannot be updated or deleted as it is in use by {', '.join(users)}"
                )


class _Names(dict[str, Any]):
    """What Ref gives: parameters first, then resources as they come to exist."""

    def __init__(self, names: Mapping[str, Any], resources: Mapping[str, Resource]) -> None:
        super().__init__(names)
        self._resources = resources

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._resources

    def __missing__(self, name: str) -> str:
        return self._resources[name].ref


def _begin(work: Callable[..., None], *arguments: object) -> None:
    """Whoever asked looks every five seconds: most work is done before the first look."""
    thread = threading.Thread(target=work, args=arguments, daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS)


def _dependencies(declared: Declared, among: Mapping[str, Any]) -> tuple[str, ...]:
    asked = {*references(declared.properties), *declared.depends_on}
    return tuple(sorted(asked & set(among)))


def _order(resources: Mapping[str, Declared]) -> list[str]:
    graph = {name: _dependencies(each, resources) for name, each in resources.items()}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise TemplateFault(f"Circular dependency between resources: {error.args[1]}") from error


def _backwards(resources: Mapping[str, Resource]) -> list[Resource]:
    graph = {
        name: [each for each in resource.depends_on if each in resources]
        for name, resource in resources.items()
    }
    return [resources[name] for name in reversed(list(TopologicalSorter(graph).static_order()))]


def _changes(template: Template, stack: Stack) -> list[dict[str, Any]]:
    before = stack.template.resources if stack.template else {}
    changes = []
    for name, each in template.resources.items():
        if name not in before:
            changes.append(_change("Add", name, each.type_name))
        elif each != before[name]:
            changes.append(_change("Modify", name, each.type_name, stack.resources.get(name)))
    for name, each in before.items():
        if name not in template.resources:
            changes.append(_change("Remove", name, each.type_name, stack.resources.get(name)))
    return changes


def _change(
    action: str, logical_id: str, type_name: str, present: Resource | None = None
) -> dict[str, Any]:
    change = {"Action": action, "LogicalResourceId": logical_id, "ResourceType": type_name}
    if present is not None:
        change["PhysicalResourceId"] = present.ref
    if action == "Modify":
        change["Replacement"] = "Conditional"
    return {"Type": "Resource", "ResourceChange": change}


def _arn(tail: str) -> str:
    return f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:{tail}"

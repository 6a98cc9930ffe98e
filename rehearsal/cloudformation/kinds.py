"""Resource types as declarations: which calls of the service's own API make, change and delete one.

A type is one entry of the catalogue. Properties become parameters of the same name (whatever the
case), and one that the call has no parameter for is a failure, unless the entry says so.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

from rehearsal.aws.invoker import REGION
from rehearsal.cloudformation.errors import ResourceFailed, UnknownChange
from rehearsal.cloudformation.schemas import create_only, identifiers

_GONE: Final = ("NotFound", "NoSuch", "DoesNotExist", "NonExistent")
TAGS: Final = "Tags"
_UNIQUE: Final = 13
"""A hyphen and twelve characters."""


@dataclass(kw_only=True)
class Resource:
    """A resource of a stack, with every value known."""

    stack_id: str
    logical_id: str
    type_name: str
    properties: dict[str, Any]
    name: str
    """What CloudFormation calls it where the template gives no name."""
    ref: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    deletion_policy: str = "Delete"
    replace_policy: str = "Delete"

    @property
    def stack_name(self) -> str:
        return self.stack_id.split("/")[1]

    def fitted_name(self, limit: int) -> str:
        """The name where a service takes so many characters: its unique end is kept."""
        if len(self.name) <= limit:
            return self.name
        return self.name[: limit - _UNIQUE].rstrip("-") + self.name[-_UNIQUE:]


class Kind(Protocol):
    """What a stack asks of a resource type. Every method raises ResourceFailed."""

    @property
    def stub(self) -> str:
        """Why nothing is behind it; empty where something is."""
        ...

    def name_properties(self) -> frozenset[str]:
        """Properties that name it: two with the same value can't be there at once."""
        ...

    def create(self, api: Api, resource: Resource) -> None:
        """Make it, and set its ref and attributes."""
        ...

    def update(self, api: Api, resource: Resource, before: Mapping[str, Any]) -> None:
        """Change what differs from the properties before, and nothing else."""
        ...

    def delete(self, api: Api, resource: Resource) -> None:
        """Delete it; one that is gone already is no failure."""
        ...


class Api:
    """The emulated services, by boto3: its models check the parameters."""

    def __init__(
        self, endpoint: str | None = None, *, elsewhere: Mapping[str, str] | None = None
    ) -> None:
        """elsewhere: endpoints of services that are not at the common one. Without any: inside
        `mock_aws`, where requests are caught on their way to AWS."""
        self._endpoint = endpoint
        self._elsewhere = dict(elsewhere or {})
        self._session: Any = boto3.session.Session(
            aws_access_key_id="rehearsal",
            aws_secret_access_key="rehearsal",  # noqa: S106  (the emulated APIs read none)
            region_name=REGION,
        )
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()

    def client(self, service: str) -> Any:
        # Clients may be used by many threads at once, sessions not.
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._session.client(
                    service,
                    endpoint_url=self._elsewhere.get(service, self._endpoint),
                    config=Config(retries={"total_max_attempts": 1}, read_timeout=30),
                )
            return self._clients[service]

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """The answer. Raises ResourceFailed with what the API or botocore has against it."""
        try:
            answer: dict[str, Any] = getattr(self.client(service), operation)(**parameters)
        except (ClientError, ParamValidationError) as error:
            raise ResourceFailed(str(error)) from error
        return answer

    def input_shape(self, service: str, operation: str) -> Any:
        client = self.client(service)
        model = client.meta.service_model
        return model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape


Step = Callable[[Api, Resource], dict[str, Any] | None]
Change = Callable[[Api, Resource, Mapping[str, Any]], object]


def unchanged(_api: Api, _resource: Resource) -> None:
    """Deleting it is deleting what it belongs to."""


@dataclass(frozen=True, kw_only=True)
class ApiKind:
    """A type by the operations of one service.

    Paths such as "Vpc.VpcId" lead into the answer of the creation; "Properties.X" and "Ref" too.
    """

    type_name: str
    service: str
    create_by: str | Step
    """An operation, or a function that calls several and returns the answer."""
    ref: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    named: str = ""
    """The property that CloudFormation makes up where the template has none."""
    name_limit: int = 63
    lower_case: bool = False
    rename: Mapping[str, str] = field(default_factory=dict)
    """Property to parameter; "Property.Member" for a member of an object."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that no property gives."""
    unread: frozenset[str] = frozenset()
    """Properties that moto has no place for: they have no effect here, and the report names them."""
    later: frozenset[str] = frozenset()
    """Properties that `then` takes care of; a change of one needs an entry in `updates`."""
    tag_as: str = ""
    """EC2's word for the resource in TagSpecifications."""
    then: Step | None = None
    """After the creation, with ref known."""
    update_by: str | Change = ""
    """An operation that takes what changed, or a function; empty: no property can be changed."""
    update_key: str = ""
    """The operation's parameter that names the resource; empty: it is given all properties."""
    updates: Mapping[str, Change] = field(default_factory=dict)
    """Properties with a way of their own to be changed."""
    delete_by: str | Step = ""
    delete_key: str = ""
    """The operation's parameter that names the resource."""
    delete_with: Mapping[str, Any] = field(default_factory=dict)
    delete_properties: tuple[str, ...] = ()
    """Properties that the deletion needs too."""
    stub: str = ""

    def name_properties(self) -> frozenset[str]:
        return identifiers(self.type_name) | ({self.named} if self.named else set())

    def create(self, api: Api, resource: Resource) -> None:
        properties = self._whole(resource)
        if callable(self.create_by):
            answer = self.create_by(api, resource) or {}
        else:
            parameters = self.parameters(api, self.create_by, properties)
            answer = api.call(self.service, self.create_by, **parameters)
        known = {**answer, "Properties": properties}
        resource.ref = str(_pick(known, self.ref))
        known["Ref"] = resource.ref
        if self.then is not None:
            known |= self.then(api, resource) or {}
        resource.attributes = {name: _pick(known, path) for name, path in self.attributes.items()}

    def update(self, api: Api, resource: Resource, before: Mapping[str, Any]) -> None:
        changed = differences(resource.properties, before) - self.unread
        rest = changed - set(self.updates)
        self._require_known(rest, resource)
        for name in sorted(changed & set(self.updates)):
            self.updates[name](api, resource, before)
        if not rest:
            return
        if callable(self.update_by):
            self.update_by(api, resource, before)
            return
        if not self.update_key:
            given, by = self._whole(resource), {}
        else:
            given = {name: resource.properties[name] for name in rest}
            by = {self.update_key: resource.ref}
        api.call(
            self.service,
            self.update_by,
            **by,
            **self.parameters(api, self.update_by, given, fixed=not by),
        )

    def delete(self, api: Api, resource: Resource) -> None:
        if callable(self.delete_by):
            self.delete_by(api, resource)
            return
        if not self.delete_by:
            return
        parameters = {name: resource.properties[name] for name in self.delete_properties}
        value: Any = resource.ref
        shape = api.input_shape(self.service, self.delete_by)
        if shape.members[self.delete_key].type_name == "list":
            value = [value]
        api.call(
            self.service,
            self.delete_by,
            **{self.delete_key: value},
            **parameters,
            **self.delete_with,
        )

    def _require_known(self, changed: set[str], resource: Resource) -> None:
        if callable(self.update_by) or not changed:
            return
        if not self.update_by:
            stuck = changed
        elif self.update_key:
            # Such an operation takes what is there; tags have operations of their own.
            stuck = changed & {*self.later, TAGS} | changed - set(resource.properties)
        else:
            stuck = changed & self.later
        if stuck:
            raise UnknownChange(f"no way is known here to change {', '.join(sorted(stuck))}")

    def _whole(self, resource: Resource) -> dict[str, Any]:
        if not self.named or self.named in resource.properties:
            return dict(resource.properties)
        name = resource.fitted_name(self.name_limit)
        return {**resource.properties, self.named: name.lower() if self.lower_case else name}

    def parameters(
        self, api: Api, operation: str, properties: Mapping[str, Any], *, fixed: bool = True
    ) -> dict[str, Any]:
        """Properties as the operation's parameters. Raises ResourceFailed for one without a place."""
        shape = api.input_shape(self.service, operation)
        given = {
            self.rename.get(name, name): self._renamed(name, value)
            for name, value in properties.items()
            if name not in self.unread | self.later and name != TAGS
        }
        parameters: dict[str, Any] = shaped(given, shape, "")
        if tags := properties.get(TAGS):
            parameters |= _tags(tags, shape, self.tag_as)
        return {**(self.fixed if fixed else {}), **parameters}

    def _renamed(self, name: str, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {self.rename.get(f"{name}.{each}", each): inner for each, inner in value.items()}


def differences(properties: Mapping[str, Any], before: Mapping[str, Any]) -> set[str]:
    """Names of the properties that are not as before."""
    names = set(properties) | set(before)
    return {name for name in names if properties.get(name) != before.get(name)}


def replaces(type_name: str, changed: set[str]) -> bool:
    """Whether CloudFormation makes another one for such a change."""
    return bool(changed & create_only(type_name))


def is_gone(failure: ResourceFailed) -> bool:
    """Whether the API says that there is nothing of that name."""
    cause = failure.__cause__
    if not isinstance(cause, ClientError):
        return False
    code = cause.response["Error"]["Code"]
    return any(word in code for word in _GONE)


def shaped(value: Any, shape: Any, path: str) -> Any:
    """A value as the API's model wants it: names in its case, documents as text, numbers as such."""
    match shape.type_name:
        case "structure":
            return _structure(value, shape, path)
        case "list":
            values = value if isinstance(value, list) else [value]
            return [shaped(each, shape.member, path) for each in values]
        case "map":
            return {name: shaped(each, shape.value, path) for name, each in value.items()}
        case "integer" | "long":
            return int(value)
        case "double" | "float":
            return float(value)
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "string" if isinstance(value, dict | list):
            return json.dumps(value)
        case "string":
            return str(value).lower() if isinstance(value, bool) else str(value)
        case _:
            return value


def _structure(value: Any, shape: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ResourceFailed(f"{path or 'properties'}: {value!r} is no object")
    members = {name.lower(): name for name in shape.members}
    if lost := [name for name in value if name.lower() not in members]:
        raise ResourceFailed(
            f"{path or 'properties'}: {', '.join(sorted(lost))} would be lost: {shape.name} has no "
            "such parameter (name it in the catalogue's entry)"
        )
    return {
        members[name.lower()]: shaped(each, shape.members[members[name.lower()]], f"{path}/{name}")
        for name, each in value.items()
    }


def _tags(tags: Any, shape: Any, tag_as: str) -> dict[str, Any]:
    pairs = tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}
    if "TagSpecifications" in shape.members:
        listed = [{"Key": key, "Value": value} for key, value in pairs.items()]
        return {"TagSpecifications": [{"ResourceType": tag_as, "Tags": listed}]}
    name = next((each for each in shape.members if each.lower() in ("tags", "taglist")), None)
    if name is None:
        return {}
    member = shape.members[name]
    if member.type_name == "map":
        return {name: pairs}
    # Key and Value; TagKey and TagValue for KMS; in lower case for Step Functions.
    spelled = {
        ("key" if each.lower().endswith("key") else "value"): each for each in member.member.members
    }
    return {name: [{spelled["key"]: key, spelled["value"]: value} for key, value in pairs.items()]}


def _pick(known: Any, path: str) -> Any:
    for step in path.split("."):
        known = known[int(step)] if isinstance(known, list) else known[step]
    return known

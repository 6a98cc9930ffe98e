"""Values of a template: references and functions, resolved or refused."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any, Final

from rehearsal.cloudformation.errors import TemplateFault

_SUB: Final = re.compile(r"\$\{([^!}][^}]*)\}")
_LITERAL: Final = re.compile(r"\$\{!([^}]*)\}")
_DYNAMIC: Final = re.compile(r"\{\{resolve:(secretsmanager|ssm|ssm-secure):([^}]*)\}\}")
NO_VALUE: Final = object()
"""AWS::NoValue: the property is as if it were not written."""


def references(value: Any) -> Iterator[str]:
    """The logical ids (and parameters) that a value refers to."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    if not isinstance(value, dict):
        return
    match value:
        case {"Ref": name}:
            yield name
        case {"Fn::GetAtt": [name, *rest]}:
            yield name
            yield from references(rest)
        case {"Fn::GetAtt": str(dotted)}:
            yield dotted.partition(".")[0]
        case {"Fn::Sub": given}:
            text, values = (given, {}) if isinstance(given, str) else given
            own = {name.partition(".")[0] for name in _SUB.findall(text)}
            yield from own - set(values)
            yield from references(values)
        case _:
            for each in value.values():
                yield from references(each)


class Resolver:
    """Resolves values within one stack. Raises TemplateFault for whatever has no value."""

    def __init__(
        self,
        *,
        names: Mapping[str, Any],
        attribute: Callable[[str, str], Any],
        imported: Callable[[str], Any],
        dynamic: Callable[[str, str], str],
        conditions: Mapping[str, Any],
        mappings: Mapping[str, Any],
        zones: Callable[[], list[str]],
    ) -> None:
        """names: what Ref gives, for parameters, pseudo parameters and resources."""
        self._names = names
        self._attribute = attribute
        self._imported = imported
        self._dynamic = dynamic
        self._conditions = conditions
        self._mappings = mappings
        self._zones = zones

    def __call__(self, value: Any) -> Any:
        if isinstance(value, list):
            each_one = [self(each) for each in value]
            return [each for each in each_one if each is not NO_VALUE]
        if isinstance(value, str):
            return _DYNAMIC.sub(lambda found: self._dynamic(found[1], found[2]), value)
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name == "Ref":
                return self._ref(argument)
            if name.startswith("Fn::"):
                return self._function(name, argument)
            if name == "Condition" and isinstance(argument, str) and argument in self._conditions:
                return self.condition(argument)
        resolved = {name: self(each) for name, each in value.items()}
        return {name: each for name, each in resolved.items() if each is not NO_VALUE}

    def condition(self, name: str) -> bool:
        if name not in self._conditions:
            raise TemplateFault(f"Template format error: Unresolved condition dependency {name}")
        return bool(self(self._conditions[name]))

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name not in self._names:
            raise TemplateFault(f"Template format error: Unresolved resource dependencies [{name}]")
        return self._names[name]

    def _function(self, name: str, argument: Any) -> Any:
        function = _FUNCTIONS.get(name)
        if function is None:
            raise TemplateFault(f"Template error: {name} is not known here")
        return function(self, argument)

    def _get_att(self, argument: Any) -> Any:
        name, _, attribute = (
            argument.partition(".") if isinstance(argument, str) else (argument[0], "", argument[1])
        )
        return self._attribute(name, self(attribute))

    def _import(self, argument: Any) -> Any:
        return self._imported(self(argument))

    def _sub(self, argument: Any) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else argument
        values = self(given)

        def value(found: re.Match[str]) -> str:
            name = found[1].strip()
            if name in values:
                return str(values[name])
            resource, dot, attribute = name.partition(".")
            return str(self._attribute(resource, attribute) if dot else self._ref(name))

        return self(_LITERAL.sub(r"${\1}", _SUB.sub(value, text)))  # type: ignore[no-any-return]

    def _join(self, argument: Any) -> str:
        separator, parts = argument
        resolved = self(parts)
        if not isinstance(resolved, list) or any(
            isinstance(each, dict | list) for each in resolved
        ):
            raise TemplateFault(f"Template error: every Fn::Join object requires texts: {parts}")
        # Once more: a dynamic reference is usually joined from its parts.
        return self(separator.join(str(each) for each in resolved))  # type: ignore[no-any-return]

    def _select(self, argument: Any) -> Any:
        index, values = self(argument)
        if not 0 <= int(index) < len(values):
            raise TemplateFault(f"Template error: Fn::Select cannot select {index} of {values}")
        return values[int(index)]

    def _split(self, argument: Any) -> list[str]:
        separator, text = self(argument)
        return str(text).split(separator)

    def _if(self, argument: Any) -> Any:
        name, then, otherwise = argument
        return self(then if self.condition(name) else otherwise)

    def _find_in_map(self, argument: Any) -> Any:
        table, row, column = (self(each) for each in argument[:3])
        try:
            return self._mappings[table][row][column]
        except KeyError as error:
            raise TemplateFault(f"Template error: Unable to get mapping for {argument}") from error

    def _cidr(self, argument: Any) -> list[str]:
        block, count, bits = (self(each) for each in argument)
        network = ip_network(block)
        subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
        return [str(subnet) for _, subnet in zip(range(int(count)), subnets, strict=False)]


def _truths(resolver: Resolver, argument: Any) -> list[bool]:
    return [bool(resolver(each)) for each in argument]


_FUNCTIONS: Final[dict[str, Callable[[Resolver, Any], Any]]] = {
    "Fn::GetAtt": Resolver._get_att,
    "Fn::ImportValue": Resolver._import,
    "Fn::Sub": Resolver._sub,
    "Fn::Join": Resolver._join,
    "Fn::Select": Resolver._select,
    "Fn::Split": Resolver._split,
    "Fn::If": Resolver._if,
    "Fn::FindInMap": Resolver._find_in_map,
    "Fn::Cidr": Resolver._cidr,
    "Fn::GetAZs": lambda resolver, _: resolver._zones(),
    "Fn::Base64": lambda resolver, value: base64.b64encode(str(resolver(value)).encode()).decode(),
    "Fn::ToJsonString": lambda resolver, value: json.dumps(resolver(value)),
    "Fn::Length": lambda resolver, value: len(resolver(value)),
    "Fn::Equals": lambda resolver, value: str(resolver(value[0])) == str(resolver(value[1])),
    "Fn::Not": lambda resolver, value: not _truths(resolver, value)[0],
    "Fn::And": lambda resolver, value: all(_truths(resolver, value)),
    "Fn::Or": lambda resolver, value: any(_truths(resolver, value)),
}

"""Every action and resource that each function and machine may use, read from the templates.

`.venv/bin/python -m tests.infrastructure.permissions` writes docs/permissions.md anew.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from migration_stacks import settings
from tests.infrastructure.conftest import ROOT, Synthesized, Template, synthesize

DOCUMENT: Final = ROOT / "docs" / "permissions.md"
REGION: Final = "us-east-1"
ACCOUNT: Final = "123456789012"
STACK: Final = "cutover"

_PSEUDO: Final = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}

# Resources whose Ref is one of their properties.
_NAMED_BY: Final = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::SSM::Parameter": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::SecretsManager::SecretTargetAttachment": "SecretId",
}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a role's policies, as the account would show it."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Account:
    """The templates' values as an account would resolve them. `known`: values of Ref by logical id
    that only an account can give, such as the id of a zone."""

    stacks: Synthesized
    known: Mapping[str, str] = field(default_factory=dict)

    def functions(self) -> dict[str, Template]:
        """The properties of each function of this project in the cutover stack, by its key."""
        found = {}
        for resource in self.stacks.resources(STACK, "AWS::Lambda::Function").values():
            handler = str(resource["Properties"].get("Handler", ""))
            if handler.startswith("lambdas."):
                found[handler.split(".")[1]] = resource["Properties"]
        return found

    def machines(self) -> dict[str, Template]:
        """The properties of each state machine, by its name."""
        found = self.stacks.resources(STACK, "AWS::StepFunctions::StateMachine").values()
        return {
            str(machine["Properties"]["StateMachineName"]): machine["Properties"]
            for machine in found
        }

    def projects(self) -> dict[str, Template]:
        """The properties of each build project, by its name."""
        found = self.stacks.resources(STACK, "AWS::CodeBuild::Project").values()
        return {str(project["Properties"]["Name"]): project["Properties"] for project in found}

    def environment(self, key: str) -> dict[str, str]:
        variables = self.functions()[key]["Environment"]["Variables"]
        return {name: self.value(value) for name, value in variables.items()}

    def statements(self, role: Any) -> list[Statement]:
        """Of the role behind a reference to its ARN."""
        return [self._statement(given) for given in self._documents(role["Fn::GetAtt"][0])]

    def managed_policies(self, role: Any) -> list[Any]:
        """AWS's or others' policies that the role has besides."""
        resource = self.stacks.templates[STACK]["Resources"][role["Fn::GetAtt"][0]]
        found: list[Any] = resource["Properties"].get("ManagedPolicyArns", [])
        return found

    def _documents(self, logical_id: str) -> Iterator[Template]:
        resources = self.stacks.templates[STACK]["Resources"]
        for inline in resources[logical_id]["Properties"].get("Policies", []):
            yield from inline["PolicyDocument"]["Statement"]
        for resource in resources.values():
            attached = resource["Type"] in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}
            if attached and {"Ref": logical_id} in resource["Properties"].get("Roles", []):
                yield from resource["Properties"]["PolicyDocument"]["Statement"]

    def _statement(self, given: Template) -> Statement:
        unusual = set(given) - {"Sid", "Effect", "Action", "Resource", "Condition"}
        assert not unusual, f"a statement with {unusual} is not understood here"
        return Statement(
            effect=given["Effect"],
            actions=tuple(sorted(listed(given["Action"]))),
            resources=tuple(sorted(self.value(value) for value in listed(given["Resource"]))),
            conditions={
                operator: {key: self._deep(value) for key, value in keys.items()}
                for operator, keys in given.get("Condition", {}).items()
            },
        )

    def _deep(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.value(each) for each in value]
        return self.value(value)

    def value(self, value: Any, role: str = STACK) -> str:
        """A template's value of the stack `role`, as text."""
        if isinstance(value, str):
            return value
        ((function, given),) = value.items()
        if function == "Ref":
            return self._reference(given, role)
        if function == "Fn::GetAtt":
            return self._attribute(given[0], given[1], role)
        if function == "Fn::Join":
            return str(given[0]).join(self.value(part, role) for part in given[1])
        if function == "Fn::Sub" and isinstance(given, str):
            return re.sub(r"\$\{(AWS::\w+)\}", lambda found: _PSEUDO[found[1]], given)
        if function == "Fn::ImportValue":
            return self._import(given)
        if function == "Fn::Select":
            ((split, (separator, text)),) = given[1].items()
            assert split == "Fn::Split", given
            return self.value(text, role).split(separator)[int(given[0])]
        raise AssertionError(f"{function} is not understood here")

    def _import(self, name: str) -> str:
        for role, template in self.stacks.templates.items():
            for output in template.get("Outputs", {}).values():
                if output.get("Export", {}).get("Name") == name:
                    return self.value(output["Value"], role)
        raise AssertionError(f"nothing exports {name}")

    def _reference(self, name: str, role: str) -> str:
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name in self.known:
            return self.known[name]
        resource = self.stacks.templates[role]["Resources"][name]
        properties = resource.get("Properties", {})
        if (named := _NAMED_BY.get(resource["Type"])) is not None:
            return self.value(properties[named], role)
        match resource["Type"]:
            case "AWS::SNS::Topic":
                return _arn("sns", self.value(properties["TopicName"], role))
            case "AWS::StepFunctions::StateMachine":
                return _arn("states", f"stateMachine:{properties['StateMachineName']}")
            case "AWS::DMS::ReplicationTask":
                return _arn("dms", f"task:{properties['ReplicationTaskIdentifier'].upper()}")
            case "AWS::DMS::ReplicationInstance":
                identifier = properties["ReplicationInstanceIdentifier"]
                return _arn("dms", f"rep:{identifier.upper()}")
            case "AWS::Lambda::Version":
                # Whichever it is: an execution may call those of earlier deployments.
                name = self.value(properties["FunctionName"], role)
                return _arn("lambda", f"function:{name.rpartition(':')[2]}:*")
            case "AWS::SecretsManager::Secret":
                return _arn("secretsmanager", f"secret:{name}")
            case _:
                return name

    def _attribute(self, name: str, attribute: str, role: str) -> str:
        resource = self.stacks.templates[role]["Resources"][name]
        match resource["Type"], attribute:
            case "AWS::DynamoDB::Table", "Arn":
                return _arn("dynamodb", f"table/{self._reference(name, role)}")
            case "AWS::S3::Bucket", "Arn":
                return f"arn:aws:s3:::{name}"
            case "AWS::Lambda::Function", "Arn":
                return _arn("lambda", f"function:{self._reference(name, role)}")
            case "AWS::Logs::LogGroup", "Arn":
                return _arn("logs", f"log-group:{resource['Properties']['LogGroupName']}:*")
            case "AWS::KMS::Key", "Arn":
                return _arn("kms", f"key/{self._alias(name, role)}")
            case _:
                return f"{name}.{attribute}"

    def _alias(self, key: str, role: str) -> str:
        """Keys have random ids; their aliases say whose they are."""
        for resource in self.stacks.templates[role]["Resources"].values():
            if resource["Type"] == "AWS::KMS::Alias":
                target = resource["Properties"]["TargetKeyId"]
                if target == {"Fn::GetAtt": [key, "Arn"]}:
                    return str(resource["Properties"]["AliasName"]).removeprefix("alias/")
        return key


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def listed(value: Any) -> list[Any]:
    """IAM writes a list of one as the one."""
    return value if isinstance(value, list) else [value]


def document(account: Account) -> str:
    """docs/permissions.md."""
    lines = [
        "# Permissions",
        "",
        "What each function, state machine and build project of the cutover stack may do, and on what: all",
        "statements of its role's policies, with the settings of `settings/example.toml`. No role has another policy,",
        "of AWS or of anyone. `tests/infrastructure/test_permissions.py` runs every function, compares what it calls",
        "with this list both ways, and names the reason for what is granted and not called by the function itself, and",
        "for each `*`; `tests/infrastructure/test_schema_build.py` has the build project's.",
        "",
        "Generated: `.venv/bin/python -m tests.infrastructure.permissions` writes it anew.",
    ]
    for title, owners in (
        ("Functions", account.functions()),
        ("State machines", account.machines()),
        ("Build projects", account.projects()),
    ):
        lines += ["", f"## {title}"]
        for name in sorted(owners):
            given = owners[name]
            role = given.get("Role") or given.get("RoleArn") or given["ServiceRole"]
            lines += ["", f"### {name}", "", "| may | on | if |", "|---|---|---|"]
            lines += [_row(statement) for statement in account.statements(role)]
    return "\n".join(lines) + "\n"


def _row(statement: Statement) -> str:
    may = "<br>".join(f"`{action}`" for action in statement.actions)
    if statement.effect == "Deny":
        may = f"never<br>{may}"
    on = "<br>".join(f"`{_shown(resource)}`" for resource in statement.resources)
    conditions = [
        f"`{key}` {operator} `{_shown(json.dumps(value))}`"
        for operator, keys in statement.conditions.items()
        for key, value in keys.items()
    ]
    return f"| {may} | {on} | {'<br>'.join(conditions)} |"


def _shown(text: str) -> str:
    named = text.replace(REGION, "REGION").replace(ACCOUNT, "ACCOUNT")
    # Archives are named for what is in them.
    return re.sub(r"[0-9a-f]{64}\.zip", "ARCHIVE.zip", named)


def main() -> None:
    given = settings.load(ROOT / "settings" / "example.toml")
    with tempfile.TemporaryDirectory() as folder:
        DOCUMENT.write_text(document(Account(synthesize(given, outdir=Path(folder)))))


if __name__ == "__main__":
    main()

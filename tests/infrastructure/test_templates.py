"""The templates by the schemas of CloudFormation."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.infrastructure.conftest import Synthesized

# Where pip put it: beside the Python that runs the tests.
CFN_LINT = Path(sys.executable).parent / "cfn-lint"
# cfn-lint's schema of a state machine knows numbers only; a JSONata state takes an expression whose value
# is a positive integer (CDK API reference, aws_stepfunctions.Timeout.jsonata).
MISTAKEN = re.compile(
    r":E3601:'\{% .* %\}' is not of type 'number' at 'States/[^/]+/TimeoutSeconds'$"
)
OWN_RULES = Path(__file__).with_name("cfn-lint-rules.txt")


def lint(*templates: Path) -> subprocess.CompletedProcess[str]:
    command = [str(CFN_LINT), "--regions", "us-east-1", "eu-central-1"]
    command += ["--custom-rules", str(OWN_RULES), "--format", "parseable"]
    return subprocess.run(
        [*command, "--", *map(str, templates)], capture_output=True, text=True, check=False
    )


def test_no_template_of_any_environment_has_an_error_or_a_warning(
    environments: Mapping[str, Synthesized],
) -> None:
    files = (file for made in environments.values() for file in made.files.values())
    # Some stacks have the same template in several environments; nothing else can be found in it a second time.
    told = lint(*{file.read_bytes(): file for file in files}.values())
    assert not told.stderr
    left = [line for line in told.stdout.splitlines() if line and not MISTAKEN.search(line)]
    assert not left, "\n".join(left)


def test_a_mistake_is_found_and_so_is_what_the_schemas_let_pass(
    stacks: Synthesized, tmp_path: Path
) -> None:
    mistakes = {
        "task": ("dms", "AWS::DMS::ReplicationTask", {"MigrationType": "full-load-and-cdx"}),
        "backtrack": ("database", "AWS::RDS::DBCluster", {"BacktrackWindow": 259200}),
        "encryption": ("database", "AWS::RDS::DBCluster", {"StorageEncrypted": False}),
        "address": ("database", "AWS::RDS::DBInstance", {"PubliclyAccessible": True}),
        "access": ("dms", "AWS::DMS::ReplicationInstance", {"PubliclyAccessible": True}),
        "upgrade": ("dms", "AWS::DMS::ReplicationInstance", {"AutoMinorVersionUpgrade": True}),
        "version": ("dms", "AWS::DMS::ReplicationInstance", {"EngineVersion": None}),
    }
    for name, (role, kind, wrong) in mistakes.items():
        template = json.loads(stacks.files[role].read_text())
        broken = next(r for r in template["Resources"].values() if r["Type"] == kind)
        broken["Properties"] |= wrong
        broken["Properties"] = {k: v for k, v in broken["Properties"].items() if v is not None}
        (tmp_path / f"{name}.json").write_text(json.dumps(template))
    told = lint(*tmp_path.glob("*.json"))
    missed = [name for name in mistakes if f"{tmp_path / name}.json:" not in told.stdout]
    assert not missed, told.stdout
    own = [line for line in OWN_RULES.read_text().splitlines() if line.startswith("AWS::")]
    unseen = [line for line in own if line.split('"')[1] not in told.stdout]
    assert not unseen, "these rules find nothing"


def test_stacks_depend_only_on_those_before_them(stacks: Synthesized) -> None:
    """In the order of their deployment, which is the order in which app.py lists them."""
    order = list(stacks.files)
    assert order == ["network", "database", "dms", "cutover", "monitoring"]
    for position, role in enumerate(order):
        text = stacks.files[role].read_text()
        imported = {
            other for other in order if f'"Fn::ImportValue": "migration-{other}-dev:' in text
        }
        assert imported <= set(order[:position]), role
        assert imported or role == "network", "the pattern finds nothing"


def test_names_carry_the_suffix_of_the_environment(stacks: Synthesized) -> None:
    """Two environments in one account must not meet in a name."""
    known = {"FunctionName", "TopicName", "AlarmName", "StateMachineName", "DashboardName"}
    known |= {"LogGroupName", "DBClusterIdentifier", "DBInstanceIdentifier", "AliasName"}
    known |= {"ReplicationInstanceIdentifier", "ReplicationTaskIdentifier", "Name"}
    seen = set()
    for template in stacks.templates.values():
        for logical_id, resource in template["Resources"].items():
            for key in known & set(resource.get("Properties", {})):
                name = resource["Properties"][key]
                if isinstance(name, str) and resource["Type"] != "AWS::Route53::HostedZone":
                    assert "dev" in name.replace("/", "-").split("-"), (logical_id, key, name)
                    seen.add(key)
    assert seen == known

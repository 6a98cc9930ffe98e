"""The templates by the schemas of CloudFormation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.infrastructure.conftest import Synthesized

# Where pip put it: beside the Python that runs the tests.
CFN_LINT = Path(sys.executable).parent / "cfn-lint"


def lint(*templates: Path) -> subprocess.CompletedProcess[str]:
    # W3005 finds a DependsOn superfluous that a reference already implies; CDK always writes both.
    command = [str(CFN_LINT), "--regions", "us-east-1", "-i", "W3005", "--"]
    return subprocess.run(
        [*command, *map(str, templates)], capture_output=True, text=True, check=False
    )


def test_no_template_has_an_error_or_a_warning(stacks: Synthesized, tmp_path: Path) -> None:
    told = lint(*stacks.files.values())
    assert told.returncode == 0, told.stdout + told.stderr

    broken = tmp_path / "broken.template.json"
    broken.write_text(
        stacks.files["dms"].read_text().replace('"full-load-and-cdc"', '"full-load-and-cdx"')
    )
    assert lint(broken).returncode != 0, "cfn-lint finds nothing at all"


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

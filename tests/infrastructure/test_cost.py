"""What the real templates cost, and the command that synthesizes them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cutover.cost import assembly, prices
from cutover.cost.catalogue import METERED, is_free
from cutover.cost.estimate import Estimate, estimate
from cutover.cost.usage import Assumptions, Phase
from tests.infrastructure.conftest import ROOT, Synthesized

COMMAND = Path(sys.executable).parent / "cutover"
CLAIMED = 200
"""Dollars a month, the upper end of what is often promised for such a migration (docs/cost.md)."""


@pytest.fixture(scope="module")
def example_cost(stacks: Synthesized) -> Estimate:
    folder = next(iter(stacks.files.values())).parent
    return estimate(assembly.read(folder), prices=prices.read(), assumptions=Assumptions())


def test_every_resource_has_a_price_or_a_reason_why_it_is_free(stacks: Synthesized) -> None:
    kinds = {
        resource["Type"]
        for template in stacks.templates.values()
        for resource in template["Resources"].values()
    }
    unknown = {kind for kind in kinds if kind not in METERED and not is_free(kind)}
    assert not unknown, "give each a meter or a reason in cutover/cost/catalogue.py"


def test_nothing_of_the_example_is_without_a_price(example_cost: Estimate) -> None:
    assert example_cost.unpriced == ()
    assert example_cost.stacks == ("network", "database", "dms", "cutover", "monitoring")


def test_replicating_costs_what_was_worked_out_by_hand(example_cost: Estimate) -> None:
    """1 writer and 2 readers at 0.5, 1 and 2 ACU, an r5.large with 100 GB, an interface endpoint
    in three zones and two in one, 100 GB of data: about 340, 530 and 890; and less than the 930 that six endpoints, a
    VPN and the dearest of everything come to."""
    total = example_cost.total(Phase.REPLICATING)
    assert 315 <= total.low <= 360
    assert 480 <= total.likely <= 560
    assert 800 <= total.high <= 930
    database = example_cost.of(Phase.REPLICATING, "database")
    assert 145 <= database.low <= 160
    assert 140 <= example_cost.of(Phase.REPLICATING, "dms").low <= 181


def test_the_promised_200_dollars_are_below_the_floor_of_every_phase_with_replication(
    example_cost: Estimate,
) -> None:
    for phase in (Phase.BUILD, Phase.FULL_LOAD, Phase.REPLICATING):
        assert example_cost.total(phase).low > CLAIMED
    after = example_cost.total(Phase.AFTER)
    assert after.low < CLAIMED < after.likely, "an idle database alone is what it comes to"


def run(*arguments: str, temporary: Path) -> subprocess.CompletedProcess[str]:
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "aws" / "jsii"
    return subprocess.run(
        [str(COMMAND), "cost", *arguments],
        cwd=temporary,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(temporary),
            "TMPDIR": str(temporary),
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(cache / "package-cache"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_synthesizes_for_itself_and_leaves_nothing_behind(
    tmp_path: Path, example_cost: Estimate
) -> None:
    example = ROOT / "settings" / "example.toml"
    done = run("--settings", str(example), "--json", temporary=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"synthesizing the stacks of {example} ...\n"
    shown = json.loads(done.stdout)
    for phase in Phase:
        assert shown["phases"][phase.value]["total"]["likely"] == pytest.approx(
            float(example_cost.total(phase).likely)
        )
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("cutover-cost")]
    assert not (tmp_path / "cdk.out").exists()


def test_a_wrong_settings_file_ends_with_2_and_the_app_s_own_words(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    text = (ROOT / "settings" / "example.toml").read_text()
    wrong.write_text(text.replace("max_capacity = 2\n", "max_capacity = 0\n"))
    done = run("--settings", "wrong.toml", temporary=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    said = done.stderr.splitlines()[1:]
    assert said
    assert all(line.startswith(f"{wrong}: database.max_capacity: ") for line in said)

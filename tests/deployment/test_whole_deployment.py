"""The whole of deploy-local as an operator starts it, and that a killed one leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.postgres, pytest.mark.rehearsal, pytest.mark.timeout(600)]


def command(report: Path) -> list[str]:
    return [sys.executable, "-m", "rehearsal.deployment", "--json", "--report", str(report)]


def environment(temporary: Path) -> dict[str, str]:
    inherited = {name: each for name, each in os.environ.items() if not name.startswith("AWS_")}
    return {**inherited, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}


def of_the_run(temporary: Path) -> list[psutil.Process]:
    """Processes that name the run's directory, or work in it."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "cwd"]):
        told = f"{process.info['cmdline']} {process.info['cwd']}"
        if str(temporary) in told and process.pid != os.getpid():
            found.append(process)
    return found


@pytest.mark.alone
def test_the_cdk_cli_deploys_a_cutover_runs_and_a_deployment_in_its_middle_moves_no_weight(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        command(tmp_path / "report"),
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    report = json.loads(done.stdout)
    assert json.loads((tmp_path / "report" / "report.json").read_text()) == report
    again = report["redeployment"]
    assert again["weights_before"] == again["weights_after"]
    assert again["weights_before"]["ro.db.migration.internal"][1] > 0
    assert again["ttl_before"] != again["ttl_after"]
    assert not [each for each in again["touched"] if "AWS::DMS" in each or "AWS::RDS" in each]
    assert report["stopped"]["status"] == "ABORTED"
    assert report["cutover"]["status"] == "SUCCEEDED"
    assert "Check the way back" in report["cutover"]["states"]
    assert report["cutover"]["tasks"] == {
        "migration-local": "stopped",
        "migration-local-reverse": "running",
        "migration-local-forward": "ready",
    }
    assert min(report["cutover"]["tls_connections"].values()) > 0, "sslmode=require was not used"
    assert report["ledger"]["acknowledged"] > 0
    assert report["ledger"]["lost"] == 0
    assert report["finalized"]["status"] == "SUCCEEDED"
    assert report["finalized"]["left"] == {"source": [], "target": []}
    assert report["finalized"]["told"]["verdict"] == "clean"
    assert report["finalized"]["stacks_left"] == [
        "migration-database-local",
        "migration-network-local",
    ]
    assert report["left_behind"] == []
    kinds = {each.split()[0] for each in report["retained"]}
    assert kinds == {"AWS::IAM::Role", "AWS::S3::Bucket"}, (
        "DMS's own roles and the certificates stay"
    )
    assert [each.name for each in tmp_path.iterdir()] == ["report"], "a temporary directory is left"
    assert of_the_run(tmp_path) == []


def test_killed_while_the_cli_works_it_leaves_nothing(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        command(tmp_path / "report"),
        cwd=ROOT,
        env=environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        give_up = time.monotonic() + 60
        while not any("postgres" in str(each.info["cmdline"]) for each in of_the_run(tmp_path)):
            assert time.monotonic() < give_up, "no server came up"
            time.sleep(0.1)
        children = psutil.Process(parent.pid).children(recursive=True)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    give_up = time.monotonic() + 30
    while list(tmp_path.iterdir()) or of_the_run(tmp_path):
        assert time.monotonic() < give_up, f"left: {list(tmp_path.iterdir())}"
        time.sleep(0.2)

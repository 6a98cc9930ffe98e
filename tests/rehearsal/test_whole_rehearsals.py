"""Whole rehearsals as a user starts them: the verdicts, the refusals, and that nothing is left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any

import psutil
import pytest

from rehearsal.__main__ import main

ROOT = Path(__file__).parent.parent.parent
NAMES = (
    "happy-path",
    "rollback-after-switch",
    "forward-again",
    "parked-then-cutover",
    "abort-at-50",
    "naive-weighted-writes",
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Everything the rehearsal puts down is below this test's directory."""
    return {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "rehearsal", *arguments]


def rehearse(
    environment: dict[str, str], *arguments: str, limit_seconds: float = 240
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=limit_seconds,
        check=False,
    )


def report_of(environment: dict[str, str], tmp_path: Path, *arguments: str) -> dict[str, Any]:
    folder = tmp_path / "report"
    done = rehearse(environment, "--json", "--report", str(folder), *arguments)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    report: dict[str, Any] = json.loads(done.stdout)
    assert json.loads((folder / "report.json").read_text()) == report
    page = (folder / "report.html").read_text()
    assert "http" not in page.replace("http://www.w3.org/", ""), "the page must open offline"
    assert runs_left(tmp_path) == []
    return report


def runs_left(tmp_path: Path) -> list[Path]:
    return sorted(tmp_path.glob("cutover-rehearsal-*"))


@pytest.mark.alone
@pytest.mark.rehearsal
def test_the_happy_path_loses_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    report = report_of(environment, tmp_path, "--duration", "16", "--seed", "11")
    assert report["verdict"] == "passed"
    assert report["ledger"]["acknowledged"] > 1_000
    for count in ("lost", "duplicated", "written_to_closed_side", "wrong_balances"):
        assert report["ledger"][count] == 0
    shares = [(stage["weight"], stage["read_share"]) for stage in report["stages"]]
    assert [weight for weight, _ in shares] == [20, 50, 80, 100]
    for weight, share in shares:
        assert share == pytest.approx(weight / 100, abs=0.08)
    assert report["pause_ms"]["client_p50"] > 0
    # Every client was asked to reconnect once; none met an error that it could not retry.
    assert sum(report["client_errors"].values()) <= 2 * 8
    assert {"I1", "I2", "I5"} <= {k for k, v in report["invariants"].items() if v == "held"}
    assert report["certificate"]["token"]
    assert_loaded(report)
    assert_finalized(report)
    # By the machines, and by the rule on the events of the tasks.
    told = " ".join(each["text"] for each in report["notices"])
    for words in ("Stop Reason STOPPED_AFTER_CACHED_EVENTS", "DMS-EVENT-0079"):
        assert words in told
    machines = [step["machine"] for step in report["steps"]]
    assert [name for name, _ in groupby(machines)] == ["replicate", "cutover", "finalize"]


def assert_loaded(report: dict[str, Any]) -> None:
    """From no table at all to every row, by the full load and by changes."""
    loaded = report["replicated"]
    tables = {each["table"]: each for each in loaded["tables"]}
    assert tables["public.accounts"]["rows"] == 10_000
    assert tables["public.ledger"]["rows"] >= 20_000
    # Clients wrote from before the load on.
    assert tables["public.ledger"]["changes"] > 0
    compared = {each["table"]: each for each in loaded["compared"]}
    assert {each["diverged"] for each in compared.values()} == {0}
    assert compared["ledger"]["target_rows"] > 20_000
    assert loaded["progress"][-1]["percent"] == 100


def assert_finalized(report: dict[str, Any]) -> None:
    """Nothing is on the source that was not there before, by the machine's word and by the rehearsal's own look."""
    ended = report["finalized"]
    assert ended["verdict"] == "clean"
    assert ended["remains"] == []
    assert {each["diverged"] for each in ended["compared"]} == {0}
    assert ended["dropped"]["slots"]


@pytest.mark.alone
@pytest.mark.rehearsal
def test_there_and_back_and_there_again_loses_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    report = report_of(
        environment, tmp_path, "--scenario", "forward-again", "--duration", "12", "--seed", "15"
    )
    assert report["verdict"] == "passed"
    for count in ("lost", "duplicated", "written_to_closed_side", "wrong_balances"):
        assert report["ledger"][count] == 0
    assert report["ledger"]["acknowledged"] > 1_000
    weights = [stage["weight"] for stage in report["stages"]]
    # The names go early and are set once more behind the line.
    assert [weight for weight, _ in groupby(weights)] == [20, 50, 80, 100, 0, 20, 50, 80, 100]
    assert report["certificate"]["token"]
    assert_finalized(report)


@pytest.mark.alone
@pytest.mark.rehearsal
def test_from_parked_reads_the_cutover_goes_on(environment: dict[str, str], tmp_path: Path) -> None:
    report = report_of(
        environment,
        tmp_path,
        "--scenario",
        "parked-then-cutover",
        "--duration",
        "12",
        "--seed",
        "14",
    )
    assert report["verdict"] == "passed"
    assert report["ledger"]["lost"] == 0
    assert [stage["weight"] for stage in report["stages"]] == [50, 50, 80, 100]
    assert {"I1", "I2", "I5"} <= {k for k, v in report["invariants"].items() if v == "held"}


@pytest.mark.alone
@pytest.mark.rehearsal
def test_an_abort_at_50_is_not_noticed_by_any_client(
    environment: dict[str, str], tmp_path: Path
) -> None:
    report = report_of(
        environment, tmp_path, "--scenario", "abort-at-50", "--duration", "12", "--seed", "12"
    )
    assert report["verdict"] == "passed"
    assert report["client_errors"] == {}
    assert report["ledger"]["lost"] == 0
    assert [stage["weight"] for stage in report["stages"]] == [20, 50, 0]
    assert {table["diverged"] for table in report["tables"].values()} == {0}
    assert report["invariants"]["I3"] == "held"
    assert report["finalized"] is None


@pytest.mark.alone
@pytest.mark.rehearsal
def test_the_naive_way_loses_rows_and_says_how_many(
    environment: dict[str, str], tmp_path: Path
) -> None:
    report = report_of(
        environment,
        tmp_path,
        *("--scenario", "naive-weighted-writes", "--duration", "12", "--seed", "13"),
    )
    assert report["verdict"] == "passed"
    assert report["ledger"]["lost"] > 100
    assert report["tables"]["ledger"]["diverged"] > 100
    assert report["invariants"]["I1"] == "broken"
    assert report["invariants"]["I2"] == "broken"
    assert "rows diverged" in report["summary"]


def started(environment: dict[str, str]) -> tuple[subprocess.Popen[str], list[psutil.Process]]:
    """A rehearsal that has its servers up, and every process below it."""
    process = subprocess.Popen(
        command("--duration", "60"),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        children = psutil.Process(process.pid).children(recursive=True)
        if sum("rehearsal.workload.clients" in words(child) for child in children) >= 2:
            return process, children
        assert process.poll() is None, process.communicate()
        time.sleep(0.3)
    raise AssertionError("the clients did not start")


def words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it may end between the two looks
        return ""


def interrupt(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.strip().splitlines()[-1].startswith("rehearse: interrupted")


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=30)


@pytest.mark.rehearsal
@pytest.mark.parametrize("end", [interrupt, kill])
def test_nothing_is_left_behind(
    environment: dict[str, str], tmp_path: Path, end: Callable[[subprocess.Popen[str]], None]
) -> None:
    process, children = started(environment)
    end(process)
    give_up = time.monotonic() + 20
    while (left := [c for c in children if alive(c)]) or runs_left(tmp_path):
        assert time.monotonic() < give_up, (left, runs_left(tmp_path))
        time.sleep(0.2)


def alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


REFUSALS = [
    (
        ["--scenario", "no-such"],
        "there is no scenario 'no-such'; there are: happy-path, rollback-after-switch",
    ),
    (["--stages", "20,300"], "weight 300 is over 255, the largest that Route 53 takes"),
    (["--stages", "50,20,100"], "do not increase"),
    (["--stages", "20,80"], "the last weight is 80, not 100"),
    (["--stages", "twenty"], "'twenty' is not a list of whole numbers"),
    (["--writers", "0"], "--writers 0 is out of range: use 1 to 64"),
    (["--duration", "2"], "--duration 2 is out of range: use 12 to 3600"),
    (["--seed", "x"], "argument --seed: invalid int value: 'x'"),
    (["--no-such-option"], "unrecognized arguments: --no-such-option"),
    (["--source-port", "70000"], "--source-port 70000 is out of range"),
    (["--source-port", "5999", "--target-port", "5999"], "are both 5999: use two"),
    (["--write-record", "sometimes"], "invalid choice: 'sometimes'"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSALS, ids=lambda value: str(value)[:40])
def test_bad_input_is_one_message_and_status_2(
    environment: dict[str, str], tmp_path: Path, arguments: list[str], said: str
) -> None:
    refused = rehearse(environment, *arguments, limit_seconds=20)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert len(refused.stderr.strip().splitlines()) == 1
    assert said in refused.stderr
    assert runs_left(tmp_path) == []


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_port_in_use_is_named(environment: dict[str, str], tmp_path: Path, side: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = rehearse(environment, f"--{side}-port", str(port), limit_seconds=30)
    assert refused.returncode == 2
    assert str(port) in refused.stderr
    assert "Traceback" not in refused.stderr
    assert runs_left(tmp_path) == []


def test_too_little_disk_space_is_told_with_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=50 * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main(["--scenario", "happy-path"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    for part in (str(tmp_path), "50 MiB", "1,024 MiB", "TMPDIR"):
        assert part in said
    assert runs_left(tmp_path) == []


def test_the_list_names_every_scenario(environment: dict[str, str]) -> None:
    listed = rehearse(environment, "--list", limit_seconds=20)
    assert listed.returncode == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(NAMES)

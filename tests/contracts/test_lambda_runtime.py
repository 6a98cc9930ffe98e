"""The Lambda runtime on this machine: real runtime client, own processes, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from rehearsal.aws.invoker import FunctionMissing, Throttled, function_arn
from rehearsal.aws.runtime import LocalFunction, RuntimePool, RuntimeUnavailable
from tests.contracts.engine_support import account, invoke, jsonata, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="awslambdaric is for Linux")

HANDLERS = """
import os, sys, time
import boto3, pydantic

class LagTooHigh(Exception):
    pass

calls = 0

def handler(event, context):
    global calls
    calls += 1
    match event.get("do"):
        case "raise": raise LagTooHigh("lag 99 s")
        case "sleep": time.sleep(event["seconds"]); return "slept"
        case "exit": os._exit(3)
        case "abort": os.abort()
        case "print": print("a line"); print("an error", file=sys.stderr); return None
        case "spawn":
            if not (pid := os.fork()): time.sleep(60)
            return pid
    return {
        "event": event, "calls": calls, "pid": os.getpid(), "name": context.function_name,
        "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb,
        "left": context.get_remaining_time_in_millis(), "environment": dict(os.environ),
    }
"""

FUNCTIONS = [
    LocalFunction(name="one", handler="code_of_test.handler", environment={"MINE": "1"}),
    LocalFunction(name="two", handler="code_of_test.handler", environment={"MINE": "2"}),
    LocalFunction(name="short", handler="code_of_test.handler", timeout_seconds=0.3, memory=512),
    LocalFunction(name="broken", handler="broken_code.handler"),
    LocalFunction(name="nowhere", handler="code_of_test.nowhere"),
]


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("code")
    (folder / "code_of_test.py").write_text(HANDLERS)
    (folder / "broken_code.py").write_text("import not_there_at_all\n")
    return folder


@pytest.fixture(scope="module")
def shared_pool(code: Path) -> Iterator[RuntimePool]:
    shared = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    with RuntimePool(FUNCTIONS, code_directory=code, shared_environment=shared) as made:
        yield made


@pytest.fixture
def pool(shared_pool: RuntimePool) -> RuntimePool:
    return shared_pool


def call(pool: RuntimePool, name: str, **event: Any) -> Any:
    result = pool(name, json.dumps(event).encode())
    return json.loads(result.payload)


def test_the_function_sees_what_lambda_gives_it(pool: RuntimePool) -> None:
    seen = call(pool, "short", a=1)

    assert seen["event"] == {"a": 1}
    assert (seen["name"], seen["arn"]) == ("short", function_arn("short"))
    assert int(seen["memory"]) == 512
    assert 0 < seen["left"] <= 300
    environment = seen["environment"]
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "short"
    assert environment["AWS_REGION"] == "us-east-1"


def test_environments_are_separate_and_nothing_leaks_into_them(
    pool: RuntimePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("PGPASSWORD", "secret")

    one, two = call(pool, "one"), call(pool, "two")

    assert (one["environment"]["MINE"], two["environment"]["MINE"]) == ("1", "2")
    assert one["pid"] != two["pid"]
    assert not {"AWS_PROFILE", "PGPASSWORD"} & one["environment"].keys()


def test_an_environment_is_reused_warm(pool: RuntimePool) -> None:
    first, second = call(pool, "one"), call(pool, "one")

    assert second["pid"] == first["pid"]
    assert second["calls"] == first["calls"] + 1


def test_two_at_once_take_two_environments(pool: RuntimePool) -> None:
    sleeping = threading.Thread(
        target=call, args=(pool, "two"), kwargs={"do": "sleep", "seconds": 1}
    )
    before = call(pool, "two")["pid"]
    sleeping.start()
    wait_for(lambda: call(pool, "two")["pid"] != before)
    sleeping.join()


def test_an_error_has_its_class_its_message_and_its_stack(pool: RuntimePool) -> None:
    result = pool("one", b'{"do": "raise"}')

    assert result.function_error == "Unhandled"
    error = json.loads(result.payload)
    assert (error["errorType"], error["errorMessage"]) == ("LagTooHigh", "lag 99 s")
    assert "handler" in error["stackTrace"][-1]
    assert call(pool, "one")["calls"] > 1, "an error of the function ends no environment"


def test_a_function_out_of_time_is_killed(pool: RuntimePool) -> None:
    pid = call(pool, "short")["pid"]

    result = pool("short", b'{"do": "sleep", "seconds": 30}')

    assert result.function_error == "Unhandled"
    error = json.loads(result.payload)
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Task timed out after 0.30 seconds")
    wait_for(lambda: not psutil.pid_exists(pid))
    assert call(pool, "short")["calls"] == 1, "the next invocation starts anew"


@pytest.mark.parametrize(
    ("do", "reason"),
    [("exit", "with error: exit status 3"), ("abort", "with error: signal: SIGABRT")],
)
def test_a_crash_is_an_error_of_the_runtime(pool: RuntimePool, do: str, reason: str) -> None:
    error = call(pool, "one", do=do)

    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith(reason)
    assert call(pool, "one")["calls"] == 1


def test_a_crash_between_invocations_is_not_seen_by_the_next_one(pool: RuntimePool) -> None:
    pid = call(pool, "one")["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(pid))

    assert call(pool, "one")["calls"] == 1


@pytest.mark.parametrize(
    ("name", "error"),
    [("broken", "Runtime.ImportModuleError"), ("nowhere", "Runtime.HandlerNotFound")],
)
def test_a_module_that_can_not_be_imported(pool: RuntimePool, name: str, error: str) -> None:
    assert call(pool, name)["errorType"] == error


def test_output_is_the_log(code: Path) -> None:
    lines: list[tuple[str, str]] = []

    def listen(name: str, line: str) -> None:
        lines.append((name, line))

    with RuntimePool(FUNCTIONS, code_directory=code, on_log=listen) as pool:
        call(pool, "one", do="print")
        wait_for(lambda: len(lines) == 2)

    assert lines == [("one", "a line"), ("one", "an error")]


def test_what_is_imported_once_is_there_in_every_environment(tmp_path: Path) -> None:
    (tmp_path / "shared_by_all.py").write_text("import os\nwhose = os.getpid()\n")
    (tmp_path / "wrong.py").write_text("raise RuntimeError\n")
    (tmp_path / "code_that_shares.py").write_text(
        "import os, shared_by_all\n"
        "def handler(event, context): return [shared_by_all.whose, os.getpid()]\n"
    )
    functions = [
        LocalFunction(name=name, handler="code_that_shares.handler") for name in ("one", "two")
    ]
    shared = ["wrong", "shared_by_all"]
    with RuntimePool(functions, code_directory=tmp_path, preloaded=shared) as pool:
        (whose, one), (still, two) = (call(pool, name) for name in ("one", "two"))
        assert whose == still == pool.processes()[0]
        assert one != two


def test_refusals(code: Path) -> None:
    with RuntimePool(FUNCTIONS, code_directory=code, concurrency=1) as pool:
        with pytest.raises(FunctionMissing, match="unknown"):
            pool("unknown", b"{}")
        pool.warm(["one"])
        sleeping = threading.Thread(
            target=call, args=(pool, "one"), kwargs={"do": "sleep", "seconds": 0.5}
        )
        sleeping.start()
        time.sleep(0.1)
        with pytest.raises(Throttled):
            pool("one", b"{}")
        sleeping.join()
        assert call(pool, "one")["calls"] == 2


def test_warming_leaves_nothing_to_start(code: Path) -> None:
    with RuntimePool(FUNCTIONS, code_directory=code) as pool:
        pool.warm(["one", "two"])
        before = pool.processes()
        assert {call(pool, "one")["pid"], call(pool, "two")["pid"]} < set(before)
        assert pool.processes() == before


def test_the_engine_runs_functions_in_the_pool(pool: RuntimePool) -> None:
    with account({}) as emulated:
        emulated.settings.invoker = pool
        failed = emulated.run(jsonata(("A", invoke("short", {"do": "sleep", "seconds": 9}))))
        done = emulated.run(
            jsonata(("A", invoke("one", {"x": 1}, Output="{% $states.result.Payload.event %}")))
        )

    assert (failed.status, failed.error) == ("FAILED", "Sandbox.Timedout")
    assert done.output == {"x": 1}


def test_nothing_is_left_after_close(code: Path) -> None:
    pool = RuntimePool(FUNCTIONS, code_directory=code)
    threads = threading.active_count()
    child = call(pool, "one", do="spawn")
    pool.warm(["two"])
    processes = [psutil.Process(pid) for pid in [*pool.processes(), child]]

    pool.close()

    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []
    wait_for(lambda: threading.active_count() <= threads)


@pytest.mark.parametrize("victim", ["the pool's process", "the fork server"])
def test_nothing_is_left_after_a_kill(code: Path, victim: str) -> None:
    program = f"""
import pathlib, sys, time
from rehearsal.aws.runtime import LocalFunction, RuntimePool
pool = RuntimePool(
    [LocalFunction(name="one", handler="code_of_test.handler")],
    code_directory=pathlib.Path({str(code)!r}),
)
pool.warm(["one"])
print(*pool.processes(), flush=True)
time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    ) as parent:
        assert parent.stdout
        processes = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        assert len(processes) == 2
        os.kill(parent.pid if victim.startswith("the pool") else processes[0].pid, signal.SIGKILL)
        wait_for(lambda: not any(_runs(process) for process in processes))
        parent.kill()


def _runs(process: psutil.Process) -> bool:
    """A zombie of a parent that does not look is no longer running."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_without_the_runtime_client_there_is_no_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    with pytest.raises(RuntimeUnavailable, match=r"awslambdaric.* is not available on darwin"):
        RuntimePool(FUNCTIONS, code_directory=Path())

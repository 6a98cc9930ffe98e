"""The fork server: imports the heavy libraries once; each execution environment is a fork of it.

Run as a program with the number of a socket: `python -P zygote.py FD`. It answers one JSON request
at a time and ends, with all its forks, when the other end of the socket closes.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from typing import Any

# Not awslambdaric: its native client reads AWS_LAMBDA_RUNTIME_API when it is imported.
PRELOADED = (
    "boto3.session",
    "botocore.session",
    "botocore.client",
    "botocore.httpsession",
    "botocore.endpoint",
    "botocore.auth",
    "botocore.credentials",
    "botocore.retries.standard",
    "psycopg",
    # It imports its parts when they are first asked for.
    "pydantic.main",
    "pydantic.types",
    "pydantic.type_adapter",
    "pydantic.functional_validators",
    "pydantic._internal._generate_schema",
    "wrapt",
    "aws_lambda_powertools",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.typing",
    "aws_xray_sdk.core",
)

_PR_SET_PDEATHSIG = 1


def serve(control: socket.socket) -> None:
    """Fork and reap on request, until the parent is gone."""
    children: set[int] = set()
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, 1 << 20, 1)
        if not data:
            break
        request = json.loads(data)
        if "reap" in request:
            answer = {"status": _reap(request["reap"])}
            if answer["status"] is not None:
                children.discard(request["reap"])
        elif "import" in request:
            _import(request["import"], request["code_directory"])
            answer = {}
        else:
            pid = _fork(control, request, descriptors[0])
            children.add(pid)
            answer = {"pid": pid}
            os.close(descriptors[0])
        control.sendall(json.dumps(answer).encode() + b"\n")
    for pid in children:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _import(modules: list[str], code_directory: str) -> None:
    """Modules of the code that read nothing of a function's environment while they are imported."""
    sys.path.insert(0, code_directory)
    for name in modules:
        # What is wrong with it, the function's own initialization tells.
        with suppress(Exception):
            importlib.import_module(name)
    sys.path.remove(code_directory)
    _freeze()


def _freeze() -> None:
    """What is here now is shared by all forks; the collector would write to every page of it."""
    gc.collect()
    gc.freeze()


def _reap(pid: int) -> int | None:
    """Exit status (negative: the signal), or None while it still runs after a second."""
    for _ in range(200):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    return None


def _fork(control: socket.socket, request: dict[str, Any], output: int) -> int:
    zygote = os.getpid()
    pid = os.fork()
    if pid:
        with suppress(OSError):
            # Here as well as in the child: a kill of the group may come before the child ran.
            os.setpgid(pid, pid)
        return pid
    status = 1
    try:
        control.close()
        # Even if the fork server is killed with a signal that can't be handled.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == zygote:
            status = _become_environment(request, output)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _become_environment(request: dict[str, Any], output: int) -> int:
    """Run AWS's runtime client on the function, as Lambda's bootstrap does."""
    with suppress(OSError):
        os.setpgid(0, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["code_directory"])
    sys.path.insert(0, request["code_directory"])
    runtime = importlib.import_module("awslambdaric.__main__")
    try:
        runtime.main(["awslambdaric", request["handler"]])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    # The parent decides when this ends; Ctrl-C in a terminal reaches every process of the group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in PRELOADED:
        with suppress(ImportError):
            importlib.import_module(name)
    _freeze()
    serve(control)


if __name__ == "__main__":
    main()

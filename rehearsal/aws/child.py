"""A child process that is an AWS: its configuration comes on the first line of stdin.

It answers with one line of JSON on stdout, works until stdin closes or SIGTERM comes, and leaves nothing
running. Everything else it has to say goes to stderr.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import NoReturn, TextIO

from pydantic import BaseModel

Starting = Callable[[str], AbstractContextManager[BaseModel]]
"""Takes the configuration as JSON; entered, it is running, and leaves nothing running behind."""

# A thread that computes may keep the others waiting this long; the name server is one of those.
_SWITCH_SECONDS = 0.001


def run(starting: Starting) -> NoReturn:
    """Never returns: executions still running have threads that nothing can end."""
    answers = os.fdopen(os.dup(1), "w")
    # Whatever prints must not come between the lines of the answer.
    os.dup2(2, 1)
    sys.setswitchinterval(_SWITCH_SECONDS)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for noisy in ("werkzeug", "moto"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, _interrupt)
    status = _serve(answers, starting)
    sys.stderr.flush()
    os._exit(status)


def _serve(answers: TextIO, starting: Starting) -> int:
    try:
        with starting(sys.stdin.readline()) as ready:
            _answer(answers, {"ready": True, **ready.model_dump(mode="json")})
            with suppress(KeyboardInterrupt):
                sys.stdin.read()
    except Exception as error:
        traceback.print_exc()
        _answer(answers, {"ready": False, "error": f"{type(error).__name__}: {error}"})
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


def _answer(answers: TextIO, content: dict[str, object]) -> None:
    with suppress(BrokenPipeError):
        print(json.dumps(content), file=answers, flush=True)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt

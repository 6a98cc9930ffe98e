"""The child process: `python -m rehearsal.aws` with its configuration on the first line of stdin.

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
from contextlib import suppress
from typing import NoReturn, TextIO

from rehearsal.aws.config import AwsConfig

# A thread that computes may keep the others waiting this long; the name server is one of those.
_SWITCH_SECONDS = 0.001


def main() -> NoReturn:
    answers = os.fdopen(os.dup(1), "w")
    # Whatever prints must not come between the lines of the answer.
    os.dup2(2, 1)
    sys.setswitchinterval(_SWITCH_SECONDS)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for noisy in ("werkzeug", "moto"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    signal.signal(signal.SIGTERM, _interrupt)
    status = _serve(answers)
    # Executions still running have threads that nothing can end.
    sys.stderr.flush()
    os._exit(status)


def _serve(answers: TextIO) -> int:
    # After the streams are in order: this imports half a dozen servers.
    from rehearsal.aws.parts import Parts

    config = AwsConfig.model_validate_json(sys.stdin.readline())
    try:
        with Parts(config) as parts:
            ready = parts.start()
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


if __name__ == "__main__":
    main()

"""The state parameter: where people look, readable with jq."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from cutover.adapters.aws import error_code, translated
from cutover.errors import ServiceUnavailable

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

logger = logging.getLogger(__name__)

READINESS: Final = "readiness"
LARGEST_VALUE: Final = 4096
"""Of a standard parameter, in characters (Systems Manager quotas)."""
CUT: Final = " ..."
ATTEMPTS: Final = 3

Shown = dict[str, Any]


class SsmDisplay:
    """cutover.ports.Display over one parameter, which the cutover and the readiness check share."""

    def __init__(self, client: SSMClient, *, parameter: str) -> None:
        self._client = client
        self._parameter = parameter

    def show(self, state: Shown) -> None:
        try:
            self._write(
                lambda shown: (
                    {**state, READINESS: shown[READINESS]} if READINESS in shown else state
                )
            )
        except ServiceUnavailable:
            # On either side of the line: the journal is the truth, and a display must not stop a cutover.
            logger.warning("the state parameter could not be written", exc_info=True)

    def show_readiness(self, readiness: Shown) -> None:
        self._write(lambda shown: {**shown, READINESS: readiness})

    def _write(self, change: Callable[[Shown], Shown]) -> None:
        """Writes the changed value, over nothing that somebody else wrote in the same moment.

        Parameter Store has no conditional write, but numbers its versions: a gap between what was read and what
        was written is another writer's version, and the change is made again on top of that one.
        """
        shown, version = self._read(self._parameter)
        for _ in range(ATTEMPTS):
            with translated("writing the state parameter"):
                written = self._client.put_parameter(
                    Name=self._parameter,
                    Value=fitting(change(shown)),
                    Type="String",
                    Overwrite=True,
                )["Version"]
            if written <= version + 1:
                return
            shown, _ = self._read(f"{self._parameter}:{written - 1}")
            version = written

    def _read(self, name: str) -> tuple[Shown, int]:
        try:
            with translated("reading the state parameter"):
                found = self._client.get_parameter(Name=name)["Parameter"]
        except ServiceUnavailable as error:
            if isinstance(error.__cause__, ClientError) and (
                error_code(error.__cause__) == "ParameterNotFound"
            ):
                return {}, 0
            raise
        try:
            shown = json.loads(found["Value"])
        except ValueError:  # on either side of the line: somebody wrote something else there
            shown = {}
        return shown if isinstance(shown, dict) else {}, found["Version"]


def fitting(state: Shown) -> str:
    """The state as JSON, its reasons cut where it would be too long for the parameter."""
    for where in ((READINESS, "reason"), ("reason",)):
        over = len(json.dumps(state)) - LARGEST_VALUE
        if over <= 0:
            break
        state = _shortened(state, where, over=over)
    return json.dumps(state)


def _shortened(state: Shown, where: tuple[str, ...], *, over: int) -> Shown:
    first, *rest = where
    if rest:
        inner = state.get(first)
        changed = _shortened(inner, tuple(rest), over=over) if isinstance(inner, dict) else inner
        return {**state, first: changed} if first in state else state
    reason = state.get(first)
    if not isinstance(reason, str):
        return state
    # From the end, by what each character takes as JSON: a quote is two, a letter beyond ASCII is six or twelve.
    keep, freed = len(reason), -len(CUT)
    while keep and freed < over:
        keep -= 1
        freed += len(json.dumps(reason[keep])) - 2
    return {**state, first: reason[:keep] + CUT}

"""Makes moto's Step Functions interpreter run Standard workflows in JSONata as AWS does.

Each patch is one function, and its docstring says what upstream does wrong. They reach into private
names, so exactly one version of moto is accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import moto
from moto.core.config import default_user_config

from rehearsal.aws.engine import (
    api,
    errors,
    history,
    jsonata,
    lambda_tasks,
    stopping,
    tokens,
    waits,
)
from rehearsal.aws.engine.settings import EngineSettings, StatusListener

if TYPE_CHECKING:
    from rehearsal.aws.invoker import Invoker

__all__ = ["MOTO_VERSION", "EngineSettings", "UnsupportedMoto", "install"]

MOTO_VERSION = "5.2.5"

_settings = EngineSettings()
_installed = False


class UnsupportedMoto(RuntimeError):
    """Another version of moto than the one whose private names the patches know."""


def install(
    *,
    invoker: Invoker,
    wait_scale: float = 1.0,
    endpoint: str | None = None,
    on_status_change: StatusListener | None = None,
) -> EngineSettings:
    """Patch the interpreter in this process (once); returns the live settings.

    Call it before or inside `mock_aws`, or before a moto server starts; with a server, `endpoint`
    is its URL. Raises UnsupportedMoto.
    """
    global _installed  # noqa: PLW0603  (patching twice would wrap the wrappers)
    if moto.__version__ != MOTO_VERSION:
        raise UnsupportedMoto(
            f"moto {moto.__version__} is installed, the engine's patches are for "
            f'{MOTO_VERSION} only: install "moto[server]=={MOTO_VERSION}"'
        )
    _settings.invoker = invoker
    _settings.wait_scale = wait_scale
    _settings.endpoint = endpoint
    _settings.on_status_change = on_status_change
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    if not _installed:
        for part in (jsonata, lambda_tasks, waits, errors, history, stopping, tokens, api):
            part.patch(_settings)
        _installed = True
    return _settings

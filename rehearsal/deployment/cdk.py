"""The CDK CLI: the program that an operator runs, kept from reaching anything but this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rehearsal.aws.invoker import ACCOUNT, REGION
from rehearsal.deployment.errors import DeploymentFailed
from rehearsal.deployment.project import ROOT, SUFFIX, Project
from rehearsal.servers.run_directory import RunDirectory

CLI: Final = ROOT / "node_modules" / ".bin" / "cdk"
LAST_WORDS_LINES: Final = 40
_LOOPBACK: Final = "127.0.0.1,localhost"
_NOBODY: Final = "http://127.0.0.1:9"
"""A proxy that is not there: whatever is asked of another machine fails at once."""

_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
_ENVIRONMENT: Final = {
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    # No profile of the person who runs this may point the CLI at a real account.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_PROFILE": "",
    "AWS_ACCESS_KEY_ID": "",
    "AWS_SECRET_ACCESS_KEY": "",
    "AWS_SESSION_TOKEN": "",
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    # Seconds of every synthesis; `make test` runs it on all templates.
    "CDK_VALIDATION": "false",
    "ENVIRONMENT_SUFFIX": SUFFIX,
}


class CdkCli:
    """Runs commands of the CLI; their output goes to a file."""

    def __init__(self, run: RunDirectory, project: Project) -> None:
        if not CLI.exists():
            raise DeploymentFailed(f"{CLI} is not there: `make deploy-local` installs it")
        self._run = run
        self._project = project
        self.endpoint = _NOBODY
        """Of the account; a synthesis asks none."""
        self._home = run.path / "cdk"
        self._home.mkdir()
        self.assembly = self._home / "cdk.out"
        self.log = run.path / "cdk.log"

    def bootstrap(self) -> None:
        # Where no cdk.json is: the CLI would synthesize the app first.
        self._do("bootstrap", f"aws://{ACCOUNT}/{REGION}", cwd=self._home)

    def synthesize(self) -> None:
        """The stacks of the project, as files. The only command that may reach another machine:
        pip fetches the layer's packages."""
        self._command(
            "synth",
            "--quiet",
            *("--app", f"{sys.executable} app.py"),
            *("--output", str(self.assembly)),
            *("--context", f"settings={self._project.settings}"),
            cwd=self._project.directory,
            environment={**os.environ, **_ENVIRONMENT},
        )

    def deploy(self, what: str) -> None:
        """what: a stack, which brings those before it, or --all."""
        self._do("deploy", what, "--require-approval", "never", *self._app())

    def destroy(self, *stacks: str) -> None:
        """These, in the order in which they can go; without any: all."""
        self._do("destroy", *(stacks or ("--all",)), "--force", *self._app())

    def _app(self) -> tuple[str, str]:
        return "--app", str(self.assembly)

    def _do(self, *arguments: str, cwd: Path | None = None) -> None:
        environment = {
            **os.environ,
            **_ENVIRONMENT,
            **dict.fromkeys(_PROXIES, _NOBODY),
            "NO_PROXY": _LOOPBACK,
            "no_proxy": _LOOPBACK,
            "AWS_ENDPOINT_URL": self.endpoint,
            # Only the spelling of the URLs of templates; nothing is fetched from that host.
            "AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION": f"https://s3.{REGION}.amazonaws.com",
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
            "CDK_HOME": str(self._home / "home"),
        }
        self._command(*arguments, cwd=cwd or self._project.directory, environment=environment)

    def _command(self, *arguments: str, cwd: Path, environment: Mapping[str, str]) -> None:
        with self.log.open("a") as log:
            start = log.tell()
            process = self._run.start(
                [str(ROOT / "tools" / "with-node"), str(CLI), *arguments, "--no-notices", "--ci"],
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            status = process.wait()
        if status != 0:
            words = self.log.read_text(errors="replace")[start:].splitlines()[-LAST_WORDS_LINES:]
            raise DeploymentFailed(
                f"cdk {arguments[0]} ended with status {status}:\n" + "\n".join(words)
            )

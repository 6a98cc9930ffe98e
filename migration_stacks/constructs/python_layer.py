"""The functions' third-party packages, installed for Lambda's platform by pip, without Docker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
import jsii

from migration_stacks.cfn import lambda_
from migration_stacks.constructs.archive import Archive, archive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from constructs import Construct

RUNTIME: Final = "python3.13"
ARCHITECTURE: Final = "arm64"
FOLDER: Final = "python"
"""Where Lambda looks for packages in a layer."""

# Lambda's Python 3.13 runs on Amazon Linux 2023 (glibc 2.34). psycopg has wheels for 2_28 and not
# for 2_17, others the other way round, and pip takes each tag for itself alone.
_PLATFORMS: Final = ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64")

# Wheels with hashes only: nothing is built and nothing unexpected gets in.
_PIP_OPTIONS: Final = (
    "--only-binary=:all:",
    "--require-hashes",
    "--implementation=cp",
    "--python-version=3.13",
    *(f"--platform={platform}" for platform in _PLATFORMS),
    # Byte code of the Python that runs pip is of no use to the one in Lambda.
    "--no-compile",
    "--quiet",
    "--disable-pip-version-check",
)


@jsii.implements(cdk.ILocalBundling)
class _Pip:
    """Installs where the synthesis runs. Always does it or raises: there is no second way."""

    def __init__(self, requirements: Path, options: Sequence[str]) -> None:
        self._requirements, self._options = requirements, options

    def try_bundle(self, output_dir: str, *_: object, **__: object) -> bool:
        target = Path(output_dir, FOLDER)
        command = [sys.executable, "-m", "pip", "install", *self._options]
        command += ["--target", str(target), "--requirement", str(self._requirements)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode != 0:
            raise RuntimeError(
                f"pip could not install {self._requirements} for Lambda: {done.stderr.strip()}"
            )
        return True


def packages(
    scope: Construct, construct_id: str, *, requirements: Path, alone: bool = False
) -> Archive:
    """The packages of a locked requirements file, in the folder FOLDER.

    alone: without what they depend on, of which nothing is used.
    """
    options = [*_PIP_OPTIONS, *(["--no-deps"] if alone else [])]
    return archive(
        scope,
        construct_id,
        folder=requirements.parent,
        exclude=["**", f"!{requirements.name}"],
        bundling=cdk.BundlingOptions(
            # Never run; it is here because it is part of the hash.
            image=cdk.DockerImage.from_registry(f"public.ecr.aws/sam/build-{RUNTIME}"),
            command=options,
            local=_Pip(requirements, options),
        ),
    )


class PythonLayer:
    """A layer with exactly the packages and versions of a locked requirements file."""

    def __init__(self, scope: Construct, construct_id: str, *, requirements: Path) -> None:
        self.packages = packages(scope, f"{construct_id}Packages", requirements=requirements)
        self.key = self.packages.key
        """Another for other packages, unlike the reference to the layer."""
        self.ref = lambda_.CfnLayerVersion(
            scope,
            construct_id,
            content=lambda_.CfnLayerVersion.ContentProperty(
                s3_bucket=self.packages.bucket, s3_key=self.packages.key
            ),
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
            description="Third-party packages of the cutover functions",
        ).ref

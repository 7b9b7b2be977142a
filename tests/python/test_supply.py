"""What is installed: pinned with hashes, listed with licences; no network is needed to build."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from macro_sql import PROJECT
from tiny_project import Tiny, make_tiny, query

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-supply.lock")
# Anybody may use, change and pass on what stands under these, at most with its own source.
FREE = re.compile(r"Apache|Artistic|BSD|ISC|MIT|MPL|Mozilla|PSF|Python Software|Zlib|CC0|Unlicense")


def locked(name: str) -> dict[str, str]:
    """The packages that a lock file installs on this system, with their versions."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z0-9._-]+==[^\\]+)\\$", text, flags=re.MULTILINE)
    pins = [Requirement(line.strip()) for line in found]
    here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    return {pin.name: str(pin.specifier).removeprefix("==") for pin in here}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_with_its_hash(lock: str) -> None:
    text = (PROJECT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    packages = [entry for entry in entries if "==" in entry.partition("\n")[0]]
    assert len(packages) >= 30
    assert [entry for entry in packages if "--hash=sha256:" not in entry] == []


def test_both_installations_hold_the_same_versions() -> None:
    shipped, tested = (locked(name) for name in LOCKS[:2])
    assert {name: tested.get(name) for name in shipped} == shipped


def test_one_patch_of_the_engine_is_asked_for_and_locked() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (pinned,) = [text for text in project["dependencies"] if text.startswith("duckdb==")]
    assert pinned == f"duckdb=={locked('requirements.lock')['duckdb']}"


def test_every_package_is_listed_with_a_free_licence() -> None:
    text = (PROJECT / "docs" / "licences.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z0-9-]+) \| (\S+) \| (.+) \|$", text, flags=re.MULTILINE)
    listed = {name: version for name, version, _ in rows if name != "package"}
    assert listed == locked("requirements.lock"), "run `make sbom`"
    unclear = [row for row in rows if row[0] != "package" and not FREE.search(row[2])]
    assert unclear == []


def test_a_build_without_any_network_is_the_same(tmp_path: Path) -> None:
    """Linux takes the network away from a process and all that it starts."""
    online, offline = make_tiny(tmp_path / "a"), make_tiny(tmp_path / "b")
    done = online.run("build", "--as-of", "2025-06-30")
    assert done.returncode == 0, done.stderr
    assert shutil.which("unshare"), "unshare is missing: install Debian's util-linux"
    alone = [
        *("unshare", "--map-root-user", "--net"),
        *(sys.executable, "-c", NO_NETWORK, "build", "--as-of", "2025-06-30"),
    ]
    done = subprocess.run(
        alone,
        env=offline.environment(),
        cwd=offline.home,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert published(online) == published(offline)


NO_NETWORK = """
import socket, sys
try:
    socket.create_connection(("192.0.2.1", 9), timeout=5)
except OSError as error:
    assert error.errno == 101, error
from expansion_warehouse.cli import app
app(sys.argv[1:])
"""


def published(tiny: Tiny) -> dict[str, bytes]:
    """The marts as bytes, by file."""
    assert query(tiny, "select count(*) from fct_mrr") == [(2,)]
    files = (tiny.published / "current" / "parquet").glob("*.parquet")
    return {file.name: file.read_bytes() for file in files}

"""Where a warehouse lives on disk, and which versions built it."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from expansion_warehouse.errors import BadInput
from expansion_warehouse.printable import printable_line
from expansion_warehouse.project_files import INSTALLED

_PACKAGES = {
    "project": "expansion-warehouse",
    "dbt": "dbt-core",
    "dbt_duckdb": "dbt-duckdb",
    "duckdb": "duckdb",
    "great_expectations": "great-expectations",
}


@dataclass(frozen=True)
class Places:
    """Every path of one warehouse; all absolute."""

    project: Path
    home: Path
    raw: Path

    @property
    def database(self) -> Path:
        """The private database of builds; readers never open it."""
        return self.home / "build.duckdb"

    @property
    def lock(self) -> Path:
        """Held by the one build that may run."""
        return self.home / "build.lock"

    @property
    def published(self) -> Path:
        """One folder per published run, and `current`."""
        return self.home / "published"

    @property
    def closed(self) -> Path:
        """Sealed months, a folder each; an input of every build, and not to be deleted."""
        return self.home / "closed"

    @property
    def history(self) -> Path:
        """The log of runs and seals made here, which `warehouse verify` compares with them."""
        return self.home / "history.jsonl"

    @property
    def logs(self) -> Path:
        """Logs of dbt and of the gates."""
        return self.home / "logs"

    @property
    def target(self) -> Path:
        """dbt's artifacts (manifest, compiled SQL)."""
        return self.home / "target"

    @property
    def quality(self) -> Path:
        """Result pages of the latest gates, published or not."""
        return self.home / "quality"

    @property
    def state(self) -> Path:
        """Small caches that may be deleted at any time."""
        return self.home / "state"


def find_places(home: Path | None, raw: Path | None) -> Places:
    """Resolve the project, the home and the raw folder: option, then environment, then default.

    Raises BadInput where the dbt project is not found, or the home cannot hold a database.
    """
    given_home = home or Path(os.environ.get("WAREHOUSE_HOME") or "warehouse")
    # A link to a home stays a link: dbt would read the whole project again for another path.
    found_home = given_home.expanduser().absolute()
    from_env = os.environ.get("WAREHOUSE_RAW")
    _require_plain(found_home)
    found_raw = _absolute(raw or (Path(from_env) if from_env else found_home / "raw"))
    return Places(project=find_project(), home=found_home, raw=found_raw)


def _require_plain(home: Path) -> None:
    """DuckDB reads a question mark in the path of a database as the beginning of options."""
    for sign in "?\\\0":
        if sign in str(home):
            raise BadInput(f"a home cannot have {sign!r} in its path: {shown(home)}")


def find_project() -> Path:
    """The folder of the dbt project: as the environment says, else installed with the package.

    In a clone of the repository it is the clone. Raises BadInput where no dbt project is there.
    """
    given = os.environ.get("WAREHOUSE_PROJECT")
    installed = Path(__file__).with_name(INSTALLED)
    ours = installed if installed.is_dir() else Path(__file__).parents[2]
    project = _absolute(Path(given) if given else ours)
    if not (project / "dbt_project.yml").is_file():
        raise BadInput(
            f"no dbt_project.yml in {project}: point WAREHOUSE_PROJECT at the dbt project"
        )
    return project


def _absolute(path: Path) -> Path:
    return path.expanduser().resolve()


def shown(path: Path) -> str:
    """A path as a person would type it: relative to the working folder where that is shorter.

    What is no plain sign in it is written out, so that it may be printed.
    """
    relative = os.path.relpath(path)
    return printable_line(relative if len(relative) < len(str(path)) else path)


def login_name() -> str:
    """The account of the machine that runs this, whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def versions(project: Path) -> dict[str, str | None]:
    """What built a run: packages, the project and its git commit (None where unknown)."""
    found = package_versions()
    found["git_commit"] = _git_commit(project)
    return found


def package_versions() -> dict[str, str | None]:
    """The installed packages that decide what a build does (None where one is not installed)."""
    return {name: _package(distribution) for name, distribution in _PACKAGES.items()}


def _package(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _git_commit(project: Path) -> str | None:
    """The commit of a project that is under version control, and not only beside what is."""
    try:
        _git(project, "ls-files", "--error-unmatch", "dbt_project.yml")
        commit = _git(project, "rev-parse", "HEAD")
        changed = _git(project, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{commit}-dirty" if changed else commit


def _git(project: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(project), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return done.stdout.strip()

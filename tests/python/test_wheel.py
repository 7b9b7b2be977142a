"""The wheel: it holds the whole dbt project, and builds a company where there is no repository.

It is built from the files that git knows, installed by pip into an environment that sees the
packages of this one and not the repository, and run in an empty folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from builds import PROJECT, Company, unpack
from expansion_warehouse.commands.project import copy_project
from expansion_warehouse.errors import BadInput

PACKAGE = "expansion_warehouse"
FOLDERS = ("analyses", "docs", "macros", "models", "seeds", "tests/generic", "tests/singular")
FILES = {
    *("CHANGELOG.md", "LICENSE", "README.ja.md", "README.md", "dbt_project.yml", "profiles.yml"),
    *("requirements.lock", "scripts/verify_books.py"),
}
# Maps of the code for those who have the code.
NOT_SHIPPED = {"scripts/expansion_warehouse/README.md"}
BACKEND = "from setuptools import build_meta as made; print(made.build_{kind}({folder!r}))"


def known_to_git() -> set[str]:
    """The files of the repository; those that are new as well, ignored ones not."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in done.stdout.split("\0") if name and (PROJECT / name).is_file()}


def made(kind: str, source: Path, folder: Path) -> Path:
    """What the backend makes of a folder: a wheel or a source distribution."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", BACKEND.format(kind=kind, folder=str(folder))],
        cwd=source,
        env={**clean_environment(), "SOURCE_DATE_EPOCH": "1764460800"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / done.stdout.splitlines()[-1]


def clean_environment() -> dict[str, str]:
    """Variables that do not lead to the repository."""
    ours = ("WAREHOUSE", "DBT_", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@dataclass(frozen=True)
class Built:
    """The folder that was built from, and what was built."""

    source: Path
    wheel: Path
    sdist: Path

    def content(self) -> dict[str, bytes]:
        """The files of the wheel."""
        with zipfile.ZipFile(self.wheel) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("built")
    source = folder / "source"
    for name in known_to_git():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, source / name)
    # What lies about in a working folder is not shipped.
    cache = source / "scripts" / PACKAGE / "report" / "__pycache__"
    cache.mkdir(exist_ok=True)
    for path in (
        cache / "site.pyc",
        source / "models" / "old.sql.orig",
        source / "seeds" / ".x.csv",
    ):
        path.write_text("left behind")
    sdist = made("sdist", source, folder / "sdist")
    return Built(source, made("wheel", source, folder / "wheel"), sdist)


def test_the_wheel_holds_the_package_and_the_project_byte_for_byte(built: Built) -> None:
    known = known_to_git()
    package = {name for name in known if name.startswith(f"scripts/{PACKAGE}/")} - NOT_SHIPPED
    project = FILES | {name for name in known if name.startswith(tuple(f"{x}/" for x in FOLDERS))}
    expected = {name.removeprefix("scripts/"): PROJECT / name for name in package}
    expected |= {f"{PACKAGE}/project/{name}": PROJECT / name for name in project}
    found = {name: data for name, data in built.content().items() if ".dist-info/" not in name}
    assert sorted(set(expected) - set(found)) == [], "missing in the wheel"
    assert sorted(set(found) - set(expected)) == [], "not expected in the wheel"
    assert [name for name, path in expected.items() if path.read_bytes() != found[name]] == []


def test_the_source_distribution_makes_the_same_wheel(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as archive:
        unpack(archive, tmp_path, "data")
    (source,) = tmp_path.iterdir()
    again = made("wheel", source, tmp_path / "wheel")
    assert (again.name, again.read_bytes()) == (built.wheel.name, built.wheel.read_bytes())


def test_the_backend_that_builds_is_the_one_that_is_tested() -> None:
    pins = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    (backend,) = pins["build-system"]["requires"]
    assert backend in pins["dependency-groups"]["dev"]
    assert f"\n{backend} " in (PROJECT / "requirements-dev.lock").read_text(encoding="utf-8")


def test_one_version_is_named_everywhere(built: Built) -> None:
    pins = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = pins["version"]
    assert f"\nversion: {version}\n" in (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    assert f"\n## {version} (" in (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    wheel = f"{PACKAGE}-{version}-py3-none-any.whl"
    assert built.wheel.name == wheel
    for page in ("README.md", "README.ja.md", "docs/installing.md"):
        assert f" {wheel}\n" in (PROJECT / page).read_text(encoding="utf-8")


# ---- installed, outside of the repository ----


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, and an empty folder to work in."""

    environment: Path
    folder: Path

    @property
    def package(self) -> Path:
        """The folder of the package, which nothing may write to."""
        (found,) = self.environment.glob(f"lib/python*/site-packages/{PACKAGE}")
        return found

    def run(self, program: str, *arguments: str, **variables: str) -> str:
        """What a program of the environment says; fails the test where it fails."""
        done = subprocess.run(
            [str(self.environment / "bin" / "python"), *PROGRAMS[program], *arguments],
            cwd=self.folder,
            env={**clean_environment(), "PYTHONDONTWRITEBYTECODE": "1", **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{program} {arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def warehouse(self, *arguments: str, **variables: str) -> str:
        """The command."""
        return self.run("warehouse", *arguments, **variables)

    def state(self) -> dict[str, int]:
        """Every file of the package with when it was changed."""
        files = self.package.rglob("*")
        return {str(path.relative_to(self.package)): path.stat().st_mtime_ns for path in files}


PROGRAMS = {
    "warehouse": ("-m", f"{PACKAGE}.cli"),
    "dbt": ("-m", "dbt.cli.main"),
}


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    folder = tmp_path_factory.mktemp("installed")
    environment, work = folder / "environment", folder / "work"
    work.mkdir()
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    said = subprocess.run(
        [*(str(python), "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"), built.wheel],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    found = Installed(environment, work)
    # Packages of this environment, found after those of the new one; what leads from there to the
    # repository (an editable installation) is not followed.
    others = found.package.parent / "others.pth"
    others.write_text(sysconfig.get_path("purelib") + "\n")
    paths = [found.package, *found.package.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield found
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_the_project_is_found_where_it_is_installed(installed: Installed) -> None:
    assert installed.warehouse("project") == f"{installed.package / 'project'}\n"
    shown = json.loads(installed.warehouse("project", "--json"))
    assert shown == {"project": str(installed.package / "project")}
    program = installed.environment / "bin" / "warehouse"
    done = subprocess.run(
        [program, "--version"], env=clean_environment(), capture_output=True, text=True, check=True
    )
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    assert done.stdout.startswith(f"warehouse {version} (dbt ")


def test_a_copy_of_the_project_takes_its_place(installed: Installed) -> None:
    said = installed.warehouse("project", "--to", "our rules")
    ours = installed.folder / "our rules"
    assert said.splitlines()[-1] == f"  export WAREHOUSE_PROJECT='{ours}'"
    theirs = installed.package / "project"
    copied = {path.relative_to(ours) for path in ours.rglob("*") if path.is_file()}
    shipped = {path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file()}
    assert copied == {path for path in shipped if "__pycache__" not in path.parts}
    assert [
        path for path in copied if (ours / path).read_bytes() != (theirs / path).read_bytes()
    ] == []
    assert all((ours / path).stat().st_mode & 0o200 for path in copied)
    assert installed.warehouse("project", WAREHOUSE_PROJECT="our rules") == f"{ours}\n"


def test_a_copy_goes_into_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("ours")
    with pytest.raises(BadInput, match="is a file, not a folder"):
        copy_project(tmp_path / "file")
    with pytest.raises(
        BadInput, match="is not empty: a copy of the project is a folder of its own"
    ):
        copy_project(tmp_path)


def test_what_is_installed_builds_what_the_repository_builds(
    installed: Installed, sample_company: Company
) -> None:
    """The same raw folder, the same marts, and every command that reads them."""
    before = installed.state()
    run = installed.warehouse
    run("sample", "--accounts", "60", "--months", "36", "--events", "20000", "--edge-cases")
    home = installed.folder / "warehouse"
    assert content(home / "raw") == content(sample_company.raw)
    run("build")
    current = home / "published" / "current"
    assert marts(current) == marts(sample_company.marts.parent)
    facts = json.loads((current / "run.json").read_text(encoding="utf-8"))
    assert facts["versions"]["git_commit"] is None
    for file in ("report.html", "finance.xlsx", "monday/team.md", "quality/marts.html"):
        assert (current / file).stat().st_size > 1000
    reads(installed, str(facts["run_id"]))
    by_hand(installed, home)
    assert installed.state() == before, "something was written where the package is installed"
    assert sorted(path.name for path in installed.folder.iterdir() if path.name != "our rules") == [
        *("exports", "report", "warehouse")
    ]


def reads(installed: Installed, run_id: str) -> None:
    """The commands of the published run; one that imports, and one that seals."""
    run = installed.warehouse
    assert run_id in run("status")
    assert run_id in run("report", "--to", "report")
    assert "nrr" in run("show", "kpi_nrr", "month=2026-06").splitlines()[0]
    assert "as they were made" in run("verify")
    assert "# " in run("monday")
    assert "kpi_nrr" in run("explain", "kpi_nrr.nrr")
    export = installed.folder / "exports" / "mrr.csv"
    export.parent.mkdir()
    export.write_text("Customer,2026-01,2026-02\nAlpha,100,120\n")
    run("import", "cube", "--from", str(export), "--to", "exports/raw", "--set", "currency=JPY")
    assert "2026-04" in run("close", "2026-04", "--by", "Sato Hanako")
    assert "as they were made" in run("verify")


def by_hand(installed: Installed, home: Path) -> None:
    """Plain dbt finds project and profile as the page says; to read all of it takes it long."""
    project = installed.warehouse("project").strip()
    variables = {
        "DBT_PROJECT_DIR": project,
        "DBT_PROFILES_DIR": project,
        "DBT_TARGET_PATH": str(home / "target"),
        "DBT_LOG_PATH": str(home / "logs"),
    }
    page = (PROJECT / "docs" / "installing.md").read_text(encoding="utf-8")
    assert [name for name in variables if f"{name}=" not in page] == []
    said = installed.run("dbt", "debug", WAREHOUSE_HOME=str(home), **variables)
    assert "All checks passed!" in said


def content(folder: Path) -> dict[str, bytes]:
    """The files below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def marts(run: Path) -> dict[str, tuple[int, str]]:
    """The rows of every mart of a run: how many, and their hash."""
    names = sorted(path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql"))
    with duckdb.connect(str(run / "marts.duckdb"), read_only=True) as con:
        return {
            name: con.execute(
                f"select count(*), cast(bit_xor(hash(m)) as varchar) || sum(hash(m)) from {name} m"
            ).fetchall()[0]
            for name in names
        }

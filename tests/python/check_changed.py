"""`make check`: linters and the models' unit tests of what has changed, in about a minute.

Changed is what differs from the branch point off `main`, committed or not. The unit tests are those
of the changed models, of the readers of a changed seed, and of whatever calls a changed macro.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from builds import PROJECT, SHARED, Company, manifest_json, try_dbt
from engine import Engine
from fixture_rows import only_beginnings_parsed
from tiny_project import RAW, write_raw

LINTED = ("models/", "tests/singular/", "analyses/")


def git(*arguments: str) -> list[str]:
    """Lines that git says; none where it refuses."""
    done = subprocess.run(
        ["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines() if done.returncode == 0 else []


def changed_files() -> list[str]:
    """Files that are there and differ from where the branch left `main`, or are new."""
    base = (git("merge-base", "HEAD", "main") or ["HEAD"])[0]
    names = git("diff", "--name-only", "--diff-filter=d", base)
    return sorted({*names, *git("ls-files", "--others", "--exclude-standard")})


def lint(files: Iterable[str]) -> list[list[str]]:
    """The linters' commands for some files."""
    python = [name for name in files if name.endswith(".py")]
    sql = [name for name in files if name.endswith(".sql") and name.startswith(LINTED)]
    commands = []
    if python:
        commands += [["ruff", "check", *python], ["ruff", "format", "--check", *python], ["mypy"]]
    if sql:
        commands.append(["sqlfluff", "lint", *sql])
    return commands


def touched_models(files: Iterable[str], manifest: Mapping[str, Any]) -> set[str]:
    """Names of the models whose unit tests may see a change of these files."""
    wanted = set(files)
    nodes: Mapping[str, Any] = manifest["nodes"]
    macros = {
        key for key, macro in manifest["macros"].items() if macro["original_file_path"] in wanted
    }
    grown = True
    while grown:
        callers = {
            key
            for key, macro in manifest["macros"].items()
            if macros.intersection(macro["depends_on"]["macros"])
        }
        grown = not callers <= macros
        macros |= callers
    return {
        node["name"]
        for node in nodes.values()
        if node["resource_type"] == "model"
        and (
            wanted & {node["original_file_path"], (node["patch_path"] or "").partition("://")[2]}
            or macros.intersection(node["depends_on"]["macros"])
            or any(
                key.startswith("seed.") and nodes[key]["original_file_path"] in wanted
                for key in node["depends_on"]["nodes"]
            )
        )
    }


def unit_tests(files: Iterable[str]) -> bool:
    """Run the unit tests that may see a change; whether they pass."""
    models = touched_models(files, manifest_json())
    tested = sorted(models & {test["model"] for test in manifest_json()["unit_tests"].values()})
    if not tested:
        print("unit tests: no model with unit tests has changed")
        return True
    company = Company(SHARED / "raw", SHARED / "tables")
    write_raw(company.raw, RAW)
    (company.raw / "settings.yml").write_text("as_of_date: 2025-06-30\n", encoding="utf-8")
    Engine().build(company)
    chosen = [f"{name},test_type:unit" for name in tested]
    with only_beginnings_parsed():
        done = try_dbt(company, SHARED, "test", "--select", *chosen)
    print(done.text if not done.success else done.text.strip().splitlines()[-1])
    print(f"unit tests of {len(tested)} models: {'passed' if done.success else 'FAILED'}")
    return done.success


def main() -> int:
    """Check what has changed; the exit code."""
    files = changed_files()
    with ThreadPoolExecutor(max_workers=1) as pool:
        linted = pool.submit(run_all, lint(files))
        passed = unit_tests(files)
    return 0 if show(linted) and passed else 1


def run_all(commands: Iterable[list[str]]) -> list[subprocess.CompletedProcess[str]]:
    """Every command, with its output kept back."""
    return [
        subprocess.run(
            command,
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        for command in commands
    ]


def show(linted: Future[list[subprocess.CompletedProcess[str]]]) -> bool:
    """Print what the linters found; whether that was nothing."""
    for done in linted.result():
        name = " ".join(done.args[:2])
        print(f"{name}: {'passed' if done.returncode == 0 else 'FAILED'}")
        if done.returncode:
            print(done.stdout)
    return not any(done.returncode for done in linted.result())


if __name__ == "__main__":
    # Tables and compiled SQL of an earlier check may be out of date. What dbt has read stays: it
    # reads only what changed since.
    shutil.rmtree(SHARED / "engine", ignore_errors=True)
    sys.exit(main())

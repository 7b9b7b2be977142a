"""What holds of every command: JSON for programs, no colours where nobody looks, one-line errors.

A command that comes later is found by itself and has to hold it, too.
"""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import subprocess
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from builds import PROJECT, Company
from expansion_warehouse.cli import app

GROUP: Any = typer.main.get_command(app)
COMMANDS: Mapping[str, Any] = GROUP.commands
ESCAPE = "\x1b"

# Commands that only read: their whole answer on a published company, as JSON and as text.
READ: dict[str, list[list[str]]] = {
    "status": [[], ["--coverage"]],
    "verify": [[], ["--all"]],
    "monday": [[]],
    "show": [[], ["kpi_nrr", "retention_window=12m"], ["kpi_nrr", "month=1999-01"]],
    "explain": [[], ["kpi_nrr.nrr"]],
    "project": [[]],
}
# The tests that read the JSON of all others, which build, write or take long.
ELSEWHERE = {
    "sample": "test_sample.py",
    "import": "test_import_company.py",
    "build": "test_cli.py",
    "check": "test_cli.py",
    "close": "test_closings.py",
    "reopen": "test_closings.py",
    "diff": "test_diff.py",
    "plan": "test_plan.py",
    "report": "test_workbook.py",
    "rollback": "test_cli.py",
}
# What no test calls for its JSON, and why not.
NOT_CALLED = {
    "fit": "a fit needs scikit-learn and a long book; what it prints is asked of its functions",
    "bench": "a benchmark takes minutes",
}
# Wrong words for each command, and what its line has to say.
NOWHERE = ["--home", "/nowhere"]
WRONG: dict[str, list[tuple[list[str], str]]] = {
    "sample": [(["--accounts", "0"], "--accounts"), (["--format", "xml"], "'parquet', 'csv'")],
    "import": [
        (["nonsense"], "unknown system 'nonsense'; known: "),
        (["new"], "name the new system"),
        (["stripe"], "name the export with --from"),
        (["--all", "--company", "/nowhere.yml"], "write it, or name it with --company"),
    ],
    "build": [
        (["--raw", "/nowhere"], "make a sample company"),
        (["--target", "oracle"], "unknown target 'oracle' (known: duckdb)"),
    ],
    "check": [
        (["nonsense"], "'raw', 'marts'"),
        (["marts", *NOWHERE], "nothing is built in /nowhere: run `warehouse build` first"),
    ],
    "close": [
        (["2026-13", *NOWHERE], "write it as YYYY-MM"),
        (["2026-05", *NOWHERE], "nothing is published in /nowhere: run `warehouse build` first"),
    ],
    "reopen": [
        (["2026-05"], "Missing option '--reason' (e.g. `"),
        (["2026-05", "--reason", "x", *NOWHERE], "there is no home /nowhere: name it with --home"),
    ],
    "status": [(["--coverage", *NOWHERE], "run `warehouse build` first")],
    "verify": [(NOWHERE, "run `warehouse build` first"), (["nonsense"], "nonsense")],
    "monday": [(NOWHERE, "run `warehouse build` first"), (["--owner", "Nobody"], "(owners: ")],
    "show": [
        (NOWHERE, "nothing is published in /nowhere: run `warehouse build` first"),
        (["kpi_nr"], "(nearest: kpi_nrr"),
        (["kpi_nrr", "mont=2026-06"], "(nearest: month"),
        (["kpi_nrr", "month=2026-13"], "'2026-13' is no value of kpi_nrr.month (date)"),
        (["kpi_nrr", "--csv", "--json"], "--csv and --json are two ways to print the rows"),
        (["--csv"], "name the mart"),
    ],
    "diff": [
        (NOWHERE, "nothing is published in /nowhere: run `warehouse build` first"),
        ([], "(`warehouse status` lists runs)"),
    ],
    "plan": [(NOWHERE, "nothing is published in /nowhere: run `warehouse build` first")],
    "report": [
        ([], "Missing option '--to' (e.g. `"),
        (["--to", "/nowhere/r", *NOWHERE], "run `warehouse build` first"),
    ],
    "explain": [
        (["kpi_nrr"], "write MART.COLUMN, e.g. kpi_nrr.nrr"),
        (["kpi_nrr.nrr", "--at", "month=1999-01"], "(nearest: "),
    ],
    "rollback": [
        (NOWHERE, "there is no home /nowhere: name it with --home"),
        (["nonsense"], "no published run 'nonsense' (published: "),
    ],
    "fit": [
        (["--to", "/nowhere/fitted", *NOWHERE], "run `warehouse build` first"),
        (["--to", "/nowhere/fitted", "--valid-from", "soon"], "is not a date (YYYY-MM-DD)"),
    ],
    "project": [
        (["--to", str(PROJECT)], "is not empty: a copy of the project is a folder of its own"),
        (["--to", str(PROJECT / "LICENSE")], "is a file, not a folder"),
    ],
    "bench": [
        (["--to", str(PROJECT)], "is not empty: the benchmark writes into a folder of its own"),
        (["--events", "5"], "--events"),
    ],
}


def call(home: Path, *arguments: str) -> Result:
    """The command inside this process, which is not a terminal."""
    variables = {"WAREHOUSE_HOME": str(home), "COLUMNS": "80"}
    return CliRunner().invoke(app, list(arguments), env=variables)


def options(command: Any) -> set[str]:
    return {name for option in command.params for name in option.opts}


def test_every_command_speaks_json() -> None:
    assert len(COMMANDS) > 15
    assert [name for name, command in COMMANDS.items() if "--json" not in options(command)] == []
    helps = {
        option.help
        for command in COMMANDS.values()
        for option in command.params
        if "--json" in option.opts
    }
    assert len(helps) == 1
    assert sorted([*READ, *ELSEWHERE, *NOT_CALLED]) == sorted(COMMANDS)


@pytest.mark.parametrize("command", ELSEWHERE)
def test_the_json_of_a_command_that_writes_is_read_by_a_test(command: str) -> None:
    text = (PROJECT / "tests" / "python" / ELSEWHERE[command]).read_text(encoding="utf-8")
    assert "--json" in text
    assert command in text


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(command, arguments) for command, calls in READ.items() for arguments in calls],
)
def test_json_is_one_document_and_text_is_without_colours(
    sample_company: Company, command: str, arguments: list[str]
) -> None:
    machine = call(sample_company.home, command, *arguments, "--json")
    person = call(sample_company.home, command, *arguments)
    assert machine.stderr == person.stderr == ""
    assert machine.exit_code == person.exit_code == 0
    assert isinstance(json.loads(machine.stdout), dict | list)
    assert person.stdout.strip() != ""
    assert ESCAPE not in machine.stdout + person.stdout


def test_what_is_piped_is_cut_nowhere(sample_company: Company) -> None:
    for arguments in ([], ["kpi_nrr", "--limit", "3"], ["fct_alerts", "--limit", "3"]):
        shown = call(sample_company.home, "show", *arguments).stdout
        assert "…" not in shown
        assert [line for line in shown.splitlines() if line != line.rstrip()] == []
    assert call(sample_company.home, "show", "kpi_nrr", "month=1999-01").stdout == "0 rows\n"


# ---- what a newcomer types ----


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_plain_where_it_is_piped(tmp_path: Path, command: str) -> None:
    done = call(tmp_path, *([command] if command else []), "--help")
    assert done.exit_code == 0
    assert ESCAPE not in done.output
    assert max(map(len, done.stdout.splitlines())) <= 80
    # A text is broken where the terminal ends, not where a line of the source does.
    text = done.stdout.partition("Examples:")[0].partition("╭")[0]
    lines = [line.strip() for line in text.splitlines()]
    short = [
        line
        for line, after in pairwise(lines)
        if line and after and len(f" {line} {after.split()[0]}") < 79
    ]
    assert short == []


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_of_the_help_are_understood(command: str) -> None:
    examples = [
        line.strip().partition(" > ")[0]
        for line in COMMANDS[command].help.splitlines()
        if line.strip().startswith("warehouse ")
    ]
    assert examples
    for example in examples:
        assert len(example) <= 76, "broken in a terminal of eighty"
        words = shlex.split(example)
        assert words[:2] == ["warehouse", command]
        COMMANDS[command].make_context(command, words[2:])


def test_every_command_has_wrong_words_to_try() -> None:
    assert sorted(WRONG) == sorted(COMMANDS)


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [(name, words, said) for name, tries in WRONG.items() for words, said in tries],
)
def test_wrong_words_are_one_line_that_says_what_to_do(
    sample_company: Company, command: str, arguments: list[str], said: str
) -> None:
    if command == "fit":
        pytest.importorskip("sklearn")
    for flags in ([], [] if "--csv" in arguments else ["--json"]):
        done = call(sample_company.home, command, *arguments, *flags)
        assert done.exit_code == 2, done.output
        assert done.stdout == ""
        lines = done.stderr.splitlines()
        assert len(lines) == 1, done.stderr
        assert lines[0].startswith("error: ")
        assert said in lines[0]
        assert ESCAPE not in lines[0]
    assert not Path("/nowhere").exists()


# ---- in a process of its own ----


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "COLOR" not in name}
    # Typer takes a pipe on GitHub's machines for a terminal.
    kept.pop("GITHUB_ACTIONS", None)
    return {**kept, **variables}


def test_a_pipe_gets_no_colours_whatever_the_terminal_is(sample_company: Company) -> None:
    colourful = environment(TERM="xterm-256color", COLORTERM="truecolor")
    for arguments in (["--help"], ["status"], ["show"], ["nonsense"]):
        done = subprocess.run(
            [sys.executable, "-m", "expansion_warehouse.cli", *arguments],
            env=colourful | {"WAREHOUSE_HOME": str(sample_company.home)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ESCAPE not in done.stdout + done.stderr


def seen_on_a_terminal(home: Path, *arguments: str, **variables: str) -> str:
    """What a command prints on a terminal of this kind."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "expansion_warehouse.cli", *arguments],
        env=environment(**variables) | {"WAREHOUSE_HOME": str(home)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        close_fds=True,
    ) as process:
        os.close(theirs)
        said = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            said += part
        process.wait(timeout=60)
    os.close(ours)
    return said.decode("utf-8")


def test_a_terminal_gets_colours_unless_it_is_dumb_or_asks_for_none(
    sample_company: Company,
) -> None:
    colours = [f"{ESCAPE}[{code}" for code in ("31", "32", "33", "34", "35", "36", "1;3")]
    plain = seen_on_a_terminal(sample_company.home, "--help", TERM="dumb")
    assert ESCAPE not in plain
    none = seen_on_a_terminal(sample_company.home, "--help", TERM="xterm-256color", NO_COLOR="1")
    full = seen_on_a_terminal(sample_company.home, "--help", TERM="xterm-256color")
    assert [code for code in colours if code in none] == []
    assert [code for code in colours if code in full] != []
    assert re.sub(rf"{ESCAPE}\[[\d;]*m", "", full).split() == plain.split()

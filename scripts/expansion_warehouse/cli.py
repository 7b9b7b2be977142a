"""The `warehouse` command: its options, and what it prints. Only this module dates by the clock."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from inspect import cleandoc
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from expansion_warehouse.environment import find_places, find_project, package_versions, shown
from expansion_warehouse.errors import BadInput, CheckFailed, NoSignal, WarehouseError
from expansion_warehouse.interrupts import interrupted, watched
from expansion_warehouse.printable import json_text, printable, printable_line
from expansion_warehouse.storage import FileMode, trouble

if TYPE_CHECKING:
    from expansion_warehouse.importers.importer import ImportSummary
    from expansion_warehouse.importers.skeleton import Begun
    from expansion_warehouse.publish.runs import Run

_COMMAND = "warehouse"
_UNEXPECTED = "WAREHOUSE_DEBUG"
_INTERRUPTED = 130


class OneLineErrors(TyperGroup):
    """Prints every error as one line on standard error and ends with its exit code."""

    def __init__(self, **attributes: Any) -> None:
        """Let the texts of the help flow, as wide as the terminal is."""
        super().__init__(**attributes)
        for command in (self, *self.commands.values()):
            command.help = _flowing(command.help or "")

    def main(  # the signature is Typer's
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command and end the process, as Typer does, but print errors our way."""
        # Where a log cannot be written, the library would print a traceback for every line of it.
        logging.raiseExceptions = False
        try:
            with watched():
                code = super().main(
                    args, prog_name, complete_var, False, windows_expand_args, **extra
                )
            if code == _INTERRUPTED:
                # Typer ends an interrupted command with this code, and without a word.
                code = _stopped()
        except KeyboardInterrupt:
            code = _stopped()
        except BrokenPipeError:
            # The reader of our output left early, as `| head` does.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        except Exception as error:  # the last net: no traceback for a user
            code = _stopped() if interrupted() else _report(error)
        sys.exit(code if isinstance(code, int) else 0)


def _flowing(text: str) -> str:
    """A text without the line breaks of the source, but for blocks that are marked to keep them."""
    parts = cleandoc(text).split("\n\n")
    return "\n\n".join(part if part.startswith("\b") else " ".join(part.split()) for part in parts)


def _stopped() -> int:
    """Say that somebody stopped the command; its exit code."""
    _say("interrupted: readers see a whole run as before (`warehouse status` says which)")
    return _INTERRUPTED


def _report(error: Exception) -> int:
    """Print an error in one line; its exit code."""
    if isinstance(error, WarehouseError):
        _say(str(error))
        return error.exit_code
    format_message = getattr(error, "format_message", None)
    if format_message is not None:
        text = " ".join(format_message().replace("Value error, ", "").split()).rstrip(".")
        _say(f"{text}{_hint(error)}")
        return int(getattr(error, "exit_code", 2))
    if os.environ.get(_UNEXPECTED):
        raise error
    told = trouble(error)
    if told is not None:
        _say(told)
        return 2
    text = " ".join(str(error).split())
    _say(f"unexpected {type(error).__name__}: {text} (set {_UNEXPECTED}=1 for the whole story)")
    return 1


def _hint(error: Exception) -> str:
    """Where to read on; where something is missing, with the first example of the help."""
    context = getattr(error, "ctx", None)
    if context is None:
        return ""
    # By name: the class belongs to a copy of Click inside Typer.
    if type(error).__name__ == "MissingParameter":
        lines = (line.strip() for line in (context.command.help or "").splitlines())
        example = next(line for line in lines if line.startswith(_COMMAND))
        return f" (e.g. `{example}`; see `{context.command_path} --help`)"
    return f" (see `{context.command_path} --help`)"


def _say(text: str) -> None:
    print(f"error: {printable(text)}", file=sys.stderr)


def _tell(text: str = "") -> None:
    """A line on standard output; what others wrote in it cannot steer the terminal."""
    print(printable(text))


app = typer.Typer(
    cls=OneLineErrors,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)

Home = Annotated[
    Path | None,
    typer.Option(
        help="Folder of builds and published runs. Default: $WAREHOUSE_HOME, ./warehouse",
        show_default=False,
    ),
]
Raw = Annotated[
    Path | None,
    typer.Option(
        help="Raw folder to read. Default: $WAREHOUSE_RAW, <home>/raw", show_default=False
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="YYYY-MM-DD",
        help="Last day of business time. Default: settings.yml, else yesterday",
        show_default=False,
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        metavar="YYYY-MM-DD",
        help="Use only what was recorded by this day. Default: everything",
        show_default=False,
    ),
]
Vars = Annotated[
    str | None,
    typer.Option(
        "--vars",
        metavar="YAML",
        help="Settings of this run only, e.g. '{reporting_currency: USD}'",
        show_default=False,
    ),
]
Readers = Annotated[
    FileMode,
    typer.Option(
        "--file-mode",
        envvar="WAREHOUSE_FILE_MODE",
        help="Who may read what is written: the user who builds, the group, or all",
        show_envvar=True,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress")]


class Suite(StrEnum):
    """The two gates."""

    RAW = "raw"
    MARTS = "marts"


class Language(StrEnum):
    """Languages of the report."""

    ENGLISH = "en"
    JAPANESE = "ja"


class FileFormat(StrEnum):
    """File formats of the raw contract."""

    PARQUET = "parquet"
    CSV = "csv"


def _print_version(asked: bool) -> None:
    if asked:
        found = package_versions()
        print(f"{_COMMAND} {found['project']} (dbt {found['dbt']}, DuckDB {found['duckdb']})")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Raw contracts and usage in; NRR, customer health and RFM out, published safely.

    Start with `warehouse sample`, which makes a company to play with, then `warehouse build`.

    Readers open `<home>/published/current/marts.duckdb`, which changes only if every check passed.

    Exit codes: 0 done; 1 a check failed, nothing published; 2 wrong input; 3 a build is running;
    4 no signal to fit a score to, nothing written.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def sample(
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            help="Raw folder to write. Default: $WAREHOUSE_RAW, <home>/raw", show_default=False
        ),
    ] = None,
    home: Home = None,
    accounts: Annotated[int, typer.Option(min=1, help="Paying companies")] = 400,
    months: Annotated[int, typer.Option(min=1, help="Months of history")] = 36,
    events: Annotated[int, typer.Option(min=0, help="Usage events")] = 300_000,
    seed: Annotated[int, typer.Option(help="Another seed makes another company")] = 1,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="Format of the raw files")
    ] = FileFormat.PARQUET,
    edge_cases: Annotated[
        bool, typer.Option("--edge-cases", help="Add an account for every edge case and guard")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a company to play with: the raw files of a SaaS vendor, at any size.

    Equal options give equal bytes. The truth behind the company is written beside the tables. With
    --edge-cases, accounts named like the cases of docs/edge-cases.md come on top: tests use them,
    and the figures of the company mean nothing.

    \b
    Examples:
      warehouse sample
      warehouse sample --edge-cases
      warehouse sample --accounts 5000 --events 100000000
    """
    from expansion_warehouse.progress import Reporter
    from expansion_warehouse.sample import SampleOptions, write_sample

    target = find_places(home, to).raw
    reporter = Reporter(quiet=quiet or as_json)
    options = SampleOptions(
        target=target,
        accounts=accounts,
        months=months,
        events=events,
        seed=seed,
        file_format=file_format.value,
        edge_cases=edge_cases,
    )
    with reporter.step("sample", "Make a company") as step:
        done = write_sample(options, step.say)
        step.note = f"as of {done.as_of_date}" + (
            f", {done.edge_accounts} accounts of edge cases" if edge_cases else ""
        )
    if as_json:
        _print_json(asdict(done))
    else:
        _print_rows(f"Raw folder {shown(target)}, rows per table:", done.row_counts)
        _tell(f"\nNext: warehouse build{_home_option(home)}{_raw_option(to)}")


@app.command(name="import")
def import_system(
    *,
    system: Annotated[
        str | None,
        typer.Argument(help="Name of the system, e.g. ravenstack; `new` begins one of your own"),
    ] = None,
    new_name: Annotated[
        str | None, typer.Argument(metavar="[name]", help="After `new`: the name of your system")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Folder or file of the export", show_default=False),
    ] = None,
    target: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="Raw folder to write. Default: $WAREHOUSE_RAW, <home>/raw",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
    every: Annotated[
        bool, typer.Option("--all", help="Import every source of company.yml, in its order")
    ] = False,
    company: Annotated[
        Path | None,
        typer.Option(
            help="With --all: sources and settings. Default: company.yml", show_default=False
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--as",
            help="Name of this import and its files. Default: the system's",
            show_default=False,
        ),
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option(help="Shape of the export, where a system knows several", show_default=False),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(help="Mapping file, for exports of any shape", show_default=False),
    ] = None,
    told: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="An option of the system", show_default=False
        ),
    ] = None,
    importers: Annotated[
        Path | None,
        typer.Option(help="Folder with systems of your own", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Turn exports of other systems into a raw folder.

    Each import writes its own files beside those of others, and replaces only what it wrote before.
    What has no place in the raw contract is listed, never dropped silently, and kept in
    import.json.

    \b
    Examples:
      warehouse import ravenstack --from exports/ravenstack --to raw
      warehouse import --all --company company.yml
      warehouse import new shop --from exports/shop --importers importers
    """
    from expansion_warehouse.commands.imports import ImportCommand, Imported, run_imports

    raw = find_places(home, target).raw
    asked = ImportCommand(
        system=system,
        new_name=new_name,
        source=source,
        target=raw,
        every=every,
        company=company,
        name=name,
        layout=layout,
        mapping=mapping,
        told=tuple(told or ()),
        importers=importers,
    )
    done = run_imports(asked)
    if not isinstance(done, Imported):
        if as_json:
            _print_json(done.as_json())
        else:
            _tell_begun(done, system_name=str(new_name), source=str(source))
        return
    if as_json:
        told_of = [summary.as_json() for summary in done.summaries]
        _print_json({"imports": told_of, "others": list(done.others)} if every else told_of[0])
        return
    for summary in done.summaries:
        _tell_import(summary, raw)
    for other in done.others:
        _tell(f"The import {other} is not in company.yml: its files stay as they are.")
    _tell(f"Next: warehouse build{_home_option(home)}{_raw_option(target)}")


def _tell_import(done: ImportSummary, raw: Path) -> None:
    layout = f", layout {done.layout}" if done.layout else ""
    filled = {table: rows for table, rows in done.rows_out.items() if rows}
    cut = [f"{loss.what}: {loss.words}" for loss in done.losses if loss.kind == "incomplete"]
    if cut:
        _tell(
            f"WARNING: the export of {done.name} is not complete, what is missing is not counted:"
        )
    for line in cut:
        _tell(f"  {line}")
    _print_rows(f"Imported {done.name}{layout} into {shown(raw)}, rows per table:", filled)
    lost = [
        f"{loss.what}: {loss.words}"
        for loss in done.losses
        if loss.rows != 0 and loss.kind != "incomplete"
    ]
    for title, lines in (("Read as", done.notes), ("Left out", lost)):
        if lines:
            _tell(f"\n{title}:")
        for line in lines:
            _tell(f"  {line}")
    if lost:
        _tell(f"The first keys of each: {shown(raw / 'import.json')}")
    _tell()


def _tell_begun(done: Begun, system_name: str, source: str) -> None:
    _tell(f"Wrote {shown(done.folder)}: {', '.join(done.files)}")
    for line in done.not_read:
        _tell(f"  not read: {line}")
    if not done.has_accounts:
        accounts = shown(done.folder / "accounts.sql")
        _tell(f"Nothing looks like the id of an account: until {accounts} names it, none comes.")
    importers = quote(shown(done.folder.parent))
    _tell(f"\nNext: warehouse import {system_name} --importers {importers} --from {quote(source)}")


@app.command()
def build(
    *,
    raw: Raw = None,
    home: Home = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    target: Annotated[str, typer.Option(help="Engine: a target of profiles.yml")] = "duckdb",
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild incremental models from all history")
    ] = False,
    vars_text: Vars = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads of dbt", show_default=False)
    ] = None,
    keep: Annotated[int, typer.Option(min=1, help="Published runs to keep")] = 10,
    readers: Readers = FileMode.PRIVATE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check the raw folder, build every model, test, check the marts, publish.

    If anything fails, nothing changes for readers: the published run stays what it was.

    \b
    Examples:
      warehouse build
      warehouse build --as-of 2025-06-30 --known-at 2025-07-08
      warehouse build --raw exports/july --home /srv/warehouse
    """
    from expansion_warehouse.commands.build import BuildOptions, run_build
    from expansion_warehouse.progress import Reporter

    options = BuildOptions(
        places=find_places(home, raw),
        as_of=as_of,
        known_at=known_at,
        target=target,
        full_refresh=full_refresh,
        vars_text=vars_text,
        threads=threads,
        keep=keep,
        mode=readers,
    )
    run = run_build(options, Reporter(quiet=quiet or as_json), datetime.now(UTC))
    if as_json:
        _print_json({"path": str(run.path), **run.manifest})
    elif not quiet:
        from rich.console import Console

        from expansion_warehouse.publish.summary import print_summary

        print_summary(run, options.places.home, Console())


@app.command()
def check(
    *,
    suite: Annotated[Suite, typer.Argument(help="raw: the input. marts: what was built last")],
    raw: Raw = None,
    home: Home = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    vars_text: Vars = None,
    readers: Readers = FileMode.PRIVATE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run one gate alone and write its result page. Nothing is published.

    \b
    Examples:
      warehouse check raw
      warehouse check marts --home /srv/warehouse
    """
    from expansion_warehouse.commands.build import BuildOptions, run_check
    from expansion_warehouse.progress import Reporter

    options = BuildOptions(
        places=find_places(home, raw),
        as_of=as_of,
        known_at=known_at,
        vars_text=vars_text,
        mode=readers,
    )
    reporter = Reporter(quiet=quiet or as_json)
    report, page = run_check(options, suite.value, reporter, datetime.now(UTC))
    if as_json:
        _print_json({"page": str(page), **report.as_dict()})
    elif not quiet:
        for result in [*report.errors, *report.warnings]:
            _tell(f"  {result.status}: {result.line}")
        _tell(f"  page: {shown(page)}")
    if report.errors:
        raise CheckFailed(f"{report.suite} gate: {report.errors[0].line}")


By = Annotated[
    str | None,
    typer.Option(
        metavar="WHO",
        help="Who decided. Default: the account that runs the command",
        show_default=False,
    ),
]


@app.command()
def close(
    *,
    month: Annotated[str, typer.Argument(help="Month to seal, as YYYY-MM", show_default=False)],
    by: By = None,
    note: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="What belongs to it, e.g. a ticket", show_default=False),
    ] = None,
    home: Home = None,
    readers: Readers = FileMode.PRIVATE,
    as_json: Json = False,
) -> None:
    """Seal a closed month: its as-reported numbers are kept and never change again.

    What is sealed is what the published run shows. Months before it that are not sealed yet are
    sealed with it. Later builds read the seal, check that nobody touched it, and say where today's
    raw data would give another number. Who, when and the note are entered in closed/log.jsonl.

    \b
    Examples:
      warehouse close 2026-05
      warehouse close 2026-05 --by "Sato Hanako" --note "FIN-112, June board"
    """
    from expansion_warehouse.commands.close import run_close
    from expansion_warehouse.publish.closings import who

    said = who("--note", by, note, datetime.now(UTC))
    places = find_places(home, None)
    seals, run = run_close(places, month, said, readers)
    if as_json:
        sealed = [seal.facts for seal in seals]
        _print_json({"run_id": run.run_id, "sealed": sealed, "log": _log_head(places.closed)})
    elif not seals:
        _tell(f"{month} is sealed already.")
    else:
        earlier = f", with {len(seals) - 1} months before it" if len(seals) > 1 else ""
        _tell(f"Sealed {month}{earlier}, from run {run.run_id}.")
        _tell(f"  closing MRR {float(seals[-1].closing_mrr or 0):,.0f} as reported")
        _tell_entry(places.closed, said.by)


@app.command()
def reopen(
    *,
    month: Annotated[
        str, typer.Argument(help="Newest sealed month, as YYYY-MM", show_default=False)
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why", show_default=False)],
    by: By = None,
    home: Home = None,
    readers: Readers = FileMode.PRIVATE,
    as_json: Json = False,
) -> None:
    """Take the seal of the newest sealed month out of force; the next build computes it anew.

    The seal is kept in closed/reopened/, and the reason is entered in closed/log.jsonl. Of several
    months the newest goes first, since each opens where the one before it closed.

    \b
    Examples:
      warehouse reopen 2026-05 --reason "FIN-118: invoices of 31 May missing"
    """
    from expansion_warehouse.commands.close import run_reopen
    from expansion_warehouse.publish.closings import who

    said = who("--reason", by, reason, datetime.now(UTC))
    places = find_places(home, None)
    seal, kept = run_reopen(places, month, said, readers)
    if as_json:
        _print_json({"reopened": seal.month, "kept": str(kept), "log": _log_head(places.closed)})
    else:
        _tell(f"Reopened {seal.month}; its seal is kept in {shown(kept)}.")
        _tell("  readers see the sealed numbers until the next `warehouse build`")
        _tell_entry(places.closed, said.by)


def _log_head(closed: Path) -> dict[str, Any] | None:
    from expansion_warehouse.publish.closings import read_closings

    return read_closings(closed).head


def _tell_entry(closed: Path, by: str) -> None:
    """What to write down elsewhere: nobody can change the log unnoticed by whoever has it."""
    head = _log_head(closed)
    if head:
        _tell(f"  entry {head['entries']} by {by}: {head['sha256']}")


@app.command()
def status(
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="Which input brings which part of the current run to life"),
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List the published runs, newest first, and show which one readers see.

    \b
    Examples:
      warehouse status
      warehouse status --coverage
    """
    from expansion_warehouse.publish.runs import current_run, list_runs

    places = find_places(home, None)
    runs = list_runs(places.published)
    current = current_run(places.published)
    if coverage:
        _tell_coverage(current, places.home, as_json)
        return
    current_id = current.run_id if current else None
    # `current` may lead to a run that is not there any more.
    listed = [*runs, *([current] if current and current.run_id not in _ids(runs) else [])]
    if as_json:
        shown_runs = [
            {"path": str(run.path), **_brief(run), "damage": run.damage} for run in listed
        ]
        _print_json({"current": current_id, "runs": shown_runs})
    elif not listed:
        _tell(f"Nothing is published in {shown(places.home)}. Start with `warehouse build`.")
    else:
        _print_runs(listed, current_id)


def _tell_coverage(current: Run | None, home: Path, as_json: bool) -> None:
    """Every part of a run with what feeds it, and which inputs to add first."""
    from expansion_warehouse.publish.parts import coverage_lines, coverage_of

    if current is None:
        raise BadInput(f"nothing is published in {shown(home)}: run `warehouse build` first")
    if current.damage:
        raise BadInput(f"run {current.run_id} is damaged: {current.damage}")
    found = coverage_of(current.run_id, current.manifest)
    if found is None:
        raise BadInput(
            f"run {current.run_id} does not say what feeds it: `warehouse build` counts it"
        )
    if as_json:
        _print_json(found.as_dict())
        return
    lines = coverage_lines(found)
    width = max(len(title) for title, _, _ in lines) + 2
    for title, have, missing in lines:
        _tell(f"{title:<{width}}{have:<16}{missing}".rstrip())
    for place, added in enumerate(found.additions):
        said = [f"brings {', '.join(added.revives)}"] if added.revives else []
        said += [f"adds to {', '.join(added.adds_to)}"] if added.adds_to else []
        _tell(f"{'' if place else 'Add first':<{width}}{added.table}: {'; '.join(said)}")


def _ids(runs: Sequence[Run]) -> set[str]:
    return {run.run_id for run in runs}


@app.command()
def verify(
    run_id: Annotated[
        str | None,
        typer.Argument(help="Run to look at. Default: the current one", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Look at every published run")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Compare runs and seals with their hashes, each other and the logs of the home.

    Files that were changed, added or taken away are found; so are a run or a seal that was changed
    together with its own hashes, a seal that is gone, and a log of closings that was cut or written
    anew, since others remember them. Whoever may write everywhere in the home can change those,
    too: keep a copy of history.jsonl elsewhere. scripts/verify_books.py checks a published folder
    without the warehouse.

    \b
    Examples:
      warehouse verify
      warehouse verify --all
      warehouse verify 20250708T060000Z-1a2b3c4d
    """
    from expansion_warehouse.commands.verify import run_verify

    verdict = run_verify(find_places(home, None), run_id, every)
    if as_json:
        _print_json(asdict(verdict))
    else:
        for text in verdict.findings:
            _tell(f"  wrong: {text}")
        for text in verdict.notes:
            _tell(f"  note: {text}")
    if verdict.findings:
        count = len(verdict.findings)
        more = f" (and {count - 1} more)" if count > 1 else ""
        raise CheckFailed(f"not as it was made: {verdict.findings[0]}{more}")
    if not as_json:
        _tell(f"{len(verdict.runs)} runs and {len(verdict.seals)} seals are as they were made.")


@app.command()
def monday(
    *,
    home: Home = None,
    to: Annotated[
        Path | None,
        typer.Option(
            help="Folder to write the pack into. Default: print the page", show_default=False
        ),
    ] = None,
    owner: Annotated[
        str | None, typer.Option(help="One owner's part alone", show_default=False)
    ] = None,
    readers: Readers = FileMode.PRIVATE,
    as_json: Json = False,
) -> None:
    """Say whom to call first and why: the Monday pack of the published run.

    It is made of the marts of the run alone, sends nothing, and lies in every run as monday/
    already. Prints the page of the team or of one owner, with --json the digest; with --to
    writes pages, tasks (calls.csv) and digest. --home may also be the copy of a run's folder.

    \b
    Examples:
      warehouse monday
      warehouse monday --owner "Sato Hanako"
      warehouse monday --to /tmp/monday
    """
    from expansion_warehouse.commands.monday import (
        digest_of,
        page_of,
        run_monday,
        write_monday,
    )

    places = find_places(home, None)
    run, files = run_monday(places, owner)
    if to is not None:
        folder = write_monday(places, run, to, files, readers)
        if as_json:
            _print_json({"run_id": run.run_id, "path": str(folder), "files": sorted(files)})
        else:
            _tell(f"{len(files)} files of run {run.run_id} in {shown(folder)}")
    elif as_json:
        print(digest_of(files), end="")
    else:
        print(page_of(files), end="")


@app.command()
def show(
    *,
    mart: Annotated[
        str | None,
        typer.Argument(help="The mart. Default: list the marts", show_default=False),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE]...",
            help="Only rows with this value, e.g. month=2026-06; nothing after = is a missing one",
            show_default=False,
        ),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(metavar="A,B", help="Columns to show. Default: all", show_default=False),
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(
            metavar="[-]COLUMN", help="Column to sort by, downwards with a -", show_default=False
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Rows at most. Default: 20, all as CSV", show_default=False),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, every digit")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Show rows of a mart of the published run.

    \b
    Examples:
      warehouse show
      warehouse show kpi_nrr month=2026-06 --columns segment,basis,nrr,grr
      warehouse show fct_alerts is_open=true --order -mrr --limit 10
      warehouse show fct_mrr basis=restated --csv > mrr.csv
    """
    from expansion_warehouse.commands.show import ROWS, Asked, list_shown, run_show
    from expansion_warehouse.shown_rows import print_marts, print_rows

    places = find_places(home, None)
    if as_csv and as_json:
        raise BadInput("--csv and --json are two ways to print the rows: choose one")
    if mart is None:
        if as_csv or columns or order or limit:
            raise BadInput(
                "name the mart, e.g. `warehouse show kpi_nrr` (`warehouse show` lists them)"
            )
        found_marts = list_shown(places)
        if as_json:
            _print_json(found_marts)
        else:
            print_marts(found_marts)
        return
    rows = limit or (None if as_csv or as_json else ROWS)
    found = run_show(places, Asked(mart, where or (), columns, order, rows))
    if as_csv:
        print(found.csv(), end="")
    elif as_json:
        _print_json(found.as_dicts())
    else:
        print_rows(found)


@app.command()
def diff(
    *,
    run_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]", help="The other run. Default: the one before", show_default=False
        ),
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say what the published run says otherwise than an earlier one, and what made it.

    Settings, raw files and versions that differ; figures of the company in months that both runs
    have; accounts with the contract lines behind them; accounts and MRR by health band, RFM
    segments, tiers, offers, what blocks them and open alerts, with the accounts that moved, the
    part of the score and the guards behind it; marts.

    \b
    Examples:
      warehouse diff
      warehouse diff 20250708T060000Z-1a2b3c4d --json
    """
    from expansion_warehouse.commands.diff import in_words, plain, run_diff

    found = run_diff(find_places(home, None), run_id)
    if as_json:
        _print_json(plain(found))
    else:
        for line in in_words(found):
            _tell(line)


@app.command()
def plan(
    *,
    raw: Raw = None,
    home: Home = None,
    vars_text: Vars = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads of dbt", show_default=False)
    ] = None,
    readers: Readers = FileMode.PRIVATE,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say which published numbers the project as it lies here would change. Publishes nothing.

    Builds it beside the published run, as of the same day and with the same seals, into the folder
    plan/ of the home, and compares the two as `warehouse diff` does: revenue, health, segments,
    offers and alerts with the accounts that would move, marts, and whether closed and sealed months
    would stay as they are. For whoever changes a rule, a seed or a setting.

    \b
    Examples:
      warehouse plan
      warehouse plan --vars '{renewal_grace_days: 45}' --json
    """
    from expansion_warehouse.commands.build import BuildOptions
    from expansion_warehouse.commands.diff import in_words, plain
    from expansion_warehouse.commands.plan import run_plan
    from expansion_warehouse.progress import Reporter

    options = BuildOptions(
        places=find_places(home, raw), vars_text=vars_text, threads=threads, mode=readers
    )
    found = run_plan(options, Reporter(quiet=quiet or as_json), datetime.now(UTC))
    if as_json:
        _print_json(plain(found))
        return
    for line in in_words(found):
        _tell(line)
    _tell("\nNothing was published.")


@app.command()
def report(
    *,
    to: Annotated[Path, typer.Option(help="Folder to write the report into", show_default=False)],
    home: Home = None,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the first page; both are there")
    ] = Language.ENGLISH,
    readers: Readers = FileMode.PRIVATE,
    as_json: Json = False,
) -> None:
    """Write report and workbook of the published run into a folder of its own, to hand them on.

    Every run has them already: open <home>/published/current/report.html in a browser, and
    finance.xlsx beside it in a spreadsheet. The pages need no server and no network. Both only show
    what the marts of the run say. --home may also be the copy of a run's folder.

    \b
    Examples:
      warehouse report --to /tmp/june
      warehouse report --to /tmp/june --lang ja
    """
    from expansion_warehouse.commands.report import run_report

    run, files = run_report(find_places(home, None), to, language, readers)
    if as_json:
        _print_json({"run_id": run.run_id, "files": [str(file) for file in files]})
    else:
        for file in files:
            _tell(f"Run {run.run_id}: {shown(file)}")


@app.command()
def explain(
    *,
    cell: Annotated[
        str | None,
        typer.Argument(
            metavar="[MART.COLUMN]",
            help="The cell's mart and column. Default: list what can be asked",
        ),
    ] = None,
    at: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A part of the row's key, e.g. month=2026-06. Usual where not said: the newest "
            "month, 12m, the whole company, restated",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say how a published number came about: of what, by which rules, from which raw rows.

    Numerator, denominator, accounts, drivers and contract lines with their raw keys, the rules of
    the specification, the seal and the run; what is printed adds up to the number. Reads the run
    alone, also a copy of its folder (--home).

    \b
    Examples:
      warehouse explain kpi_nrr.nrr
      warehouse explain kpi_nrr.nrr --at month=2026-05
      warehouse explain kpi_nrr.nrr --at segment_type=country --at segment=JP
      warehouse explain fct_mrr_movements.closing_mrr --at account_id=A000002
    """
    from expansion_warehouse.commands.explain import run_explain, what_is_explained
    from expansion_warehouse.explain.page import page

    if cell is None:
        marts = what_is_explained()
        if as_json:
            _print_json(marts)
        for mart, columns in marts.items():
            if not as_json:
                _tell(f"{mart}: {', '.join(columns)}")
        return
    found = run_explain(find_places(home, None), cell, at or ())
    if as_json:
        _print_json(found)
    else:
        _tell(page(found))


@app.command()
def rollback(
    run_id: Annotated[
        str | None,
        typer.Argument(help="Run to go back to. Default: the one before the current"),
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Show readers an earlier run again. Nothing is deleted.

    \b
    Examples:
      warehouse rollback
      warehouse rollback 20250708T060000Z-1a2b3c4d
    """
    from expansion_warehouse.engine.lock import build_lock
    from expansion_warehouse.publish.history import SHOWN, record
    from expansion_warehouse.publish.runs import choose_rollback, current_run, switch_current
    from expansion_warehouse.publish.verify import begin_history

    places = find_places(home, None)
    if not places.home.is_dir():
        raise BadInput(f"there is no home {shown(places.home)}: name it with --home")
    with build_lock(places.lock):
        begin_history(places.published, places.closed)
        before = current_run(places.published)
        chosen = choose_rollback(places.published, run_id)
        record(places.history, [{"event": SHOWN, "run_id": chosen.run_id}])
        switch_current(places.published, chosen.run_id)
    was = before.run_id if before else None
    if as_json:
        _print_json({"current": chosen.run_id, "before": was})
    else:
        _tell(f"Readers now see {chosen.run_id} (before: {was or 'nothing'})")


@app.command()
def fit(
    *,
    to: Annotated[
        Path,
        typer.Option(help="Empty or new folder for the seeds and the report", show_default=False),
    ],
    home: Home = None,
    horizon: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS",
            help="Days in which a loss counts: a row of health_backtest_horizons. Default: fewest",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Name of the version. Default: the next number", show_default=False),
    ] = None,
    valid_from: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            help="First day of the version. Default: the day after the last month-end",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Estimate the weights of the health score from the book's own past, as a score version.

    Reads the published run, trains on its earlier months, judges on its later ones, and prints a
    report. Where the later months show a signal, it writes the report and the seeds with the new
    version, for a person to read and commit; else it writes nothing and ends with exit code 4.
    Needs scikit-learn (the extra `fit`).

    \b
    Examples:
      warehouse fit --to fitted
      warehouse fit --to fitted --valid-from 2027-01-01
    """
    from importlib.util import find_spec

    if find_spec("sklearn") is None:
        raise BadInput(
            "`warehouse fit` needs scikit-learn: install the extra `fit` "
            "(e.g. `uv pip install -e '.[fit]'`)"
        )
    from expansion_warehouse.commands.fit import FitOptions, run_fit

    done = run_fit(FitOptions(find_places(home, None), to, horizon, name, valid_from))
    if as_json:
        _print_json({**asdict(done.fit), "version": asdict(done.version), "files": done.files})
    else:
        _tell(done.page)
    if done.fit.verdict != "signal":
        raise NoSignal(f"no signal: {done.fit.reason}; no seed was written")
    if not as_json:
        _tell(f"Written to {shown(to)}: {', '.join(done.files)}")


@app.command()
def project(
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            help="Empty or new folder for a copy. Default: only say where it is",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say where the dbt project is, or copy it to change its rules, seeds and models.

    It came with the package and should stay as it is there. A copy takes its place wherever the
    environment variable WAREHOUSE_PROJECT names its folder.

    \b
    Examples:
      warehouse project
      warehouse project --to our-rules
      WAREHOUSE_PROJECT=our-rules warehouse plan
    """
    from expansion_warehouse.commands.project import copy_project

    if to is None:
        folder = find_project()
        if as_json:
            _print_json({"project": str(folder)})
        else:
            _tell(str(folder))
        return
    copied, count = copy_project(to)
    if as_json:
        _print_json({"project": str(copied), "files": count})
    else:
        _tell(f"Copied {count:,} files. To build with them:")
        _tell(f"  export WAREHOUSE_PROJECT={quote(str(copied))}")


@app.command()
def bench(
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            help="Empty folder to work in, which stays. Default: one that goes",
            show_default=False,
        ),
    ] = None,
    home: Home = None,
    events: Annotated[
        list[int] | None,
        typer.Option(min=5_000_001, help="Usage events; may be given several times"),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Measure the usage layer beside plain DuckDB: a full build, then one day more.

    Full build ratio: full build / bare aggregation. Increment ratio: one day more / full build.

    \b
    Examples:
      warehouse bench
      warehouse bench --events 10000000 --events 100000000 --json
    """
    import tempfile

    from expansion_warehouse.commands.bench import require_empty, run_bench
    from expansion_warehouse.progress import Reporter

    reporter = Reporter(quiet=quiet or as_json)
    places = find_places(home, None)
    if to is not None:
        require_empty(to)
    places.home.mkdir(parents=True, exist_ok=True)
    results = []
    for size in events or [100_000_000]:
        with (
            tempfile.TemporaryDirectory(prefix="bench_", dir=places.home) as scratch,
            reporter.step("bench", f"{size:,} events") as step,
        ):
            result = run_bench((to or Path(scratch)) / str(size), size, step.say)
            step.note = (
                f"bare {result.bare_seconds} s, full {result.full_build_seconds} s, "
                f"one day {result.increment_seconds} s, {result.peak_memory_gb} GB"
            )
        results.append(asdict(result))
    if as_json:
        _print_json({"sizes": results})
    else:
        for row in results:
            _print_cells(row)


def _print_cells(row: dict[str, Any]) -> None:
    for name, value in row.items():
        _tell(f"  {name:<22}{value:>14,}")


def _brief(run: Run) -> dict[str, Any]:
    """The facts of a run that `status` shows; of a damaged one, its name alone."""
    from expansion_warehouse.publish.summary import count_warnings

    facts: dict[str, Any] = {"run_id": run.run_id}
    names = ("built_at", "as_of_date", "known_at")
    try:
        headline = run.manifest.get("headline") or {}
        mrr = (headline.get("revenue") or {}).get("closing_mrr")
        nrr = ((headline.get("retention") or {}).get("12m") or {}).get("nrr")
        facts |= {name: run.manifest.get(name) for name in names}
        for number in (mrr, nrr):
            float(number or 0)
        facts |= {"closing_mrr": mrr, "nrr_12m": nrr}
        facts |= {"warnings": None if run.damage else count_warnings(run.manifest)}
    except (TypeError, ValueError, KeyError, AttributeError):
        empty = (*names, "closing_mrr", "nrr_12m", "warnings")
        return {"run_id": run.run_id, **dict.fromkeys(empty)}
    return facts


def _print_runs(runs: Sequence[Run], current_id: str | None) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("", "Run", "As of"):
        table.add_column(name, no_wrap=True)
    for name in ("MRR", "NRR 12m", "Warnings"):
        table.add_column(name, justify="right")
    for run in runs:
        brief = _brief(run)
        mrr, nrr, warnings = brief["closing_mrr"], brief["nrr_12m"], brief["warnings"]
        table.add_row(
            "→" if run.run_id == current_id else "",
            Text(printable_line(run.run_id)),
            Text(printable_line(brief["as_of_date"] or "–")),
            f"{float(mrr):,.0f}" if mrr is not None else "–",
            f"{float(nrr) * 100:.1f} %" if nrr is not None else "–",
            "–" if warnings is None else str(warnings),
        )
    console = Console(highlight=False)
    console.print(table)
    for run in runs:
        if run.damage:
            console.print(Text(printable_line(f"damaged: {run.damage}"), "yellow"), soft_wrap=True)


def _print_rows(title: str, rows: dict[str, int]) -> None:
    _tell(title)
    width = max((len(name) for name in rows), default=0)
    for name, count in rows.items():
        _tell(f"  {name:<{width}}  {count:>13,}")


def _home_option(home: Path | None) -> str:
    return f" --home {quote(str(home))}" if home else ""


def _raw_option(raw: Path | None) -> str:
    return f" --raw {quote(str(raw))}" if raw else ""


def _print_json(content: Any) -> None:
    print(json_text(content))


if __name__ == "__main__":
    app()

"""One build from raw folder to published run: raw gate, dbt, mart gate, publish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.documents import read_yaml
from expansion_warehouse.engine.damage import is_damaged_within
from expansion_warehouse.engine.database import open_read_only, require_free, take_away
from expansion_warehouse.engine.lock import build_lock
from expansion_warehouse.engine.marts import Mart, list_marts
from expansion_warehouse.engine.messages import reason
from expansion_warehouse.engine.transform import BuildCounts, Proof, Transformer
from expansion_warehouse.environment import Places, shown, versions
from expansion_warehouse.errors import BadInput, CheckFailed, DatabaseDamaged
from expansion_warehouse.explain.definitions import write_definitions
from expansion_warehouse.gates.checks import GateReport, GateWorker, require_passed
from expansion_warehouse.gates.currencies import rate_of_every_currency
from expansion_warehouse.gates.mart_suite import (
    MartBaseline,
    floating_columns,
    mart_checks,
    proven,
    read_baseline,
)
from expansion_warehouse.gates.quality_page import write_report
from expansion_warehouse.gates.raw_suite import RawProfile, measure_raw, raw_checks
from expansion_warehouse.gates.refused import read_refused
from expansion_warehouse.monday.files import MONDAY, pack_files, read_pack, write_pack
from expansion_warehouse.progress import Reporter
from expansion_warehouse.publish.closings import KEPT, LOG
from expansion_warehouse.publish.history import read_history
from expansion_warehouse.publish.publisher import MARTS_FILE, publish_run
from expansion_warehouse.publish.runs import (
    Run,
    current_run,
    drop_old_runs,
    new_run_id,
    sweep_unfinished,
)
from expansion_warehouse.publish.seals import (
    Seal,
    list_seals,
    seal_facts,
    verify_seals,
)
from expansion_warehouse.publish.semantics import write_semantics
from expansion_warehouse.publish.summary import measure_headline
from expansion_warehouse.publish.verify import begin_logs, finish_seals
from expansion_warehouse.raw.contract import RawTable, read_contract
from expansion_warehouse.raw.coverage import measure_coverage
from expansion_warehouse.raw.folder import (
    RawFolder,
    hash_inputs,
    inspect_raw_folder,
    require_unchanged,
)
from expansion_warehouse.raw.hashes import CACHE, InputFile, digest_of
from expansion_warehouse.raw.segments import require_known_segments
from expansion_warehouse.report.charts import chart_script_ahead
from expansion_warehouse.report.site import write_site
from expansion_warehouse.settings import RunSettings, origin_of, resolve_settings
from expansion_warehouse.storage import (
    FileMode,
    file_mode,
    require_room,
    require_writable,
    share,
    size_of,
)
from expansion_warehouse.workbook.files import write_finance

# The engine that reads raw folders and publishes, whatever builds the models.
ENGINE = "duckdb"
# Targets of the profile whose marts this command can gate and publish.
TARGETS = (ENGINE,)
KEEP = 10


@dataclass(frozen=True)
class BuildOptions:
    """What the command line was asked for; see `warehouse build --help`."""

    places: Places
    as_of: str | None = None
    known_at: str | None = None
    target: str = ENGINE
    full_refresh: bool = False
    vars_text: str | None = None
    threads: int | None = None
    keep: int = KEEP
    mode: FileMode = FileMode.PRIVATE


@dataclass
class _Session:
    """What the steps of one build hand to each other."""

    options: BuildOptions
    reporter: Reporter
    now: datetime
    settings: RunSettings
    contract: Sequence[RawTable]
    folder: RawFolder
    transformer: Transformer
    baseline: Run | None
    seals: Sequence[Seal] = ()
    manifest: dict[str, Any] = field(default_factory=dict)
    charts: Future[str] = field(default_factory=Future)

    @property
    def places(self) -> Places:
        return self.options.places


def run_build(options: BuildOptions, reporter: Reporter, now: datetime) -> Run:
    """Build and publish; the published run.

    `now` (with a time zone) dates the run and serves the default as-of date.
    Raises BadInput, CheckFailed or BuildRunning; `current` is then what it was. A build database
    that turns out to be damaged on the way is made anew, once.
    """
    if options.keep < 1:
        raise BadInput(
            f"--keep must be 1 or more, not {options.keep}: the current run always stays"
        )
    try:
        return _build(options, reporter, now)
    except DatabaseDamaged as damage:
        reporter.notice(str(damage))
        return _build(options, reporter, now)


def _build(options: BuildOptions, reporter: Reporter, now: datetime) -> Run:
    with _session(options, reporter, now) as session:
        session.charts = chart_script_ahead(session.places.state)
        with _worker(session, "raw") as worker:
            inputs = _hash(session)
            with _one_reading(session, inputs):
                _prepare(session)
                profile, raw_report = _raw_gate(session, worker)
        with _worker(session, "marts") as worker, _one_reading(session, inputs):
            counts, proofs = _transform(session)
            marts = list_marts(session.manifest)
            mart_report = _mart_gate(session, worker, marts, proofs)
        return _publish(
            session,
            inputs=inputs,
            profile=profile,
            marts=marts,
            counts=counts,
            reports=(raw_report, mart_report),
        )


def run_check(
    options: BuildOptions, suite: str, reporter: Reporter, now: datetime
) -> tuple[GateReport, Path]:
    """Run one gate alone: `raw` reads the raw folder anew, `marts` looks at what was built last.

    Returns the report and its page; errors in it are for the caller to act on.
    """
    if suite == "marts" and not options.places.database.exists():
        home = shown(options.places.home)
        raise BadInput(f"nothing is built in {home}: run `warehouse build` first")
    with _session(options, reporter, now) as session, _worker(session, suite) as worker:
        _prepare(session)
        if suite == "raw":
            _, report = _raw_gate(session, worker, stop=False)
        else:
            marts = _built_marts(session)
            proofs = session.transformer.prove()
            report = _mart_gate(session, worker, marts, proofs, stop=False)
        return report, session.places.quality / f"{suite}.html"


def _known_targets(project: Path) -> list[str]:
    """Targets that the project's profile offers."""
    profiles = read_yaml(project / "profiles.yml")
    name = read_yaml(project / "dbt_project.yml").get("profile", "")
    outputs = (profiles.get(name) or {}).get("outputs") or {}
    return sorted(outputs)


@contextmanager
def _session(options: BuildOptions, reporter: Reporter, now: datetime) -> Iterator[_Session]:
    """Everything that can be refused before the lock is taken, then the lock."""
    places = options.places
    known = [name for name in TARGETS if name in _known_targets(places.project)]
    if options.target not in known:
        raise BadInput(f"unknown target {options.target!r} (known: {', '.join(known)})")
    contract = read_contract(places.project)
    # First, so that settings which change after they were read are noticed.
    folder = inspect_raw_folder(places.raw, contract)
    settings = resolve_settings(
        places.project,
        places.raw,
        as_of=options.as_of,
        known_at=options.known_at,
        vars_text=options.vars_text,
        now=now,
    )
    with file_mode(options.mode), build_lock(places.lock):
        require_writable(places.home)
        _share_places(places, options.mode)
        sweep_unfinished(places.published)
        finish_seals(places.closed, places.history)
        if notice := require_free(places.database):
            reporter.notice(notice)
        baseline = _baseline(places, reporter)
        seals = _seals(places, baseline, settings, now)
        _require_room(places, baseline)
        with _damage_named(places.database):
            yield _Session(
                options=options,
                reporter=reporter,
                now=now,
                settings=settings,
                contract=contract,
                folder=folder,
                transformer=Transformer(
                    places, options.target, settings.overrides, options.threads
                ),
                baseline=baseline,
                seals=seals,
            )


@contextmanager
def _damage_named(database: Path) -> Iterator[None]:
    """Take a database away that turns out to be damaged, and say so as DatabaseDamaged."""
    try:
        yield
    except DatabaseDamaged:
        raise DatabaseDamaged(take_away(database)) from None
    except duckdb.Error as error:
        if not is_damaged_within(error, database):
            raise
        raise DatabaseDamaged(take_away(database)) from None


def _share_places(places: Places, mode: FileMode) -> None:
    """Folders of an earlier build, or of an earlier choice, are for the same readers."""
    for path in (places.published, places.closed, places.quality, places.logs, places.state):
        share(path, mode)
    share(places.target, mode)
    share(places.database, mode)
    for path in (places.history, places.closed / LOG, places.closed / KEPT):
        share(path, mode)


def _baseline(places: Places, reporter: Reporter) -> Run | None:
    """The published run to compare with; a damaged one is named and not compared with."""
    run = current_run(places.published)
    if run is not None and run.damage:
        reporter.notice(f"nothing is compared with run {run.run_id}: {run.damage}")
        return None
    return run


def _seals(
    places: Places, baseline: Run | None, settings: RunSettings, now: datetime
) -> list[Seal]:
    """The seals, which must be what was made here; a home without a log of them begins one."""
    seals = list_seals(places.closed)
    verify_seals(seals, baseline, settings.values.as_vars(), read_history(places.history))
    begin_logs(places.published, places.closed, now)
    return seals


def _require_room(places: Places, baseline: Run | None) -> None:
    """Room for a run like the last one and, where it is not there yet, for a build database."""
    published = size_of(baseline.path) if baseline else 0
    built = baseline.manifest.get("build_bytes") if baseline else None
    wanted = built if isinstance(built, int) else size_of(places.raw)
    present = size_of(places.database) if places.database.exists() else 0
    # What is there is written anew table by table, so about a quarter of it stands there twice.
    require_room(places.home, published + max(wanted - present, wanted // 4), "a build")


@contextmanager
def _worker(session: _Session, suite: str) -> Iterator[GateWorker]:
    worker = GateWorker(session.places, suite)
    try:
        yield worker
    finally:
        worker.close()


def _hash(session: _Session) -> list[InputFile]:
    with session.reporter.step("input", "Read the raw folder") as step:
        inputs = hash_inputs(session.folder, session.places.state / CACHE)
        present = len(session.contract) - len(session.folder.absent)
        step.note = f"{present} of {len(session.contract)} tables, {_size(inputs)}"
        return inputs


@contextmanager
def _one_reading(session: _Session, inputs: Sequence[InputFile]) -> Iterator[None]:
    """What is done with the raw folder counts only if it is the same before and after.

    A file that changed on the way explains a failure better than what failed.
    """
    cache = session.places.state / CACHE
    try:
        yield
    except (BadInput, CheckFailed):
        require_unchanged(session.folder, session.contract, inputs, cache)
        raise
    require_unchanged(session.folder, session.contract, inputs, cache)


def _size(inputs: Sequence[InputFile]) -> str:
    megabytes = sum(file.bytes for file in inputs) / 1e6
    files = f"{len(inputs):,} file{'' if len(inputs) == 1 else 's'}"
    return f"{files}, {megabytes:,.1f} MB"


def _prepare(session: _Session) -> None:
    with session.reporter.step("prepare", "Prepare") as step:
        session.manifest = session.transformer.parse()
        session.transformer.register_raw_folder(ENGINE)
        require_known_segments(
            session.places.database,
            session.settings.values.segments,
            origin_of("segments", session.places, session.settings.overrides),
        )
        step.note = f"as of {session.settings.as_of_date}"


def _measure(session: _Session) -> RawProfile:
    currency = session.settings.values.reporting_currency
    return measure_raw(
        session.places.database,
        session.contract,
        currency,
        as_of_date=session.settings.as_of_date,
        seeds=session.places.project / "seeds",
    )


def _raw_gate(
    session: _Session, worker: GateWorker, stop: bool = True
) -> tuple[RawProfile, GateReport]:
    with session.reporter.step("raw_gate", "Raw gate") as step:
        profile = _measure(session)
        checks = raw_checks(
            session.contract,
            profile,
            as_of_date=session.settings.as_of_date,
            baseline=session.baseline.manifest.get("raw_profile") if session.baseline else None,
            reporting_currency=session.settings.values.reporting_currency,
        )
        report = worker.run(checks, [rate_of_every_currency(profile.unrated)])
        step.note = report.note
        page = write_report(
            report, session.places.quality, _facts(session), not_read=session.folder.not_read
        )
        if stop:
            require_passed(report, page)
    return profile, report


def _transform(session: _Session) -> tuple[BuildCounts, list[Proof]]:
    with session.reporter.step("dbt", "Build and test") as step:
        counts, proofs = session.transformer.build(
            full_refresh=session.options.full_refresh, on_node=step.advance
        )
        step.note = f"{counts.models} models, {counts.tests} tests"
        if counts.warnings:
            step.note += f", {counts.warnings} warning{'' if counts.warnings == 1 else 's'}"
    return counts, proofs


def _built_marts(session: _Session) -> list[Mart]:
    """The project's marts, all of which must have been built."""
    marts = list_marts(session.manifest)
    with open_read_only(session.places.database) as con:
        built = set(con.execute("select schema_name, table_name from duckdb_tables()").fetchall())
        built |= set(con.execute("select schema_name, view_name from duckdb_views()").fetchall())
    missing = [mart.name for mart in marts if (mart.schema, mart.alias) not in built]
    if missing:
        raise BadInput(f"{missing[0]} has not been built: run `warehouse build` first")
    return marts


def _mart_gate(
    session: _Session,
    worker: GateWorker,
    marts: Sequence[Mart],
    proofs: Sequence[Proof],
    stop: bool = True,
) -> GateReport:
    with session.reporter.step("mart_gate", "Mart gate") as step:
        floating = floating_columns(session.places.database, marts)
        checks = mart_checks(marts, floating, _mart_baseline(session))
        report = worker.run(checks, proven(proofs))
        step.note = report.note
        page = write_report(
            report, session.places.quality, _facts(session), _refused(session, marts)
        )
        if stop:
            require_passed(report, page)
    return report


def _refused(session: _Session, marts: Sequence[Mart]) -> dict[str, Any]:
    relations = {mart.name: mart.relation for mart in marts}
    names = ("dq_quarantine", "fct_mrr", "dim_months")
    if not all(name in relations for name in names):
        return {}
    with open_read_only(session.places.database) as con:
        return read_refused(con, *(relations[name] for name in names))


def _mart_baseline(session: _Session) -> MartBaseline | None:
    run = session.baseline
    if run is None:
        return None
    marts = run.path / MARTS_FILE
    try:
        return read_baseline(run.run_id, run.manifest.get("row_counts") or {}, marts)
    except duckdb.Error as error:
        session.reporter.notice(
            f"nothing is compared with run {run.run_id}: {shown(marts)} cannot be read "
            f"({reason(error)}); `warehouse verify {run.run_id}`"
        )
        return None


def _facts(session: _Session) -> dict[str, str]:
    known_at = session.settings.values.known_at
    return {
        "as of": session.settings.as_of_date.isoformat(),
        "known at": known_at.isoformat() if known_at else "everything",
        "raw folder": session.places.raw.name,
    }


def _publish(
    session: _Session,
    *,
    inputs: Sequence[InputFile],
    profile: RawProfile,
    marts: Sequence[Mart],
    counts: BuildCounts,
    reports: Sequence[GateReport],
) -> Run:
    places = session.places
    coverage = measure_coverage(session.contract, session.folder, profile.rows, session.manifest)
    run_id = new_run_id(places.published, session.now, digest_of(inputs))

    def describe(marts_file: Path) -> dict[str, Any]:
        return {
            **_origin(session, inputs),
            "raw_profile": profile.as_dict(),
            "coverage": [table.as_dict() for table in coverage],
            "dbt": asdict(counts),
            "checks": [_compact(report) for report in reports],
            "headline": measure_headline(marts_file, places.database),
            # What `add` takes comes in before run.json is written.
            "timings": session.reporter.timings,
        }

    def add(folder: Path, manifest: Mapping[str, Any], before: Run | None) -> None:
        write_definitions(folder, places.project)
        write_semantics(folder, places.target, marts)
        add_monday(folder, manifest, before)
        charts = session.charts.result()
        with session.reporter.timed("report"):
            write_site(folder, manifest, folder, charts)
        with session.reporter.timed("workbook"):
            write_finance(folder, manifest)

    with session.reporter.step("publish", "Publish") as step:
        last = size_of(session.baseline.path) if session.baseline else size_of(places.database)
        require_room(places.home, last, "publishing")
        publish_run(
            database=places.database,
            published=places.published,
            run_id=run_id,
            marts=marts,
            quality=places.quality,
            describe=describe,
            add=add,
            mode=session.options.mode,
        )
        drop_old_runs(places.published, session.options.keep)
        step.note = f"{len(marts)} marts, run {run_id}"
    run = current_run(places.published)
    assert run is not None
    return run


def add_monday(folder: Path, manifest: Mapping[str, Any], before: Run | None) -> None:
    """The Monday pack of a run that is being published."""
    than = (before.path / MARTS_FILE, before.manifest) if before else None
    write_pack(folder / MONDAY, pack_files(read_pack(folder / MARTS_FILE, manifest, than)))


def _origin(session: _Session, inputs: Sequence[InputFile]) -> dict[str, Any]:
    """What makes this run repeatable."""
    values = session.settings.values.as_vars()
    return {
        "built_at": session.now.isoformat(timespec="seconds"),
        "as_of_date": values["as_of_date"],
        "known_at": values["known_at"],
        "target": session.options.target,
        "full_refresh": session.options.full_refresh,
        "vars": values,
        "notices": session.settings.notices,
        "raw_folder": session.places.raw.name,
        "build_bytes": size_of(session.places.database),
        "inputs": [asdict(file) for file in inputs],
        "seals": seal_facts(session.seals),
        "ignored_columns": session.folder.unknown_columns,
        "not_read": [asdict(other) for other in session.folder.not_read],
        "versions": {**versions(session.places.project), "project": _project_version(session)},
    }


def _project_version(session: _Session) -> str | None:
    return read_yaml(session.places.project / "dbt_project.yml").get("version")


def _compact(report: GateReport) -> dict[str, Any]:
    """A gate's results for run.json; the whole of it is in the run's quality folder."""
    full = report.as_dict()
    full["results"] = [
        {
            "name": result.check.name,
            "status": result.status,
            "description": result.check.description,
            "observed": result.observed,
        }
        for result in report.results
    ]
    return full

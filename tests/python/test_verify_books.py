"""`verify_books.py`, which a stranger runs: it finds what was changed, and books that are wrong.

The books here are two accounts over three months, small enough to be added up by hand.
"""

from __future__ import annotations

import ast
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

import tamper
import verify_books
from builds import Company
from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.publish.closings import LOG, line_of, read_closings
from expansion_warehouse.publish.publisher import publish_run
from expansion_warehouse.publish.runs import hash_manifest, write_latest
from test_closings import cut, rewrite_tail, swap
from test_verify import Home, made

__all__ = ["made"]

FILE = Path(verify_books.__file__)
SEED = 7
# Of all changes, so that the test takes seconds; `make tamper` makes every one of them.
DRAWN = 250


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    shutil.copytree(made.root, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    write_latest(home.published)
    return home


def verdict(*arguments: str | Path) -> int:
    return verify_books.main([str(argument) for argument in arguments])


def test_it_stands_alone() -> None:
    """It imports nothing of this project, and DuckDB only where the books are read."""
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    named = [
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    foreign = {name.split(".")[0] for name in named} - sys.stdlib_module_names
    assert foreign == {"duckdb"}
    assert "duckdb" not in {
        alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names
    }


def test_it_runs_without_any_package(home: Home) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(FILE), str(home.root), "--hashes"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip().endswith("0 differences")


@pytest.mark.parametrize("part", [".", "published", "published/run-2", "published/current"])
def test_what_was_published_is_without_differences(
    home: Home, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(home.root / part, "--hashes") == 0
    said = capsys.readouterr().out
    assert said.rstrip().endswith("0 differences")
    assert ("home" in said.splitlines()) == (part == ".")
    assert said.count("log of closings") == (2 if part == "." else 1)


def test_a_changed_byte_or_a_lost_file_is_found_wherever_it_is(home: Home) -> None:
    changes = tamper.drawn(home.root, SEED, positions=3)
    kinds = {change.file.split("/")[0] for change in changes}
    assert kinds == {"closed", "history.jsonl", "published"}
    chosen = random.Random(SEED).sample(changes, DRAWN)
    chosen += [change for change in changes if Path(change.file).name in (LOG, "run.json")]
    assert tamper.missed(home.root, chosen, SEED) == []
    assert verdict(home.root, "--hashes") == 0


def test_a_log_that_has_grown_since_the_last_run_is_no_difference(made: Home) -> None:
    latest = json.loads((made.published / "latest.json").read_text())
    assert latest["closings"]["entries"] == 1 < len(read_closings(made.closed).entries)
    assert verdict(made.root, "--hashes") == 0


@pytest.mark.parametrize(
    "change",
    [
        cut,
        swap,
        lambda home: rewrite_tail(home, by="Nobody"),
        lambda home: rewrite_tail(home, seal="0" * 64),
        lambda home: rewrite_tail(home, what="reopen"),
        lambda home: (home.closed / LOG).write_bytes((home.closed / LOG).read_bytes()[:-1]),
        lambda home: (home.published / "run-2" / "closed" / "more.txt").write_text("x"),
        lambda home: shutil.rmtree(home.closed / "2026-05"),
        lambda home: shutil.copytree(home.closed / "2026-05", home.closed / "2026-06"),
        lambda home: (home.published / "latest.json").write_text('{"path": 1}'),
        lambda home: (home.root / "history.jsonl").write_text(""),
    ],
)
def test_a_change_of_the_log_or_its_seals_is_found(
    home: Home, change: Callable[[Home], Any]
) -> None:
    change(home)
    assert verdict(home.root, "--hashes") == 1


@pytest.mark.parametrize("change", [cut, swap, lambda copy: rewrite_tail(copy, by="Nobody")])
def test_a_copied_run_shows_what_was_done_to_its_log(
    home: Home, tmp_path: Path, change: Callable[[Home], Any]
) -> None:
    """By the file's hash; where that was changed too, by the entry that run.json ends with."""
    home.publish("run-3")
    copy = Home(tmp_path / "copy")
    shutil.copytree(home.published / "run-3", copy.root)
    assert verdict(copy.root, "--hashes") == 0
    change(copy)
    assert verdict(copy.root, "--hashes") == 1
    manifest = json.loads((copy.root / "run.json").read_text())
    manifest["files"][f"closed/{LOG}"]["sha256"] = verify_books.hash_of(copy.closed / LOG)
    (copy.root / "run.json").write_text(json.dumps(manifest))
    (copy.root / "run.json.sha256").write_text(hash_manifest(copy.root))
    assert verdict(copy.root, "--hashes") == 1


def forge(run: Path) -> None:
    """Another author of the only entry, consistent with itself down to the hash of run.json."""
    seal = run / "closed" / "2026-04" / "seal.json"
    facts = json.loads(seal.read_text())
    facts["closing"]["by"] = "Nobody"
    seal.write_text(json.dumps(facts))
    (entry,) = read_closings(run / "closed").entries
    digest = verify_books.hash_of(seal)
    log = run / "closed" / LOG
    log.write_bytes(line_of({**entry, "by": "Nobody", "seal": digest}) + b"\n")
    manifest = json.loads((run / "run.json").read_text())
    manifest["closings"] = read_closings(run / "closed").head
    manifest["seals"]["2026-04"]["digest"] = digest
    for file in (seal, log):
        stated = manifest["files"][file.relative_to(run).as_posix()]
        stated["sha256"] = verify_books.hash_of(file)
    (run / "run.json").write_text(json.dumps(manifest))
    (run / "run.json.sha256").write_text(hash_manifest(run))


def test_who_forges_everything_is_found_by_a_hash_that_was_written_down(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    run = home.published / "run-2"
    entry = read_closings(run / "closed").entries[0]["hash"]
    own = verify_books.hash_of(run / "run.json")
    assert verdict(run, "--hashes", "--expect", entry, "--expect", str(own)) == 0
    forge(run)
    assert verdict(run, "--hashes") == 0
    assert verdict(run, "--hashes", "--expect", entry) == 1
    assert entry in capsys.readouterr().out
    # Where the home is at hand, its own records are enough.
    assert verdict(home.root, "--hashes") == 1


def test_a_run_of_an_earlier_version_is_checked_as_far_as_it_says(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    run = home.published / "run-2"
    (run / "run.json.sha256").unlink()
    shutil.rmtree(run / "closed")
    manifest = json.loads((run / "run.json").read_text())
    manifest["files"] = {n: f for n, f in manifest["files"].items() if not n.startswith("closed")}
    del manifest["closings"]
    (run / "run.json").write_text(json.dumps(manifest))
    assert verdict(run, "--hashes") == 0
    said = capsys.readouterr().out
    assert "not checked: an earlier version wrote no hash beside it" in said
    assert "not checked: the version that published the run copied none" in said
    del manifest["files"]
    (run / "run.json").write_text(json.dumps(manifest))
    assert verdict(run, "--hashes") == 0
    assert "run.json names none" in capsys.readouterr().out


def test_what_is_no_run_cannot_be_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(tmp_path) == 2
    assert "is no run, no folder of runs, no home" in capsys.readouterr().err
    (tmp_path / "run.json").write_text('{"closings": null, "files": [], "previous": 1}')
    assert verdict(tmp_path) == 1
    with pytest.raises(SystemExit) as ended:
        verify_books.main([])
    assert ended.value.code == 2


# ---- books ----

ZEROS = ", ".join(f"0.00 as {step}_mrr" for step in verify_books.STEPS)
BOOK = f"""
create table dim_months as select * from (values
    (date '2026-01-01'), (date '2026-02-01'), (date '2026-03-01')) as t(month);
create table fct_mrr_movements as
select account_id, month, 'restated' as basis, opening_mrr, closing_mrr,
    * exclude (account_id, month, opening_mrr, closing_mrr)
from (
    select * replace (
        case when opening_mrr = 0 then closing_mrr else 0 end as new_mrr,
        case when opening_mrr > 0 and closing_mrr > opening_mrr then closing_mrr - opening_mrr
            else 0 end as expansion_mrr,
        case when closing_mrr < opening_mrr then closing_mrr - opening_mrr else 0 end as churn_mrr)
    from (
        select *, {ZEROS} from (values
            ('A', date '2026-01-01', 0.00, 100.00), ('A', date '2026-02-01', 100.00, 120.00),
            ('A', date '2026-03-01', 120.00, 120.00), ('B', date '2026-02-01', 0.00, 50.00),
            ('B', date '2026-03-01', 50.00, 0.00)
        ) as t(account_id, month, opening_mrr, closing_mrr)
    )
);
create table fct_mrr as
select account_id, 'P' as product_id, month, basis, closing_mrr as mrr from fct_mrr_movements;
create table fct_mrr_drivers as
select account_id, month, basis, 'seats' as driver, closing_mrr - opening_mrr as amount
from fct_mrr_movements where closing_mrr <> opening_mrr;
create table kpi_mrr_bridge as
select month, basis, 'all' as segment_type, 'all' as segment, 0.00 as segment_transfer_mrr,
    {verify_books.sums(verify_books.FLOWS)}
from fct_mrr_movements group by all
union all by name
select month, basis, 'country' as segment_type, account_id as segment,
    0.00 as segment_transfer_mrr, * exclude (account_id, month, basis)
from fct_mrr_movements;
create table fct_account_retention as
select account_id, month, basis, '1m' as retention_window, opening_mrr, closing_mrr,
    least(opening_mrr, closing_mrr) as kept_mrr
from fct_mrr_movements where opening_mrr > 0;
create table kpi_nrr as
select *, closing_mrr::double / opening_mrr::double as nrr,
    kept_mrr::double / opening_mrr::double as grr
from (
    select month, retention_window, basis, 'all' as segment_type, 'all' as segment,
        {verify_books.sums(verify_books.ENDS)}, count(*) as opening_accounts
    from fct_account_retention group by all
    union all
    select month, retention_window, basis, 'country' as segment_type, account_id as segment,
        opening_mrr, closing_mrr, kept_mrr, 1
    from fct_account_retention
);
"""
MARTS = (
    "dim_months",
    "fct_mrr_movements",
    "fct_mrr",
    "fct_mrr_drivers",
    "kpi_mrr_bridge",
    "fct_account_retention",
    "kpi_nrr",
)
# What makes each of the books wrong, and how many rows of it.
FAULTS = {
    "accounts: opening + movements = closing": (
        "update fct_mrr_movements set expansion_mrr = 19 where account_id = 'A' and month = 'M2'",
        1,
    ),
    "accounts: closing = opening of the next month": (
        "delete from fct_mrr_movements where account_id = 'A' and month = 'M3'",
        1,
    ),
    "accounts: drivers add up to what moved": (
        "insert into fct_mrr_drivers values ('C', 'M2', 'restated', 'seats', 1)",
        1,
    ),
    "accounts: products add up to closing": (
        "update fct_mrr set mrr = mrr + 1 where month = 'M2'",
        2,
    ),
    "bridge: accounts add up to the company": (
        "update kpi_mrr_bridge set churn_mrr = -49 where segment_type = 'all' and month = 'M3'",
        1,
    ),
    "bridge: opening + movements + transfers = closing": (
        "update kpi_mrr_bridge set segment_transfer_mrr = 1 where segment = 'A' and month = 'M2'",
        1,
    ),
    "bridge: closing = opening of the next month": (
        "delete from kpi_mrr_bridge where month = 'M2'",
        5,
    ),
    "bridge: segments add up to the company": (
        "delete from kpi_mrr_bridge where segment = 'B' and month = 'M2'",
        1,
    ),
    "retention: accounts add up to the company": (
        "update fct_account_retention set kept_mrr = 99 where account_id = 'A' and month = 'M2'",
        1,
    ),
    "retention: NRR = closing / opening of the accounts": (
        "update kpi_nrr set nrr = nrr + 0.0001 where segment = 'all' and month = 'M3'",
        1,
    ),
    "retention: NRR and GRR = numerator / denominator": (
        "update kpi_nrr set grr = null where segment = 'B'",
        1,
    ),
    "retention: segments add up to the company": (
        "update kpi_nrr set opening_mrr = 99 where segment = 'A' and month = 'M2'",
        1,
    ),
}


def publish(folder: Path, fault: str = "") -> Path:
    """A run whose hashes are right, whatever its books say."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(folder / "build.duckdb")) as con:
        con.execute(BOOK)
        con.execute(fault.replace("'M", "'2026-0").replace("2'", "2-01'").replace("3'", "3-01'"))
    (folder / "quality").mkdir()
    return publish_run(
        database=folder / "build.duckdb",
        published=folder / "published",
        run_id="run-1",
        marts=[Mart(name, "main", name, (), "", {}) for name in MARTS],
        quality=folder / "quality",
        describe=lambda _: {},
    )


def number(row: str, place: int) -> int:
    """A number of a line, written with thousands."""
    return int(row.split()[place].replace(",", ""))


def counted(said: str) -> dict[str, tuple[int, int]]:
    """Checked and differing, by what was checked."""
    rows = [line for line in said.splitlines() if line.endswith("differences") and line[:2] == "  "]
    return {row[2:54].strip(): (number(row, -4), number(row, -2)) for row in rows}


def test_books_that_add_up_are_counted_and_have_no_differences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(publish(tmp_path)) == 0
    found = counted(capsys.readouterr().out)
    assert {
        name: checked for name, (checked, _) in found.items() if name in verify_books.BOOKS
    } == {
        "accounts: opening + movements = closing": 5,
        "accounts: closing = opening of the next month": 5,
        "accounts: drivers add up to what moved": 5,
        "accounts: products add up to closing": 5,
        "bridge: accounts add up to the company": 3,
        "bridge: opening + movements + transfers = closing": 8,
        "bridge: closing = opening of the next month": 8,
        "bridge: segments add up to the company": 3,
        "retention: accounts add up to the company": 2,
        "retention: NRR = closing / opening of the accounts": 2,
        "retention: NRR and GRR = numerator / denominator": 5,
        "retention: segments add up to the company": 2,
    }
    assert {differing for _, differing in found.values()} == {0}
    assert found["marts: table = Parquet file"] == (len(MARTS), 0)


@pytest.mark.parametrize("what", verify_books.BOOKS)
def test_books_that_do_not_add_up_are_found(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fault, count = FAULTS[what]
    assert verdict(publish(tmp_path, fault)) == 1
    assert counted(capsys.readouterr().out)[what][1] == count


def test_a_table_that_is_not_its_parquet_file_is_found_in_a_run_that_hashes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = publish(tmp_path)
    file = run / "parquet" / "fct_mrr.parquet"
    duckdb.execute(
        f"copy (select * replace (mrr + 1 as mrr) from '{file}') to '{file}.x' (format parquet)"
    )
    Path(f"{file}.x").rename(file)
    manifest = json.loads((run / "run.json").read_text())
    manifest["files"]["parquet/fct_mrr.parquet"]["sha256"] = verify_books.hash_of(file)
    (run / "run.json").write_text(json.dumps(manifest))
    (run / "run.json.sha256").write_text(hash_manifest(run))
    assert verdict(run, "--hashes") == 0
    assert verdict(run) == 1
    assert counted(capsys.readouterr().out)["marts: table = Parquet file"] == (len(MARTS), 1)
    file.write_bytes(b"no Parquet file")
    assert verdict(run) == 1
    found = counted(capsys.readouterr().out)
    assert (found["files of the run"][1], found["marts: table = Parquet file"][1]) == (1, 0)
    (run / "marts.duckdb").write_bytes(b"no database")
    assert verdict(run) == 1
    assert "not checked: marts.duckdb is not what was published" in capsys.readouterr().out


def test_a_database_that_cannot_be_read_is_no_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "marts.duckdb").write_bytes(b"no database" * 1000)
    (tmp_path / "run.json").write_text('{"row_counts": {}}')
    assert verdict(tmp_path) == 2
    assert "could not be checked: " in capsys.readouterr().err


def test_a_sealed_month_that_is_published_otherwise_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed: dict[str, Any] = {
        "closing_mrr": "500.00",
        "nrr_12m": 1.25,
        "closing": {"by": "Kim", "note": None, "entry": 2},
    }
    for month, facts in {"2026-05": sealed, "2026-04": {"closing_mrr": "4.00"}}.items():
        (tmp_path / month).mkdir()
        (tmp_path / month / "seal.json").write_text(json.dumps(facts))
    older = ("2026-04", "4.00", None, None, None, None)
    for row, differing in {
        ("2026-05", "500.00", 1.25, "Kim", None, 2): 0,
        ("2026-05", "500.01", 1.25, "Kim", None, 2): 1,
        ("2026-05", "500.00", 1.25, "Lee", None, 2): 1,
        ("2026-06", "500.00", 1.25, "Kim", None, 2): 1,
    }.items():
        verify_books.check_sealed(tmp_path, [older, row], verify_books.Report())
        found = counted(capsys.readouterr().out)
        assert found["sealed months: published as sealed"] == (2, differing)


@pytest.mark.slow
def test_the_books_of_the_sample_company_add_up(
    sample_company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(sample_company.home) == 0
    found = counted(capsys.readouterr().out)
    assert all(found[what][0] > 50 for what in verify_books.BOOKS)

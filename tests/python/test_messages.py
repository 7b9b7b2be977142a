"""What dbt and DuckDB are recognised by, provoked from the libraries themselves."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from expansion_warehouse.engine.messages import first_line, is_locked, lock_holder, reason
from expansion_warehouse.engine.transform import Transformer, close_database
from expansion_warehouse.environment import Places
from expansion_warehouse.errors import BadInput, BuildRunning, CheckFailed

HOLDER = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"

READER = "read_csv(?, columns = {a: 'varchar', b: 'varchar'}, auto_detect = false, delim = ',')"

PROFILES = """
small:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('WAREHOUSE_HOME') }}/build.duckdb"
      plugins: [{module: expansion_warehouse.plugin}]
"""
PROJECT = "{name: small, version: 0.0.1, config-version: 2, profile: small}"
READING_PROJECT = PROJECT.replace("small, v", "expansion_warehouse, v").replace(
    "}", ", on-run-start: '{{ register_raw_folder() }}'}"
)

# A model that fails, and the one line in which dbt's message says why.
FAILING = {
    "{% if execute %}{{ exceptions.raise_compiler_error('no such') }}{% endif %}": "no such",
    "select absent from range(1)": 'Binder Error: Referenced column "absent" not found in FROM',
    "{{ config(materialized='table') }} select cast('x' || random() as date) as day": (
        "Conversion Error: invalid date field format"
    ),
    "{{ config(materialized='absent') }} select 1 as one": "No materialization 'absent' was found",
}


@contextmanager
def held(database: Path) -> Iterator[int]:
    """Another process that has a database open; its id."""
    command = [sys.executable, "-c", HOLDER, str(database)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == "open\n"
        yield other.pid
        other.stdin.close()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A project without models, in a home that does not exist yet."""
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "profiles.yml").write_text(PROFILES)
    return Places(project=tmp_path, home=tmp_path / "home", raw=tmp_path / "raw")


def transformer(places: Places, model: str) -> Transformer:
    (places.project / "models" / "answer.sql").write_text(model)
    return Transformer(places, "duckdb", {}, None)


def build(places: Places, model: str) -> list[tuple[int, int, str]]:
    """Build a project of one model; what was told about its nodes."""
    told: list[tuple[int, int, str]] = []
    transformer(places, model).build(full_refresh=False, on_node=lambda *node: told.append(node))
    return told


# ---- DuckDB ----


def test_a_lock_and_who_holds_it(tmp_path: Path) -> None:
    database = tmp_path / "x.duckdb"
    with held(database) as pid, pytest.raises(duckdb.Error) as caught:
        duckdb.connect(str(database))
    assert is_locked(caught.value)
    assert lock_holder(caught.value) == f"process {pid}"


def test_another_error_of_opening_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "x.duckdb").write_bytes(b"x" * 5000)
    with pytest.raises(duckdb.Error) as caught:
        duckdb.connect(str(tmp_path / "x.duckdb"))
    assert not is_locked(caught.value)
    assert lock_holder(caught.value) == "another program"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n1,\xff\n", "x.csv line 3 is not UTF-8 text"),
        ("a,b\n1,2\n1,2,3\n", "x.csv line 3 has 3 columns, not 2"),
        ("a,b\n1,2\n1\n", "x.csv line 3 has 1 column, not 2"),
        ('a,b\n1,2\n"1,2\n', "x.csv line 3 is not valid CSV"),
    ],
)
def test_a_broken_line_of_a_csv_file(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "x.csv").write_text(text, encoding="latin-1")
    with pytest.raises(duckdb.Error) as caught:
        duckdb.execute(f"select * from {READER}", [str(tmp_path / "x.csv")]).fetchall()
    assert reason(caught.value) == expected


def test_a_statement_is_not_echoed() -> None:
    with pytest.raises(duckdb.Error) as caught:
        duckdb.execute("select absent from range(1)")
    assert "\n" in str(caught.value)
    assert reason(caught.value).startswith('Binder Error: Referenced column "absent" not found')
    assert "LINE 1" not in reason(caught.value)


def test_an_error_without_words_has_its_name() -> None:
    assert reason(KeyboardInterrupt()) == "KeyboardInterrupt"
    assert first_line("x" * 301) == "x" * 299 + "…"


# ---- dbt ----


@pytest.mark.parametrize(("model", "expected"), FAILING.items())
def test_a_failing_model_is_one_line(places: Places, model: str, expected: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        build(places, model)
    line = str(caught.value).splitlines()[-1]
    assert line.startswith(f"  model answer: {expected}")


def test_a_project_that_does_not_parse_is_one_line(places: Places) -> None:
    with pytest.raises(CheckFailed) as caught:
        transformer(places, "select * from {{ ref('absent') }}").parse()
    assert "does not parse: Model 'model.small.answer' (models/answer.sql) dep" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nodes_are_counted_while_they_run(places: Places) -> None:
    assert build(places, "select 1 as one") == [(0, 1, ""), (0, 1, "answer"), (1, 1, "answer")]


def test_a_database_that_is_taken_while_dbt_starts(places: Places) -> None:
    places.home.mkdir()
    with held(places.database), pytest.raises(BuildRunning, match=r"has build\.duckdb open"):
        build(places, "select 1 as one")


def test_a_raw_file_that_cannot_be_read_is_named(places: Places) -> None:
    (places.project / "x.csv").write_text("a,b\n1,2\n1,2,3\n")
    query = f"select * from {READER}".replace("?", f"'{places.project}/x.csv'")
    macro = f'{{% macro register_raw_folder() %}}{{% do run_query("{query}") %}}{{% endmacro %}}'
    (places.project / "macros").mkdir()
    (places.project / "macros" / "register.sql").write_text(macro)
    with pytest.raises(BadInput) as caught:
        transformer(places, "select 1 as one").register_raw_folder("duckdb")
    assert str(caught.value) == "the raw folder cannot be read: x.csv line 3 has 3 columns, not 2"


def test_what_the_gate_has_read_is_not_read_a_second_time(places: Places) -> None:
    root = Path(__file__).parents[2]
    shutil.copytree(root / "macros", places.project / "macros")
    insert = "{% do run_query('insert into reads values (1)') %}"
    noted = f"{{% macro duckdb__register_raw_folder() %}}{insert}{{% endmacro %}}"
    path = places.project / "macros" / "raw" / "raw_folder.sql"
    kept = re.sub(
        r"\{% macro duckdb__register_raw_folder.*?endmacro %\}", noted, path.read_text(), flags=re.S
    )
    path.write_text(kept)
    (places.project / "dbt_project.yml").write_text(READING_PROJECT)
    places.home.mkdir()
    with duckdb.connect(str(places.database)) as con:
        con.execute("create table reads (read integer)")

    command = transformer(places, "select 1 as one")
    command.register_raw_folder("duckdb")
    command.build(full_refresh=False, on_node=lambda *_: None)
    assert reads(places) == 1
    plain = transformer(places, "select 1 as one")
    plain.build(full_refresh=False, on_node=lambda *_: None)
    assert reads(places) == 2


def reads(places: Places) -> int:
    """How often the raw folder has been read."""
    with duckdb.connect(str(places.database), read_only=True) as con:
        return int(con.sql("select count(*) from reads").fetchall()[0][0])


def test_plain_dbt_before_the_first_build_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).parents[2]
    monkeypatch.setenv("WAREHOUSE_HOME", str(tmp_path / "absent"))
    monkeypatch.delenv("WAREHOUSE_RAW", raising=False)
    arguments = ["run-operation", "register_raw_folder", "--log-level", "none"]
    folders = ["--project-dir", str(root), "--profiles-dir", str(root)]
    written = ["--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")]
    try:
        done = dbtRunner().invoke([*arguments, *folders, *written])
    finally:
        close_database()
    assert not done.success
    assert reason(said(done)) == (
        f"no raw data in '{tmp_path}/absent/raw': `make build` or `warehouse sample` "
        "makes a sample company"
    )


def said(done: Any) -> str:
    results = getattr(done.result, "results", None) or []
    return "\n".join([str(done.exception or ""), *(str(result.message) for result in results)])

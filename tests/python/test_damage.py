"""Damaged, locked and forbidden build databases are told apart: only a damaged one is made anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expansion_warehouse.engine.damage import is_damaged, is_damaged_within
from expansion_warehouse.engine.database import require_free
from expansion_warehouse.errors import BadInput


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "build.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create table t as select range as i, random() as r from range(300000)")
    return file


def overwrite(at: int, content: bytes) -> Callable[[bytes], bytes]:
    return lambda whole: whole[:at] + content + whole[at + len(content) :]


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: b"x" * 5000,
        overwrite(8, b"DUKC"),
        overwrite(12, b"\x63"),
        overwrite(100, b"z" * 30),
        overwrite(4096, b"z" * 100),
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:5000],
        lambda whole: whole[:20],
    ],
)
def test_a_damaged_one_is_taken_away_with_a_line_that_says_so(
    database: Path, change: Callable[[bytes], bytes]
) -> None:
    database.write_bytes(change(database.read_bytes()))
    database.with_name("build.duckdb.wal").write_bytes(b"old")
    said = require_free(database)
    assert said is not None
    assert said.endswith("build.duckdb was damaged: this build makes it anew, from all history")
    assert list(database.parent.iterdir()) == []


def log_of_another(folder: Path) -> bytes:
    """What a killed build leaves beside its database."""
    other = folder / "other.duckdb"
    with duckdb.connect(str(other)) as con:
        con.execute("create table t as select 1 as i")
        con.execute("checkpoint")
        con.execute("insert into t values (2)")
        return other.with_name("other.duckdb.wal").read_bytes()


def test_a_log_that_is_not_its_own_is_damage(database: Path, tmp_path_factory: Any) -> None:
    log = database.with_name("build.duckdb.wal")
    log.write_bytes(log_of_another(tmp_path_factory.mktemp("other")))
    assert "was damaged" in (require_free(database) or "")
    assert list(database.parent.iterdir()) == []


def test_a_log_whose_database_was_deleted_goes_too(database: Path, tmp_path_factory: Any) -> None:
    database.unlink()
    log = database.with_name("build.duckdb.wal")
    log.write_bytes(log_of_another(tmp_path_factory.mktemp("other")))
    assert require_free(database) is None
    assert not log.exists()
    duckdb.connect(str(database)).close()


def test_a_whole_one_stays(database: Path) -> None:
    before = database.read_bytes()
    assert require_free(database) is None
    assert database.read_bytes() == before
    assert require_free(database.with_name("absent.duckdb")) is None


def test_one_that_may_not_be_written_stays(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(BadInput, match=r"build\.duckdb: permission denied: let this user read"):
        require_free(database)
    assert database.exists()


def test_a_folder_in_its_place_stays(tmp_path: Path) -> None:
    (tmp_path / "build.duckdb").mkdir()
    with pytest.raises(BadInput, match="is not a file: take it away"):
        require_free(tmp_path / "build.duckdb")


def test_damage_that_shows_later_is_recognised(database: Path) -> None:
    whole = bytearray(database.read_bytes())
    for at in range(3 * 4096 + 100_000, len(whole) - 300_000, 262_144):
        whole[at : at + 50] = b"z" * 50
    database.write_bytes(whole)
    assert require_free(database) is None
    with pytest.raises(duckdb.Error) as caught, duckdb.connect(str(database)) as con:
        con.execute("select sum(r), sum(i) from t").fetchall()
    assert is_damaged_within(caught.value, database)


def test_a_damaged_raw_file_is_none_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1" + b"x" * 50 + b"PAR1")
    with pytest.raises(duckdb.Error) as caught:
        duckdb.execute(f"from '{tmp_path}/x.parquet'")
    assert not is_damaged_within(caught.value, tmp_path / "build.duckdb")
    assert not is_damaged("permission denied")


def test_one_that_cannot_be_opened_for_another_reason_stays(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise duckdb.IOException("IO Error: the stars are wrong")

    monkeypatch.setattr(duckdb, "connect", refuse)
    with pytest.raises(BadInput, match=r"build\.duckdb cannot be opened: IO Error: the stars"):
        require_free(database)
    assert database.exists()

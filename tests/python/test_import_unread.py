"""Every file of an export that nothing reads is named, in whatever folder it lies."""

from __future__ import annotations

from pathlib import Path

from expansion_warehouse.importers.importer import import_system
from expansion_warehouse.importers.losses import Loss
from expansion_warehouse.importers.mapping import read_mapping

MAPPING = """
title: Orders
files:
  - file: exports/orders_*
    table: accounts
    columns: {account_id: id}
"""


def losses(tmp_path: Path, *files: str) -> list[Loss]:
    for name in files:
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"id\n{name}\n")
    (tmp_path / "orders.yml").write_text(MAPPING)
    system = read_mapping(tmp_path / "orders.yml")
    done = import_system(system, tmp_path / "export", tmp_path / "raw")
    return [loss for loss in done.losses if loss.kind == "file"]


def test_a_file_beside_one_that_is_read_is_named(tmp_path: Path) -> None:
    (lost,) = losses(tmp_path, "exports/orders_1.csv", "exports/ordrs_2.csv")
    assert lost.reason == "1 file that this importer does not read: exports/ordrs_2.csv"
    assert lost.keys == ("exports/ordrs_2.csv",)


def test_files_of_folders_that_nothing_reads_are_named(tmp_path: Path) -> None:
    others = [f"old/year/{number}.csv" for number in range(7)]
    (lost,) = losses(tmp_path, "exports/orders_1.csv", "exports/_SUCCESS", ".hidden/x", *others)
    said = ", ".join(others[:5])
    assert lost.reason == f"7 files that this importer does not read: {said} and 2 more"
    assert lost.keys == tuple(others)


def test_nothing_is_said_where_all_is_read(tmp_path: Path) -> None:
    assert losses(tmp_path, "exports/orders_1.csv", "exports/orders_2.csv") == []


def test_a_folder_that_is_a_link_is_named_unless_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "linked").symlink_to(tmp_path / "far")
    (lost,) = losses(tmp_path, "exports/orders_1.csv")
    assert lost.keys == ("linked",)
    (tmp_path / "export" / "exports" / "orders_1.csv").rename(tmp_path / "far" / "orders_1.csv")
    (tmp_path / "export" / "exports").rmdir()
    (tmp_path / "export" / "linked").unlink()
    (tmp_path / "export" / "exports").symlink_to(tmp_path / "far")
    system = read_mapping(tmp_path / "orders.yml")
    done = import_system(system, tmp_path / "export", tmp_path / "raw")
    assert [loss for loss in done.losses if loss.kind == "file"] == []

"""What a run says of itself: its marts, its build database and its settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml


@dataclass(frozen=True)
class PublishedRun:
    """One published run; `manifest` is its run.json, empty where there is none.

    `behind` names the database with the models behind the marts, None where it is not at hand.
    """

    connection: duckdb.DuckDBPyConnection
    manifest: dict[str, Any]
    settings: dict[str, Any]
    behind: str | None

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query; marts lie in `marts.main`."""
        return self.connection.execute(query).fetchall()

    def one(self, query: str) -> Any:
        """The only value of a query."""
        return self.ask(query)[0][0]

    @property
    def as_of(self) -> date | None:
        """Last day of business time."""
        day = self.manifest.get("as_of_date") or self.settings.get("as_of_date")
        return date.fromisoformat(str(day)) if day else None

    @property
    def currency(self) -> str:
        """Reporting currency."""
        return str(self.settings.get("reporting_currency") or "JPY")


@contextmanager
def open_run(raw: Path, marts: Path, build: Path | None) -> Iterator[PublishedRun]:
    """Open a run read-only."""
    story = marts.parent / "run.json"
    manifest = json.loads(story.read_text(encoding="utf-8")) if story.is_file() else {}
    company = raw / "settings.yml"
    stated = yaml.safe_load(company.read_text(encoding="utf-8")) if company.is_file() else None
    with duckdb.connect() as connection:
        files = {"marts": marts} if build in (None, marts) else {"marts": marts, "build": build}
        for name, file in files.items():
            path = str(file).replace("'", "''")
            connection.execute(f"attach '{path}' as {name} (read_only)")
        yield PublishedRun(
            connection=connection,
            manifest=manifest,
            settings={**(stated or {}), **(manifest.get("vars") or {})},
            behind=None if build is None else list(files)[-1],
        )

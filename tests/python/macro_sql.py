"""The project's macros as SQL text for one engine, without dbt: for tests of the rules alone."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytz
from jinja2 import Environment
from jinja2.runtime import Macro

from expansion_warehouse.raw.contract import read_contract

PROJECT = Path(__file__).parents[2]
MACROS = PROJECT / "macros"
MODELS = PROJECT / "models"
_FOLDERS = ("engine", "rules")


def _raw_sources(source: str) -> list[SimpleNamespace]:
    """The tables of the raw contract, each under the name that `source` gives it."""
    return [
        SimpleNamespace(name=table.name, relation_name=f"raw_{table.name}")
        for table in read_contract(PROJECT)
    ]


def _reconciled_tables() -> dict[str, Any]:
    """What the macro of that name returns."""
    returned: list[dict[str, Any]] = []
    environment = Environment(extensions=["jinja2.ext.do"])
    environment.globals.update({"return": returned.append, "warehouse_sources": lambda source: []})
    text = (MACROS / "raw" / "reconciliation.sql").read_text(encoding="utf-8")
    module: Any = environment.from_string(text).module
    module.reconciled_tables()
    return returned[0]


class MacroSql:
    """Macros of `macros/engine` and `macros/rules` as they render for `engine`.

    `settings` answers `setting('<name>')`; what dbt brings along itself is not there.
    """

    def __init__(self, engine: str, settings: Mapping[str, str] | None = None) -> None:
        self._engine = engine
        self._settings = dict(settings or {})
        files = sorted(path for folder in _FOLDERS for path in (MACROS / folder).glob("*.sql"))
        files.remove(MACROS / "engine" / "lint.sql")
        text = "\n".join(path.read_text(encoding="utf-8") for path in files)
        environment = Environment(extensions=["jinja2.ext.do"])
        environment.globals.update(
            {
                "adapter": SimpleNamespace(dispatch=self._dispatch),
                "return": lambda value: value,
                "setting": self._settings.__getitem__,
                "modules": SimpleNamespace(datetime=datetime, pytz=pytz),
                "dbt": SimpleNamespace(
                    date_trunc=lambda part, day: f"date_trunc('{part}', {day})",
                    type_string=lambda: "varchar",
                ),
                "ref": lambda name: name,
                "source": lambda schema, name: f"{schema}_{name}",
                "config": lambda **named: "",
                "is_linted": lambda: False,
                "as_of_date": lambda: f"cast('{self._settings['as_of_date']}' as date)",
                "warehouse_sources": _raw_sources,
                "reconciled_tables": _reconciled_tables,
            }
        )
        self._environment = environment
        self._module: Any = environment.from_string(text).module

    def __call__(self, name: str, *arguments: Any, **named: Any) -> str:
        """The text of one macro call."""
        return str(getattr(self._module, name)(*arguments, **named))

    def model(self, path: str) -> str:
        """The text of a model below `models`; what it refers to are tables of the same name."""
        return self.file(MODELS / path)

    def file(self, path: Path) -> str:
        """The text of a model or a singular test, read the same way."""
        text = path.read_text(encoding="utf-8")
        macros = {name: x for name, x in vars(self._module).items() if isinstance(x, Macro)}
        return self._environment.from_string(text).render(macros)

    def _dispatch(self, name: str, package: str | None = None) -> Callable[..., str]:
        macro: Callable[..., str] = getattr(self._module, f"{self._engine}__{name}")
        return macro

"""The process that evaluates a suite with Great Expectations, pushed down to DuckDB.

Reads one request (a line of JSON) from standard input and writes the answer to the file that the
request names. Run by `gates.GateWorker`, never by hand.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import great_expectations.expectations as library
import sqlalchemy
from great_expectations import ExpectationSuite, ValidationDefinition, get_context
from great_expectations.exceptions.exceptions import GreatExpectationsError
from sqlalchemy.exc import SQLAlchemyError

from expansion_warehouse.engine.database import add_functions
from expansion_warehouse.engine.messages import first_line

_SEVERITY = {"error": "critical", "warning": "warning"}
_BOUNDS = ("min_value", "max_value")
_EXAMPLES = 3


def main() -> None:
    """Wait for the request, answer it, end."""
    line = sys.stdin.readline()
    if not line:
        return
    threading.Thread(target=_end_with_caller, daemon=True).start()
    request = json.loads(line)
    answer = evaluate(request["database"], request["checks"])
    target = Path(request["answer"])
    target.write_text(json.dumps(answer, default=str), encoding="utf-8")


def _end_with_caller() -> None:
    """Standard input ends when the caller dies; a read lock must not outlive it."""
    sys.stdin.read()
    os._exit(3)


def evaluate(database: str, checks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Each check's answer by name: `passed`, `observed`, and `error` where it could not be asked.

    `database` is relative to the working folder, so that no character of a path needs escaping.
    """
    sqlalchemy.event.listen(sqlalchemy.engine.Engine, "connect", lambda raw, _: add_functions(raw))
    context = get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql(
        "duckdb",
        connection_string=f"duckdb:///{database}",
        kwargs={
            "connect_args": {"read_only": True},
            "isolation_level": "AUTOCOMMIT",
            "skip_autocommit_rollback": True,
        },
    )
    answers: dict[str, dict[str, Any]] = {}
    for group in _by_batch(checks):
        answers.update(_evaluate_batch(context, source, group))
    return answers


def _by_batch(checks: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Checks that look at the same rows: the library asks their figures in one query."""
    groups: dict[tuple[str, str, str | None], list[dict[str, Any]]] = {}
    for check in checks:
        groups.setdefault((check["schema"], check["table"], check["where"]), []).append(check)
    return list(groups.values())


def _evaluate_batch(
    context: Any, source: Any, checks: list[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    name = checks[0]["name"]
    try:
        batch = _batch_definition(source, checks[0])
        answers = _validate(context, batch, checks, "BOOLEAN_ONLY", f"{name}:verdict")
        # Counts and examples cost further queries, so they are asked only about what failed.
        failed = [check for check in checks if not answers[check["name"]]["passed"]]
        rows = [check for check in failed if check["expectation"] == "unexpected_rows_expectation"]
        values = [check for check in failed if check not in rows]
        detail = {"result_format": "SUMMARY", "partial_unexpected_count": _EXAMPLES}
        if values:
            answers.update(_validate(context, batch, values, detail, f"{name}:values"))
        if rows:
            answers.update(_validate(context, batch, rows, "COMPLETE", f"{name}:rows"))
    except (GreatExpectationsError, SQLAlchemyError, ConnectionError, ValueError) as error:
        return {check["name"]: _unanswered(error) for check in checks}
    return answers


def _batch_definition(source: Any, check: dict[str, Any]) -> Any:
    label = check["name"]
    if check["where"]:
        query = f'select * from "{check["schema"]}"."{check["table"]}" where {check["where"]}'
        asset = source.add_query_asset(label, query=query)
    else:
        asset = source.add_table_asset(
            label, table_name=check["table"], schema_name=check["schema"]
        )
    return asset.add_batch_definition_whole_table("all rows")


def _validate(
    context: Any, batch: Any, checks: list[dict[str, Any]], detail: Any, label: str
) -> dict[str, dict[str, Any]]:
    expectations = [_expectation(check) for check in checks]
    suite = context.suites.add(ExpectationSuite(label, expectations=expectations))
    definition = ValidationDefinition(name=label, data=batch, suite=suite)
    outcome = context.validation_definitions.add(definition).run(result_format=detail)
    found = [result.to_json_dict() for result in outcome.results]
    return {result["expectation_config"]["meta"]["name"]: _answer(result) for result in found}


def _expectation(check: dict[str, Any]) -> Any:
    kind = getattr(library, "".join(part.title() for part in check["expectation"].split("_")))
    arguments = {
        name: _bound(value) if name in _BOUNDS else value
        for name, value in check["arguments"].items()
    }
    return kind(
        **arguments,
        severity=_SEVERITY[check["severity"]],
        description=check["description"],
        meta={"name": check["name"]},
    )


def _bound(value: Any) -> Any:
    """A limit as the library wants it: dates arrive as ISO text."""
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def _answer(result: dict[str, Any]) -> dict[str, Any]:
    error = _exception(result.get("exception_info") or {})
    if error:
        return {"passed": False, "observed": "", "error": error}
    return {"passed": bool(result["success"]), "observed": _observed(result["result"])}


def _unanswered(error: Exception) -> dict[str, Any]:
    return {"passed": False, "observed": "", "error": first_line(error)}


def _exception(info: dict[str, Any]) -> str | None:
    """The message of an exception; the library nests it when a single figure could not be had."""
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return first_line(entry.get("exception_message") or "unknown reason")
    return None


def _observed(result: dict[str, Any]) -> str:
    """What was found, in a few words."""
    rows = (result.get("details") or {}).get("unexpected_rows")
    if rows:
        return f"{_count(result['observed_value'], 'row')}, e.g. {_row(rows[0])}"
    if result.get("unexpected_count"):
        share = result.get("unexpected_percent") or 0.0
        text = f"{result['unexpected_count']:,} of {result['element_count']:,} rows ({share:.1f} %)"
        examples = dict.fromkeys(map(_value, result.get("partial_unexpected_list") or []))
        return f"{text}, e.g. {', '.join(examples)}" if examples else text
    if result.get("observed_value") is not None:
        return _value(result["observed_value"])
    return ""


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _row(row: dict[str, Any]) -> str:
    return first_line(", ".join(f"{name} {_value(value)}" for name, value in row.items()))


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
    # Interpreter shutdown prints noise about the engine's own objects.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)

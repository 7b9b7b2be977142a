"""Result pages of the gates: one HTML file that needs nothing else, and the same as JSON."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from expansion_warehouse.gates.checks import CheckResult, GateReport
from expansion_warehouse.printable import json_text, printable_line
from expansion_warehouse.raw.listing import Unread

_TITLES = {
    "raw": "Raw gate: what came in",
    "marts": "Mart gate: what goes out",
}
_MARKS = {"passed": "✓", "warning": "!", "error": "✗"}
_ORDER = {"error": 0, "warning": 1, "passed": 2}

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --paper: #ffffff;
  --line: #d8dee4; --error: #b42318; --warning: #8a5a00; --passed: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa5b1; --paper: #12161c;
  --line: #30363d; --error: #ff7b72; --warning: #e3b341; --passed: #56d364; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 66rem; padding: 2rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font: 600 1.05rem/1.4 ui-monospace, monospace; margin: 2rem 0 .5rem; }
.facts { color: var(--soft); margin: 0 0 1.5rem; }
.verdict { font-size: 1.1rem; font-weight: 600; margin: 0 0 .25rem; }
.error { color: var(--error); } .warning { color: var(--warning); }
.passed { color: var(--passed); }
table { border-collapse: collapse; width: 100%; }
td, th { border-top: 1px solid var(--line); padding: .4rem .75rem .4rem 0; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
td:first-child, th:first-child { width: 7rem; white-space: nowrap; }
td:last-child { width: 40%; color: var(--soft); }
th { color: var(--soft); font-weight: 500; font-size: .85rem; }
details > summary { cursor: pointer; color: var(--soft); padding: .4rem 0; }
"""


def write_report(
    report: GateReport,
    folder: Path,
    facts: Mapping[str, str],
    refused: Mapping[str, Any] | None = None,
    not_read: Sequence[Unread] = (),
) -> Path:
    """Write `<suite>.html` and `<suite>.json` into a folder; the page's path.

    `facts` are the lines under the page's title, such as the as-of date; `refused` is what
    `read_refused` found, `not_read` what lies in the raw folder beside the tables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        **facts,
        **report.as_dict(),
        **({"refused": refused} if refused else {}),
        **({"not_read": [asdict(other) for other in not_read]} if not_read else {}),
    }
    (folder / f"{report.suite}.json").write_text(json_text(content) + "\n", encoding="utf-8")
    page = folder / f"{report.suite}.html"
    page.write_text(_page(report, facts, refused or {}, not_read), encoding="utf-8")
    return page


def escape(text: object) -> str:
    """Text for a page: no markup, and nothing that steers or hides what shows."""
    return html.escape(printable_line(text))


def _page(
    report: GateReport,
    facts: Mapping[str, str],
    refused: Mapping[str, Any],
    not_read: Sequence[Unread],
) -> str:
    title = _TITLES.get(report.suite, report.suite)
    listed = " · ".join(f"{escape(name)}: {escape(value)}" for name, value in facts.items())
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n"
        f'<p class="facts">{listed}</p>\n'
        f"{_verdict(report)}\n{_attention(report)}\n{_refused(refused)}\n"
        f"{_not_read(not_read)}\n{_tables(report)}\n"
        "</body>\n</html>\n"
    )


def _verdict(report: GateReport) -> str:
    if report.errors:
        status, text = "error", "Stopped: an expectation of severity error was not met"
    elif report.warnings:
        status, text = "warning", "Passed with warnings"
    else:
        status, text = "passed", "Passed"
    return (
        f'<p class="verdict {status}">{_MARKS[status]} {text}</p>\n'
        f'<p class="facts">{escape(report.note)}, in {report.seconds:.1f} s</p>'
    )


def _attention(report: GateReport) -> str:
    """What was not met, from every table, first."""
    failed = [result for result in report.results if not result.passed]
    if not failed:
        return ""
    rows = "\n".join(_row(result, f"{result.check.table}: ") for result in _sorted(failed))
    return f"<h2>To look at</h2>\n{_grid(rows)}"


def _refused(refused: Mapping[str, Any]) -> str:
    """The largest refused rows: which, why, and what to write instead."""
    if not refused:
        return ""
    share = refused["share"]
    part = f", {share:.1%} of published and refused together" if share is not None else ""
    total = (
        f"{refused['rows']:,} rows; {refused['lines']:,} lines would be in force, "
        f"MRR {refused['mrr']:,.0f}{part}"
    )
    apart = f"; apart, too large to be believed: {'; '.join(refused['outliers'])}"
    return (
        f"<h2>Refused rows, the largest by amount</h2>\n"
        f'<p class="facts">{escape(total + (apart if refused["outliers"] else ""))}</p>\n'
        "<table>\n<tr><th>Amount</th><th>Row</th><th>Column</th><th>What is wrong</th>"
        f"<th>What to write instead</th></tr>\n{_refused_rows(refused['largest'])}\n</table>"
    )


def _refused_rows(rows: Sequence[Mapping[str, str]]) -> str:
    order = ("amount", "row", "place", "explanation", "remedy")
    return "\n".join(
        "<tr>" + "".join(f"<td>{escape(row[name])}</td>" for name in order) + "</tr>"
        for row in rows
    )


def _not_read(not_read: Sequence[Unread]) -> str:
    """Files beside the tables, from which nothing came."""
    if not not_read:
        return ""
    rows = "\n".join(
        f"<tr><td>{escape(other.path)}</td><td>{escape(other.why)}</td></tr>" for other in not_read
    )
    return (
        "<h2>Files that were not read</h2>\n"
        f"<table>\n<tr><th>File</th><th>Why</th></tr>\n{rows}\n</table>"
    )


def _tables(report: GateReport) -> str:
    tables: dict[str, list[CheckResult]] = {}
    for result in report.results:
        tables.setdefault(result.check.table, []).append(result)
    return "\n".join(_table(name, results) for name, results in tables.items())


def _table(name: str, results: list[CheckResult]) -> str:
    passed = sum(result.passed for result in results)
    rows = "\n".join(_row(result, "") for result in _sorted(results))
    return (
        f"<h2>{escape(name)}</h2>\n<details><summary>{passed} of {len(results)} met</summary>\n"
        f"{_grid(rows)}\n</details>"
    )


def _grid(rows: str) -> str:
    head = "<tr><th>Result</th><th>Expected</th><th>Found</th></tr>"
    return f"<table>\n{head}\n{rows}\n</table>"


def _row(result: CheckResult, prefix: str) -> str:
    status = result.status
    return (
        f'<tr><td class="{status}">{_MARKS[status]} {status}</td>'
        f"<td>{escape(prefix + result.check.description)}</td>"
        f"<td>{escape(result.observed)}</td></tr>"
    )


def _sorted(results: list[CheckResult]) -> list[CheckResult]:
    return sorted(results, key=lambda result: _ORDER[result.status])

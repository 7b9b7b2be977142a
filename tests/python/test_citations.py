"""Every rule that is cited can be read: seeds, models, tests and pages cite anchors that exist.

A citation is a page as seen from `docs/` with an anchor, as docs/specification/README.md explains,
or an id alone where prose makes clear what is meant.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
SPECIFICATION = DOCS / "specification"

# A seed may cite these pages and no other.
CITED_PAGES = {
    *(f"specification/{page.name}" for page in SPECIFICATION.glob("*.md")),
    "sources.md",
    "decisions.md",
}

# How many rules of each family there are: none loses its anchor, whether it is cited or not.
FAMILIES = {
    "M": 23,
    "B": 23,
    "T": 18,
    "C": 5,
    "G": 4,
    "P": 13,
    "F": 10,
    "X": 10,
    "E": 112,
    "0.": 12,
    "1.": 8,
    "2.": 7,
    "2.6.": 20,
    "2.7.": 23,
    "3.": 6,
    "4.": 4,
    "5.": 7,
    "5.1.": 11,
    "6.": 8,
    "7.": 4,
}

CITATION = re.compile(r"(?<![\w/.-])(?:docs/)?((?:specification/)?[\w-]+\.md)#([\w.-]*\w)")
MARKDOWN_LINK = re.compile(r"\]\(([^()\s]+)\)")
MARKDOWN_FILE = re.compile(r"(?<![\w*])[\w./-]*\w\.md\b")
RULE_ID = re.compile(r"(?<![\w./#'-])([MBTCGPFXE]\d{1,3}|S\d)(?![\w-])")
INVARIANTS = re.compile(r"\b[Ii]nvariants? ((?:\d+(?:, | and )?)+)")
DECISIONS = re.compile(r"\b[Dd]ecisions? (?:@)?((?:\d+(?:, | and )?)+)")
CASES_OF_A_NAME = re.compile(r"^((?:e\d+_(?:and_)?)+)")
# Names of what was never part of the repository, and places in the text of an article.
UNKNOWN_WORK = re.compile(r"\b[Dd]omain \d|\braw-contract\b|\bsource article S\d")
# What the Monday pack writes, and the tests that name more of it.
PACK_PAGE = "team.md"
PACK_TESTS = "test_monday.py"
ARTICLE_LINES = re.compile(r"\bS\d:\d+")


class Text(NamedTuple):
    """A piece of prose and where it stands."""

    where: str
    text: str


def written(folders: tuple[str, ...], suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Files of the project, not those of a build in its folder."""
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in suffixes and "__pycache__" not in path.parts:
                yield path


def code() -> Iterator[Path]:
    yield from written(
        ("models", "macros", "analyses", "seeds", "tests", "scripts"),
        (".sql", ".yml", ".py", ".md"),
    )


def pages() -> list[Path]:
    return [*sorted(PROJECT.glob("*.md")), *written(("docs", "models", "tests"), (".md",))]


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


@cache
def anchors(page: Path) -> frozenset[str]:
    """Anchors of a page: explicit ones, and those of its headings."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    found = re.findall(r'<a id="([^"]+)"></a>', text)
    times: Counter[str] = Counter()
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.M):
        name = slug(heading)
        found.append(name if not times[name] else f"{name}-{times[name]}")
        times[name] += 1
    return frozenset(found)


@cache
def rule_pages() -> dict[str, str]:
    """Page of every explicit anchor of the specification and of the sources."""
    found: dict[str, str] = {}
    for page in [*sorted(SPECIFICATION.glob("*.md")), DOCS / "sources.md"]:
        for anchor in re.findall(r'<a id="([^"]+)"></a>', page.read_text(encoding="utf-8")):
            assert anchor not in found, f"{anchor} is in {found[anchor]} and in {page.name}"
            found[anchor] = page.name
    return found


def unresolved(page: str, anchor: str) -> str | None:
    """Why a citation leads nowhere."""
    path = DOCS / page
    if not path.exists():
        return f"there is no docs/{page}"
    if anchor not in anchors(path):
        return f"docs/{page} has no anchor {anchor}"
    return None


def descriptions(node: Any) -> Iterator[str]:
    """Descriptions anywhere in a yml file."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "description" and isinstance(value, str):
                yield value
            else:
                yield from descriptions(value)
    elif isinstance(node, list):
        for item in node:
            yield from descriptions(item)


def python_prose(text: str) -> Iterator[str]:
    """Comments and docstrings of a Python file."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, kinds):
            yield ast.get_docstring(node) or ""


def prose(path: Path) -> Iterator[str]:
    """What a file says to people: ids in its data are no citations."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from python_prose(text)
    elif path.suffix == ".sql":
        yield from re.findall(r"--.*$", text, re.M)
        yield from re.findall(r"\{#.*?#\}", text, re.S)
    elif path.suffix == ".yml":
        yield from re.findall(r"(?:^|\s)#.*$", text, re.M)
        yield from descriptions(yaml.load(text, Loader=yaml.CSafeLoader))
    else:
        yield re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


@cache
def all_prose() -> tuple[Text, ...]:
    return tuple(
        Text(str(path.relative_to(PROJECT)), text)
        for path in dict.fromkeys([*code(), *pages()])
        for text in prose(path)
    )


def numbers(listed: str) -> list[str]:
    return re.findall(r"\d+", listed)


def seed_rows() -> Iterator[tuple[str, dict[str, str]]]:
    for path in sorted((PROJECT / "seeds").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                yield f"{path.name}:{number}", row


def test_no_rule_loses_its_anchor() -> None:
    wanted = {
        f"{family}{number:02}" if family == "E" else f"{family}{number}"
        for family, count in FAMILIES.items()
        for number in range(1, count + 1)
    } | {"5.1b", *(f"S{number}" for number in range(5))}
    assert wanted - rule_pages().keys() == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_no_rule_is_beyond_its_family(family: str) -> None:
    """A rule that is added is counted here too."""
    found = [anchor for anchor in rule_pages() if re.fullmatch(re.escape(family) + r"\d+", anchor)]
    assert len(found) == FAMILIES[family]


def test_the_source_of_every_seed_row_can_be_read() -> None:
    wrong = []
    for where, row in seed_rows():
        for cited in row["source"].split("; "):
            match = CITATION.fullmatch(cited)
            if match is None or match[1] not in CITED_PAGES:
                wrong.append(f"{where}: {cited!r} is no citation")
            elif reason := unresolved(match[1], match[2]):
                wrong.append(f"{where}: {reason}")
        if "rule_id" in row and row["rule_id"] not in rule_pages():
            wrong.append(f"{where}: there is no rule {row['rule_id']}")
    assert wrong == []


def test_every_citation_leads_to_an_anchor() -> None:
    wrong = [
        f"{path.relative_to(PROJECT)}: {reason}"
        for path in dict.fromkeys([*code(), *pages()])
        if path != Path(__file__)
        for page, anchor in CITATION.findall(
            MARKDOWN_LINK.sub("", path.read_text(encoding="utf-8"))
        )
        if (reason := unresolved(page, anchor))
    ]
    assert wrong == []


def test_every_link_of_a_page_leads_somewhere() -> None:
    wrong = []
    for page in pages():
        for link in MARKDOWN_LINK.findall(page.read_text(encoding="utf-8")):
            # What begins with `#!/` is a page of `dbt docs`.
            if re.match(r"[a-z]+:|#!/", link):
                continue
            file, _, anchor = link.partition("#")
            target = page.parent / file if file else page
            if not target.exists() or (anchor and anchor not in anchors(target.resolve())):
                wrong.append(f"{page.relative_to(PROJECT)}: {link}")
    assert wrong == []


def test_every_id_in_prose_is_a_rule() -> None:
    wrong = [
        f"{where}: {rule}"
        for where, text in all_prose()
        for rule in RULE_ID.findall(text)
        if rule not in rule_pages()
    ]
    assert wrong == []


def test_every_invariant_and_decision_in_prose_is_one() -> None:
    decided = set(re.findall(r"^#+ (\d+)\. ", (DOCS / "decisions.md").read_text("utf-8"), re.M))
    wrong = []
    for where, text in all_prose():
        for listed in INVARIANTS.findall(text):
            wrong += [
                f"{where}: invariant {number}"
                for number in numbers(listed)
                if f"2.6.{number}" not in rule_pages()
            ]
        for listed in DECISIONS.findall(text):
            wrong += [
                f"{where}: decision {number}" for number in numbers(listed) if number not in decided
            ]
    assert wrong == []


def test_every_case_in_the_name_of_a_test_is_one() -> None:
    """`e01_e16_amounts_per_month` proves E01 and E16."""
    named = re.compile(r"^\s*- name: (e\d+_\w+)$|def test_(e\d+_\w+)", re.M)
    wrong = [
        f"{path.relative_to(PROJECT)}: {name}"
        for path in written(("models", "tests"), (".yml", ".py"))
        for pair in named.findall(path.read_text(encoding="utf-8"))
        for name in pair
        if (cases := CASES_OF_A_NAME.match(name))
        for number in numbers(cases[1])
        if f"E{number}" not in rule_pages()
    ]
    assert wrong == []


def test_nothing_is_cited_that_the_repository_does_not_hold() -> None:
    wrong = []
    for path in dict.fromkeys([*code(), *pages()]):
        if path == Path(__file__):
            continue
        where = path.relative_to(PROJECT)
        text = path.read_text(encoding="utf-8")
        wrong += [f"{where}: {unknown}" for unknown in UNKNOWN_WORK.findall(text)]
        if SPECIFICATION not in path.parents and path != DOCS / "sources.md":
            wrong += [f"{where}: {lines}" for lines in ARTICLE_LINES.findall(text)]
        wrong += [
            f"{where}: {file}"
            for file in MARKDOWN_FILE.findall(text)
            if not file.endswith(PACK_PAGE)
            and path.name != PACK_TESTS
            and not any(
                (folder / file).exists()
                for folder in (PROJECT, DOCS, PROJECT / "models", path.parent)
            )
        ]
    assert wrong == []

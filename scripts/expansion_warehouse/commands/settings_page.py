"""`docs/settings.md`, from the settings themselves; `python -m` this module prints it."""

from __future__ import annotations

from pydantic.fields import FieldInfo

from expansion_warehouse.documents import allowed
from expansion_warehouse.settings import Settings

_HEAD = """\
# Settings
<!-- `make format` writes this page from settings.py of the package; `make lint` compares. -->

A company's own values stand in `settings.yml` beside its raw tables, those of a single run
behind `--vars` of `warehouse build` (and `--as-of`, `--known-at`). Without either the defaults
hold, which `dbt_project.yml` states too.

| setting | default | allowed | what it is |
|---|---|---|---|
"""
_FOOT = """
The `warehouse` command refuses an unknown name, a value that is not allowed and a name that
stands twice, in one line and with exit code 2. Plain dbt takes what `settings.yml` and `--vars`
say without judging it, and the last value of a name that stands twice: let `warehouse check raw`
read a new `settings.yml` before plain dbt does.

A deprecated setting is accepted with a warning in the summary and refused by a later version.
"""


def settings_page() -> str:
    """The page as Markdown."""
    return _HEAD + "".join(map(_row, Settings.model_fields.items())) + _FOOT


def _row(entry: tuple[str, FieldInfo]) -> str:
    name, field = entry
    default = "empty" if field.default is None else f"`{field.default}`"
    meaning = f"**Deprecated.** {field.description}" if field.deprecated else field.description
    return f"| `{name}` | {default} | {allowed(field)} | {meaning} |\n"


if __name__ == "__main__":
    print(settings_page(), end="")

"""The rules that the pages cite, so that a run brings what they say."""

from __future__ import annotations

import re
from importlib.resources import files

_RULE = re.compile(r'"(specification/[\w-]+\.md#[\w.-]+)"')


def cited_rules() -> set[str]:
    """The rules that the scripts of the pages name."""
    folder = files("expansion_warehouse.report") / "js"
    texts = (entry.read_text(encoding="utf-8") for entry in folder.iterdir())
    return {rule for text in texts for rule in _RULE.findall(text)}

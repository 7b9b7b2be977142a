"""Which line takes the place of which: links between lines that are followed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from oracle.coverage import own_intervals
from oracle.terms import FAR
from oracle.versions import Span


def followed(begins: Mapping[str, date], named: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """By line the one that it replaces: of those that it names the first that begins no later.

    Lines of one day that name each other in a circle replace nothing of that day, and neither does
    a line of that day that leads into the circle.
    """
    known = {
        line_id: {x for x in named[line_id] if x in begins and x != line_id} for line_id in begins
    }
    earlier = {key: {x for x in found if begins[x] < begins[key]} for key, found in known.items()}
    level = {key: {x for x in found if begins[x] == begins[key]} for key, found in known.items()}
    same_day = {key: min(found) for key, found in level.items() if found}
    followed_level = {x for x in begins if not ends_in_a_circle(x, same_day)}
    found = {x: earlier[x] | (level[x] if x in followed_level else set()) for x in begins}
    return {line_id: min(names) for line_id, names in found.items() if names}


def ends_in_a_circle(line_id: str, links: Mapping[str, str]) -> bool:
    """Whether one link after another never comes to an end."""
    seen: set[str] = set()
    while line_id in links and line_id not in seen:
        seen.add(line_id)
        line_id = links[line_id]
    return line_id in seen


def with_links(spans: Mapping[str, list[Span]]) -> dict[str, list[Span]]:
    """The same lines; what names another one names the one that it replaces, or nothing."""
    own = {line_id: own_intervals(found, FAR) for line_id, found in spans.items()}
    begins = {key: min(x.first for x in found) for key, found in own.items() if found}
    names = {key: {x.row.replaces_line_id or key for x in found} for key, found in own.items()}
    links = followed(begins, names)
    return {
        line_id: [
            x
            if x.row.replaces_line_id is None
            else replace(x, row=replace(x.row, replaces_line_id=links.get(line_id)))
            for x in found
        ]
        for line_id, found in spans.items()
    }

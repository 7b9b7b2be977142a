"""YAML files as typed models: whatever is wrong with one is said in one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput

Model = TypeVar("Model", bound=BaseModel)

_WANTED = {
    "int": "a whole number",
    "string": "a text",
    "list": "a list",
    "dict": "`name: value` pairs",
    "model": "`name: value` pairs",
}


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping with dates left as text; an empty file is an empty mapping.

    Raises BadInput where the file is not a YAML mapping, or names a key twice.
    """
    try:
        return parse_yaml(path.read_text(encoding="utf-8"), shown(path))
    except UnicodeDecodeError:
        raise BadInput(f"{shown(path)} is not UTF-8 text") from None


def parse_yaml(text: str, label: str) -> dict[str, Any]:
    """A YAML mapping from text, named `label` in errors; see `read_yaml`."""
    try:
        content = yaml.load(text, Loader=_Loader)
    except _DoubleKey as error:
        raise BadInput(f"{label}: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        # What is left open is missed behind the last line.
        line = min(mark.line, len(text.splitlines()) - 1) + 1 if mark else 0
        where = f" (line {line})" if mark else ""
        raise BadInput(f"{label} is not valid YAML{where}") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise BadInput(f"{label} must hold `name: value` pairs")
    return {str(key): value for key, value in content.items()}


class _DoubleKey(yaml.YAMLError):
    """A key stands twice in one mapping."""


# The parser in C says the same, ten times as fast; not every build of the library has it.
_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):  # type: ignore[valid-type, misc]
    """Keeps dates as written, so that a wrong one can be quoted back to its author."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that stands twice: YAML would take the last one in silence."""
        seen = set()
        for key, _ in node.value:
            name = key.value if isinstance(key.value, str) else id(key)
            if name in seen:
                raise _DoubleKey(f"{key.value} stands twice (line {key.start_mark.line + 1})")
            seen.add(name)
        content: dict[Any, Any] = super().construct_mapping(node, deep)
        return content


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def validated(
    model: type[Model], content: Mapping[str, Any], label: str, noun: str = "key"
) -> Model:
    """The content as a model. Raises BadInput with the first thing that is wrong with it.

    `label` says where the content is from, `noun` what its entries are called.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise BadInput(_complaint(model, error.errors()[0], label, noun)) from None


def _complaint(model: type[BaseModel], error: ErrorDetails, label: str, noun: str) -> str:
    *outer, name = map(str, error["loc"])
    around = f"{label}: {'.'.join(outer)}" if outer else label
    place = f"{around}.{name}" if outer else f"{label}: {name}"
    kind, value = error["type"], error["input"]
    fields = (
        {} if outer else {field.alias or key: field for key, field in model.model_fields.items()}
    )
    if kind == "extra_forbidden":
        return f"{around}: unknown {noun} {name!r}{_suggestion(name, fields)}"
    if kind == "missing":
        return f"{around} lacks the {noun} {name!r}"
    if kind == "value_error":
        return f"{place}: {error['ctx']['error']}"
    if kind in ("greater_than_equal", "less_than_equal", "literal_error"):
        return f"{place} must be {allowed(fields[name])}, not {value!r}"
    wanted = _WANTED.get(kind.partition("_")[0], "something else")
    return f"{place} must be {wanted}, not {value!r}"


@dataclass(frozen=True)
class Allowed:
    """What a type of a setting allows, in words; it stands among the type's annotations."""

    words: str


def allowed(field: FieldInfo) -> str:
    """The values that a field allows, in words that follow `must be`."""
    words = [rule.words for rule in field.metadata if isinstance(rule, Allowed)]
    if words:
        return words[0]
    if get_origin(field.annotation) is Literal:
        return f"one of {', '.join(get_args(field.annotation))}"
    low = next(rule.ge for rule in field.metadata if hasattr(rule, "ge"))
    high = next(rule.le for rule in field.metadata if hasattr(rule, "le"))
    return f"from {low} to {high}"


def _suggestion(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    if close:
        return f" (did you mean {close[0]!r}?)"
    return f" (known: {', '.join(names)})" if names else ""

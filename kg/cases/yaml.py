"""The small YAML form of a case; see ``docs/case-file.md``.

The text is parsed into nodes by PyYAML's safe loader and never turned into objects: a name is what is written, also
where it reads ``no`` or ``1.5``. Anchors and aliases are refused, since a few of them can stand for gigabytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from kg.cases.names import Builder, Names, fact, listed
from kg.durations import days
from kg.errors import InvalidData, MissingExtra
from kg.model import Case, Problem

__all__ = ["read_yaml"]

GROUPS: Mapping[str, tuple[str, str]] = {
    "conditions": ("history", "present"),
    "exposures": ("treatment", "present"),
    "findings": ("sign", "present"),
    "absent": ("sign", "absent"),
    "unknown": ("not reported", "unknown"),
}
"""What a list of names says, by its key: the category and the presence of its facts."""
DIRECTIONS: Mapping[str, str] = {
    **dict.fromkeys(("raised", "high", "elevated", "increased"), "raised"),
    **dict.fromkeys(("lowered", "low", "reduced", "decreased"), "lowered"),
    "normal": "normal",
}
"""The words for a direction."""
DETAILS = ("name", "direction", "value", "unit", "time", "site")
PLAIN = ("str", "int", "float", "bool", "null", "timestamp")
"""What PyYAML may take a text for; every other tag is somebody's object."""
DEEPEST = 8


def read_yaml(text: str, file: str, names: Names) -> Case:
    """The case that a YAML text describes; `file` is the name told in messages.

    Raises InvalidData naming file and line where the text is not of the form, MissingExtra without PyYAML.
    """
    root = _compose(text, file)
    if root is None:
        _refuse(file, None, "is empty.", f"Give a label and lists of {listed(GROUPS)}.")
    builder = Builder(file)
    for key, key_node, value in _entries(root, file):
        if key == "label":
            builder.label = _text(value, file)
        elif key not in GROUPS:
            _refuse(file, key_node, f"has the key {key!r}.", f"Use {listed(('label', *GROUPS))}.")
        else:
            for item in _items(value, file):
                _add(builder, item, *GROUPS[key], file, names)
    return builder.case()


def _add(builder: Builder, item: Any, category: str, presence: str, file: str, names: Names) -> None:
    """Add the fact of one item: a name, ``name: direction``, or a mapping of details."""
    details = _details(item, file)
    direction = details.get("direction")
    if direction is not None and direction.casefold() not in DIRECTIONS:
        _refuse(file, item, f"has the direction {direction!r}.", f"Use {listed(DIRECTIONS)}.")
    time = details.get("time")
    if time is not None:
        try:
            days(time)
        except ValueError as error:
            _refuse(file, item, f"has a time that is wrong: {error}.", "Mend it.")
    builder.add(
        fact(
            details["name"],
            category,
            presence,
            names.named(details["name"]),
            direction=DIRECTIONS[direction.casefold()] if direction else None,
            value=details.get("value"),
            unit=details.get("unit"),
            time=time,
            body_site=details.get("site"),
        )
    )


def _details(item: Any, file: str) -> dict[str, str]:
    if item.id == "scalar":
        return {"name": _text(item, file)}
    if item.id != "mapping":
        _refuse(file, item, "is a list within a list.", "Give a name, or name: direction.")
    given = {key: _text(value, file) for key, _, value in _entries(item, file)}
    if "name" not in given and len(given) == 1:
        ((name, direction),) = given.items()
        return {"name": name, "direction": direction}
    wrong = [key for key in given if key not in DETAILS]
    if wrong:
        _refuse(file, item, f"has the key {wrong[0]!r}.", f"Use {listed(DETAILS)}.")
    if "name" not in given:
        _refuse(file, item, "has no name.", "Say name: ... .")
    return given


# --- nodes ------------------------------------------------------------------------------------------------------------


def _compose(text: str, file: str) -> Any:
    """The root node of a text with plain values only, none of them twice."""
    try:
        import yaml
    except ImportError:
        raise MissingExtra("PyYAML", "cases") from None
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if getattr(event, "anchor", None) is not None:
                _refuse(file, event, "uses an anchor or an alias.", "Write out what it stands for.")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                _refuse(file, event, "is nested too deeply.", "A case is a mapping of lists.")
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = Problem("error", "case", file, mark.line + 1 if mark else 0, "", f"is no YAML: {error.problem}.")
        raise InvalidData([problem]) from None
    except yaml.YAMLError as error:
        raise InvalidData([Problem("error", "case", file, 0, "", f"is no YAML: {error}.".replace("\n", " "))]) from None


def _entries(node: Any, file: str) -> Iterator[tuple[str, Any, Any]]:
    """The keys of a mapping with their nodes and values, each key once."""
    if node.id != "mapping":
        _refuse(file, node, "is no mapping of keys to values.", f"Give a label and lists of {listed(GROUPS)}.")
    seen = set()
    for key_node, value in node.value:
        key = _text(key_node, file)
        if key in seen:
            _refuse(file, key_node, f"has the key {key!r} twice.", "Join the two.")
        seen.add(key)
        yield key, key_node, value


def _items(node: Any, file: str) -> list[Any]:
    """The items of a list; a key without a value is an empty one."""
    if node.id == "scalar" and not node.value:
        return []
    if node.id != "sequence":
        _refuse(file, node, "has a value where a list is needed.", "Begin each item with a dash.")
    items: list[Any] = node.value
    return items


def _text(node: Any, file: str) -> str:
    if node.id != "scalar" or node.tag.rpartition(":")[2] not in PLAIN or not node.value.strip():
        _refuse(file, node, "has something else where a text is needed.", "Write a name, in quotes if need be.")
    text: str = node.value
    return text.strip()


def _refuse(file: str, node: Any, message: str, remedy: str) -> NoReturn:
    line = node.start_mark.line + 1 if node is not None else 0
    raise InvalidData([Problem("error", "case", file, line, "", message, remedy)])

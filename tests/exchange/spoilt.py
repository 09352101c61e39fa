"""Documents with something wrong at a few places, to see that a reader bears it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

from kg.errors import FileProblem, InvalidData
from kg.graph import read

ODD: list[Any] = [
    None,
    "",
    " ",
    "x",
    "a b",
    "<x>",
    "é\n",
    0,
    -1.5,
    True,
    [],
    {},
    [[]],
    [None, "x"],
    {"id": []},
    {"x": {}},
]


def spoilt(document: Any, random: Random) -> Any:
    """A copy of what JSON or YAML can hold, changed at one to three places."""
    document = copy.deepcopy(document)
    for _ in range(random.randint(1, 3)):
        homes = list(_homes(document))
        if not homes:
            break
        home, key = random.choice(homes)
        match random.randint(0, 3):
            case 0:
                home[key] = copy.deepcopy(random.choice(ODD))
            case 1:
                del home[key]
            case 2 if isinstance(home, list):
                home.append(copy.deepcopy(home[key]))
            case 2:
                home[f"{key}-more"] = copy.deepcopy(home[key])
            case _:  # something that stands elsewhere
                other, place = random.choice(homes)
                home[key] = copy.deepcopy(other[place])
    return document


def _homes(value: Any) -> Any:
    """All lists and objects in a value, with each of their places."""
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from _homes(child)


def spoilt_xml(document: str, random: Random) -> str:
    """An XML document with one to three elements or attributes dropped, repeated or exchanged, or cut off."""
    root = ET.fromstring(document)
    for _ in range(random.randint(1, 3)):
        above = random.choice([each for each in root.iter() if len(each)])
        child = random.choice(list(above))
        match random.randint(0, 4):
            case 0:
                above.remove(child)
            case 1:
                above.append(copy.deepcopy(random.choice(list(root.iter()))))
            case 2 if child.attrib:
                child.attrib[random.choice(list(child.attrib))] = random.choice(
                    ["", " ", "<x>", "é\n", "a1", "gg1", "n3"]
                )
            case 3 if child.attrib:
                del child.attrib[random.choice(list(child.attrib))]
            case _:
                child.tag = random.choice([each.tag for each in root.iter()])
    text = ET.tostring(root, encoding="unicode")
    return text if random.random() < 0.9 else text[: random.randrange(len(text))]


def borne(path: Path, form: str) -> str:
    """What becomes of a file: it is refused in one line that names it, or read with a report of every loss."""
    try:
        graph = read(path, format=form)
    except (InvalidData, FileProblem) as refusal:
        said = str(refusal)
        return "refused" if str(path) in said and "\n" not in said else said
    assert graph.report is not None
    json.dumps(graph.report.to_dict())
    for claim in graph.claims():
        assert claim.subject in graph.entities
        assert claim.object in graph.entities
        assert claim.origin
    return "read"

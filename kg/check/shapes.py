"""Shapes: the data against the SHACL shapes of ``ontology/shapes.ttl``, judged by pyshacl (extra ``validate``)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InvalidData, MissingExtra
from kg.model import Problem
from kg.schema import SH, ontology_folder
from kg.store import EDITED, Dataset, graph_node

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

__all__ = ["shapes"]

FILE = "shapes.ttl"
"""Where the shapes stand; a folder without shapes of its own is judged by the shipped ones."""


def shapes(dataset: Dataset) -> Iterator[Problem]:
    """What breaks a shape; each problem names the shape and says, in the shape's words, what to do.

    The derived graphs are left out: rules make them, and `kg.check.drift` compares them. Three seconds for a
    thousand claims. Raises MissingExtra without pyshacl, InvalidData if the shapes themselves cannot be read.
    """
    try:
        import pyshacl
        from pyshacl.errors import ReportableRuntimeError, ShapeLoadError
    except ImportError:
        raise MissingExtra("pyshacl", "validate") from None
    quads = (quad for role in EDITED for quad in dataset.store.quads_for_pattern(None, None, None, graph_node(role)))
    data = _graph("\n".join(f"{quad.triple} ." for quad in quads), "nt")
    rules = _shapes(dataset)
    try:
        # No inference: the sub-classes that targets and sh:class need are in the schema, which is part of the data.
        _, report, _ = pyshacl.validate(data, shacl_graph=rules, inference="none", advanced=False)
    except (ReportableRuntimeError, ShapeLoadError) as error:
        raise _unreadable(str(error).strip().splitlines()[0]) from None
    yield from sorted(set(_problems(dataset, report, rules)))


def _shapes(dataset: Dataset) -> Graph:
    own = dataset.folder / FILE if dataset.folder else Path()
    try:
        return _graph((own if own.is_file() else ontology_folder() / FILE).read_text("utf-8"), "turtle")
    except (SyntaxError, UnicodeDecodeError) as error:  # what rdflib raises for broken Turtle is a SyntaxError
        raise _unreadable(str(error).strip().splitlines()[0]) from None


def _unreadable(why: str) -> InvalidData:
    message = f"cannot be used as SHACL shapes: {why.rstrip('.')}."
    return InvalidData([Problem("error", "shape", FILE, 0, "", message, "Mend it, or take the shipped one.")])


def _graph(text: str, form: str) -> Graph:
    from rdflib import Graph

    return Graph().parse(data=text, format=form)


def _problems(dataset: Dataset, report: Graph, rules: Graph) -> Iterator[Problem]:
    from rdflib import RDF, Namespace

    sh, curie = Namespace(SH), dataset.schema.curie

    def said(result: Node, what: str) -> str:
        value = report.value(result, sh[what])
        return curie(str(value)) if value is not None else ""

    for result in report.subjects(RDF.type, sh.ValidationResult):
        subject, value = str(report.value(result, sh.focusNode)), said(result, "value")
        shape = report.value(result, sh.sourceShape)
        path = _path(rules, rules.value(shape, sh.path), dataset)
        shown = f" {value!r}" if value and value != curie(subject) else ""
        message = f"{path}{shown} breaks {curie(str(shape))}.".strip()
        file, line = dataset.locate(subject)
        level = "warning" if report.value(result, sh.resultSeverity) == sh.Warning else "error"
        remedy = said(result, "resultMessage")
        yield Problem(level, "shape", file, line, curie(subject), message, remedy, path, value)  # type: ignore[arg-type]


def _path(rules: Graph, path: Node | None, dataset: Dataset) -> str:
    """A path as SPARQL writes it: ``ckg:doi``, ``^ckg:dispute``, ``skos:exactMatch|skos:closeMatch``."""
    from rdflib import Namespace, URIRef

    sh = Namespace(SH)
    if path is None or isinstance(path, URIRef):
        return dataset.schema.curie(str(path or ""))
    inverse = rules.value(path, sh.inversePath)
    if inverse is not None:
        return "^" + _path(rules, inverse, dataset)
    either = rules.value(path, sh.alternativePath)
    return "|".join(_path(rules, each, dataset) for each in rules.items(either)) if either is not None else ""

"""Consistency: whether schema, sign algebra and data can all be true at once, judged by an OWL reasoner.

HermiT judges in full OWL 2 DL; owlready2 ships it, and it needs Java. Where there is no Java, owlrl judges by the rules
of OWL 2 RL, which are complete for the axioms that the schema uses, but do not see whether the sign algebra is
regular. Both come with the extra ``validate``.

What is judged: ``schema.ttl``, ``signs.ttl``, and of the data the types of things and how they refer to each other;
texts and numbers do not matter. A class that can have no member is no contradiction by itself, nor is a property or a
chain that can hold of nothing. So *witnesses* are added: a member of every class, a pair for every property, a walk for
every chain. Then each such mistake is a contradiction too, and any reasoner finds it.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kg.errors import MissingExtra, UsageError
from kg.model import Problem
from kg.schema import OWL, RDF_TYPE, ontology_folder
from kg.store import EDITED, Dataset, graph_node

if TYPE_CHECKING:
    from pyoxigraph import Triple

__all__ = ["Judgement", "reasoning"]

SIGNS = "signs.ttl"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
WITNESS = "urn:kg:witness:"
_BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a Java that is done in a second or two: what it spends on being fast for hours would double that."""
_CLASH = re.compile(r"Disjoint classes (\S+) and (\S+) have a common individual (\S+)")


@dataclass(frozen=True)
class Judgement:
    """What a reasoner found in how many statements; no problems mean that they can all be true at once."""

    reasoner: str
    statements: int
    problems: list[Problem]


def reasoning(dataset: Dataset, reasoner: Literal["HermiT", "owlrl"] | None = None) -> Judgement:
    """What contradicts itself, as judged by HermiT or, without Java, by owlrl; `reasoner` asks for one of the two.

    HermiT says only that there is a contradiction; owlrl, where it is installed, then finds out where. A second or two
    for a thousand claims, five with owlrl. Raises MissingExtra if the reasoner is not installed, UsageError if HermiT
    is asked for and there is no Java.
    """
    chosen = reasoner or _at_hand()
    try:
        statements, witnesses = _statements(dataset)
        count = statements.count("\n") + 1
        if chosen == "HermiT" and _hermit(statements):
            return Judgement(chosen, count, [])
        found = {_problem(dataset, clash, witnesses, chosen) for clash in _clashes(statements, chosen)}
    except _Refused as refusal:
        message = f"{chosen} refuses the ontology: {refusal}."
        return Judgement(chosen, 0, [_unplaced(message, f"Mend {SIGNS} or schema.ttl.")])
    if chosen == "HermiT" and not found:
        message = "HermiT finds a contradiction in schema, signs and data."
        found = {_unplaced(message, "Install owlrl to be told where, or undo the last change.")}
    return Judgement(chosen, count, sorted(found))


class _Refused(Exception):
    """The reasoner does not take the ontology, for instance because a property hierarchy is not regular."""


@dataclass(frozen=True)
class _Clash:
    """Two disjoint classes with a common member, or what else owlrl says."""

    member: str
    classes: tuple[str, ...]
    text: str


def _at_hand() -> Literal["HermiT", "owlrl"]:
    """HermiT if there is Java to run it, else owlrl."""
    if find_spec("owlready2") and shutil.which("java"):
        return "HermiT"
    if find_spec("owlrl"):
        return "owlrl"
    raise MissingExtra("owlrl", "validate")


def _statements(dataset: Dataset) -> tuple[str, dict[str, str]]:
    """All that is judged, as N-Triples, and what each witness stands for."""
    ontology = [*_graph(dataset, "schema"), *_signs(dataset)]
    references = {RDF_TYPE, *_typed(ontology, "ObjectProperty")}
    data = (t for role in EDITED[1:] for t in _graph(dataset, role) if t.predicate.value in references)
    witnesses: dict[str, str] = {}
    lines = [f"{triple} ." for triple in (*ontology, *data)]
    for subject, predicate, target, meant in _witnesses(ontology):
        lines.append(f"<{subject}> <{predicate}> <{target}> .")
        witnesses |= {node: meant for node in (subject, target) if node.startswith(WITNESS)}
    return "\n".join(lines), witnesses


def _graph(dataset: Dataset, role: str) -> Iterator[Triple]:
    return (quad.triple for quad in dataset.store.quads_for_pattern(None, None, None, graph_node(role)))


def _signs(dataset: Dataset) -> list[Triple]:
    """The sign algebra, without its head: one ontology has one."""
    from pyoxigraph import RdfFormat, parse

    own = dataset.folder / SIGNS if dataset.folder else None
    file = own if own and own.is_file() else ontology_folder() / SIGNS
    try:
        triples = [quad.triple for quad in parse(path=file, format=RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise _Refused(f"{SIGNS} is not valid Turtle: {error.msg}") from None
    heads = _typed(triples, "Ontology")
    return [triple for triple in triples if triple.subject.value not in heads]


def _typed(triples: Iterable[Triple], name: str) -> set[str]:
    """The subjects that have a type of OWL."""
    found = (t for t in triples if t.predicate.value == RDF_TYPE and getattr(t.object, "value", "") == OWL + name)
    return {triple.subject.value for triple in found}  # type: ignore[union-attr]


def _witnesses(ontology: list[Triple]) -> Iterator[tuple[str, str, str, str]]:
    """Statements about individuals of our own making, each with what it stands for."""
    new = (f"{WITNESS}{number}" for number in itertools.count())
    for iri in sorted(_typed(ontology, "Class")):
        yield next(new), RDF_TYPE, iri, iri
    walks = [(iri, [iri]) for iri in sorted(_typed(ontology, "ObjectProperty"))]
    for made, chain in [*walks, *_chains(ontology)]:
        for step, (here, there) in zip(
            chain, itertools.pairwise([next(new) for _ in range(len(chain) + 1)]), strict=True
        ):
            yield here, step, there, made


def _chains(ontology: list[Triple]) -> Iterator[tuple[str, list[str]]]:
    """The property chains, each with the property that it makes."""
    first = {str(t.subject): t.object for t in ontology if t.predicate.value == RDF + "first"}
    rest = {str(t.subject): str(t.object) for t in ontology if t.predicate.value == RDF + "rest"}
    for triple in ontology:
        if triple.predicate.value == OWL + "propertyChainAxiom":
            cell, chain = str(triple.object), []
            while cell in first:
                chain.append(first[cell].value)  # type: ignore[union-attr]
                cell = rest[cell]
            yield triple.subject.value, chain  # type: ignore[union-attr]


def _hermit(statements: str) -> bool:
    """Whether HermiT, run as owlready2 ships it, finds the statements consistent."""
    java, spec = shutil.which("java"), find_spec("owlready2")
    if spec is None or spec.origin is None:
        raise MissingExtra("owlready2", "validate")
    if java is None:
        raise UsageError("HermiT needs Java, which is not there. Install a Java runtime, or ask owlrl.")
    home = Path(spec.origin).parent / "hermit"
    classes = f"{home}{os.pathsep}{home / 'HermiT.jar'}"
    program = [java, *_BRIEF, "-cp", classes, "org.semanticweb.HermiT.cli.CommandLine"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "judged.nt"
        file.write_text(statements, "utf-8")
        run = subprocess.run([*program, "--consistency", file.as_uri()], capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode and "Inconsistent ontology" not in run.stderr:
        told = run.stderr.partition("\n\tat ")[0].rpartition("Exception: ")[2]  # what Java throws, without its stack
        raise _Refused(" ".join(told.split()).rstrip(".") or "it does not say why")
    return not run.returncode


def _clashes(statements: str, judge: str) -> list[_Clash]:
    """The contradictions that owlrl finds; none where it is not there to explain the verdict of another `judge`."""
    try:
        import owlrl  # type: ignore[import-untyped]
        from owlrl.Namespaces import ERRNS  # type: ignore[import-untyped]
    except ImportError:
        if judge == "owlrl":
            raise MissingExtra("owlrl", "validate") from None
        return []
    from rdflib import Graph

    graph = Graph().parse(data=statements, format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    found = []
    for text in sorted(map(str, graph.objects(None, ERRNS.error))):
        match = _CLASH.search(text)
        found.append(_Clash(match[3], tuple(sorted(match.group(1, 2))), text) if match else _Clash("", (), text))
    return found


def _problem(dataset: Dataset, clash: _Clash, witnesses: dict[str, str], reasoner: str) -> Problem:
    curie = dataset.schema.curie
    if not clash.classes:
        return _unplaced(f"{reasoner} finds a contradiction: {clash.text.rstrip('.')}.", "Undo the last change.")
    both = f"both {' and '.join(map(curie, clash.classes))}, which are disjoint (judged by {reasoner})."
    meant = witnesses.get(clash.member)
    if meant:
        message, remedy = f"can hold of nothing: it would be {both}", "Mend its domain, range, super-class or chain."
    else:
        message, remedy = f"is {both}", "Keep one of the two, or mend the reference that makes it the other."
    file, line = dataset.locate(meant or clash.member)
    return Problem("error", "reasoning", file, line, curie(meant or clash.member), message, remedy)


def _unplaced(message: str, remedy: str) -> Problem:
    return Problem("error", "reasoning", "", 0, "", message, remedy)

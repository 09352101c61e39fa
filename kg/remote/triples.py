"""Endpoints that hold plain triples (``HGNC:11909 RO:0002212 HGNC:11908``), read by ``ontology/foreign.ttl``.

A triple is a claim if its predicate is one of ours, or if the table reads it as one; a predicate that is not in the
table is read as ``affects``, unsigned, or left out. Predicates with which RDF speaks of itself (`DESCRIBING`: types,
labels, mappings, dates) make no claims. Triples name no source: the endpoint is the voice, and unresolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kg.foreign import ACTS, ASSOCIATED, KIND_OF, LOWERS, NONE, NULL, RAISES, SIGN_OF, Meaning, Signs
from kg.graph import KnowledgeGraph
from kg.large.kgx import NODES
from kg.large.rows import Table
from kg.remote.client import Unanswered
from kg.remote.endpoint import Pair, Part
from kg.remote.frontier import LEAVING
from kg.remote.names import BARE, bare, forms, spellings
from kg.remote.reading import Reader, iris, value
from kg.remote.table import Named, part_of, tabled
from kg.schema import CKG, DCT, OWL, RDF_TYPE, RDFS, SH, SKOS

__all__ = ["DESCRIBING", "PlainSigns", "Triples"]

DESCRIBING = (
    *("http://www.w3.org/1999/02/22-rdf-syntax-ns#", RDFS, OWL, SKOS, DCT, SH),
    *("http://purl.org/dc/elements/1.1/", "http://www.w3.org/ns/prov#", "http://rdfs.org/ns/void#"),
    *("http://www.geneontology.org/formats/oboInOwl#", "http://xmlns.com/foaf/0.1/"),
)
"""Namespaces whose predicates describe; one of them that the table reads (rdfs:subClassOf) counts all the same."""
_EXACT = "http://www.geneontology.org/formats/oboInOwl#hasExactSynonym"
_LABELS = (RDFS + "label", SKOS + "prefLabel")
_SYNONYMS = (SKOS + "altLabel", _EXACT)
_READ = dict.fromkeys(_LABELS, "name") | dict.fromkeys(_SYNONYMS, "synonym") | {RDF_TYPE: "category"}
_MANY = 200
"""So many entities are looked at when a name is looked up."""


class PlainSigns(Signs):
    """Reads predicates by the table, and our own as themselves."""

    def read(self, predicate: str, qualifiers: object = None) -> Meaning:  # noqa: ARG002 - triples have no qualifiers
        """The meaning of a predicate, by its IRI or CURIE."""
        name = predicate.removeprefix(CKG).removeprefix("ckg:")
        if name == predicate:
            return super().read(predicate, {})
        if name in self.schema.links:
            return Meaning(name, KIND_OF) if name == "broader" else Meaning("", NONE)
        if name not in self.schema.predicates:
            return super().read(predicate, {})
        known = self.schema.predicates[name]
        if known.null or not known.causal:
            return Meaning(name, NULL if known.null else ASSOCIATED)
        return Meaning(name, {1: RAISES, 0: ACTS, -1: LOWERS}[known.sign or 0])


@dataclass(frozen=True)
class Readings:
    """The known predicates by what they are read as, as lists of IRIs."""

    steps: Sequence[str]
    swapped: Sequence[str]
    kinds: Sequence[str]
    kinds_swapped: Sequence[str]
    others: Sequence[str]

    @classmethod
    def of(cls, signs: Signs) -> Readings:
        """Read every predicate that is known."""
        known = {*signs.schema.foreign, *(CKG + name for name in (*signs.schema.predicates, *signs.schema.links))}
        read = {iri: signs.read(iri, {}) for iri in sorted(known)}

        def those(groups: Iterable[int], swapped: bool) -> list[str]:
            return [iri for iri, m in read.items() if m.group in groups and m.swapped == swapped]

        steps, swapped = (those(SIGN_OF, turned) for turned in (False, True))
        kinds, kinds_swapped = (those([KIND_OF], turned) for turned in (False, True))
        taken = {*steps, *swapped, *kinds, *kinds_swapped}
        return cls(steps, swapped, kinds, kinds_swapped, [iri for iri in read if iri not in taken])


class Triples:
    """The shape of plain triples; `named`: they lie in named graphs, not in the default graph."""

    def __init__(self, signs: Signs, origin: str, *, named: bool, definitions: bool = True) -> None:
        self.signs, self.origin, self.named, self.definitions = signs, origin, named, definitions
        self.readings = Readings.of(signs)

    # --- patterns -----------------------------------------------------------------------------------------------------

    def steps(self, side: str, given: str) -> str:
        """The triples that are read as claims with a sign or without, from either side, and links to a class."""
        ends = ("?n", "?m") if side == LEAVING else ("?m", "?n")
        read = self.readings
        straight = [*read.steps, *(read.kinds if self.definitions else ())]
        turned = [*read.swapped, *(read.kinds_swapped if self.definitions else ())]
        if self.signs.unmapped == "unsigned":
            others = [*read.swapped, *read.kinds, *read.kinds_swapped, *read.others]
            describing = " && ".join(f'!STRSTARTS(STR(?p), "{space}")' for space in DESCRIBING)
            chosen = f"?p NOT IN ({iris(others, ', ')}) && {describing}"
            if self.definitions and read.kinds:
                chosen = f"(({chosen}) || ?p IN ({iris(read.kinds, ', ')}))"
        else:
            chosen = f"?p IN ({iris(straight, ', ')})"
        parts = [self._in_graph(f"{ends[0]} ?p {ends[1]} . FILTER({chosen})", "?g")]
        if turned:
            parts.append(self._in_graph(f"{ends[1]} ?p {ends[0]} . FILTER(?p IN ({iris(turned, ', ')}))", "?h"))
        return " UNION ".join(f"{{ {given} {part} FILTER(ISIRI(?m)) }}" for part in parts)

    def kinds(self, given: str) -> str:
        """What is a kind of an entity."""
        up = [f"<{iri}>" for iri in self.readings.kinds] + [f"^<{iri}>" for iri in self.readings.kinds_swapped]
        links = self._in_graph(f"?m ({'|'.join(up)}) ?n .", "?g")
        return f"{given} {links} FILTER(ISIRI(?m))"

    def _in_graph(self, pattern: str, name: str) -> str:
        return f"GRAPH {name} {{ {pattern} }}" if self.named else pattern

    def name(self, iri: str) -> str:
        """The CURIE of an entity where a prefix is known, else its IRI."""
        return self.signs.schema.curie(iri)

    # --- the part -----------------------------------------------------------------------------------------------------

    def part(self, reader: Reader, pairs: Iterable[Pair], links: Iterable[Pair], ends: Iterable[str]) -> Part:
        """All triples between the entities of each pair, and the names of all."""
        wanted = sorted({*pairs, *links})

        def pattern(given: str) -> str:
            triples = [
                f"{{ {given} {self._in_graph(f'{s} ?p {o} .', '?g')} BIND({turned} AS ?turned) }}"
                for s, o, turned in (("?s", "?o", "false"), ("?o", "?s", "true"))
            ]
            return " UNION ".join(triples)

        found = reader.read("?s ?o", wanted, "?s ?o ?p ?turned", pattern)
        rows = set()
        for s, o, p, turned in found.rows:
            start, end = (o, s) if value(turned) == "true" else (s, o)
            if self._counts(value(p)) and self._read(value(p)).swapped == (value(turned) == "true"):
                rows.add((value(start), value(p), value(end)))
        entities = {name for pair in wanted for name in pair} | {*ends}
        return self._graph(reader, sorted(rows), entities), {(key[0], key[1]): found.why for key in found.lost}

    def _read(self, predicate: str) -> Meaning:
        return self.signs.read(predicate, {})

    def _counts(self, predicate: str) -> bool:
        """Whether a predicate may make a claim or a link of kinds."""
        return self._read(predicate).mapped or not predicate.startswith(DESCRIBING)

    def _graph(self, reader: Reader, rows: Sequence[tuple[str, str, str]], entities: Iterable[str]) -> KnowledgeGraph:
        short = [tuple(map(self.name, row)) for row in rows]
        edges = {
            "subject": [row[0] for row in short],
            "predicate": [row[1] for row in short],
            "object": [row[2] for row in short],
        }
        names = [Named(" ".join(row), f"{self.origin}#{quote(' '.join(row))}", self.origin) for row in short]
        return part_of(self._nodes(reader, entities), tabled(edges), self.signs, self.origin, names)

    def _nodes(self, reader: Reader, entities: Iterable[str]) -> Table:
        """The names and types of entities, as nodes."""
        listed = sorted(set(entities))
        wanted = iris(_READ, ", ")

        def pattern(given: str) -> str:
            return given + self._in_graph(f"?n ?p ?v . FILTER(?p IN ({wanted}))", "?g")

        found = reader.read("?n", [(name,) for name in listed], "?n ?p ?v", pattern)
        if found.lost:
            raise Unanswered(found.why, large=False)
        said: dict[str, dict[str, list[tuple[int, str]]]] = {name: {} for name in listed}
        for subject, predicate, target in found.rows:
            language = getattr(target, "language", None)
            rank = _LABELS.index(value(predicate)) if value(predicate) in _LABELS else 0
            rank += 10 * (0 if language is None else 1 if language.startswith("en") else 2)
            text = value(target).replace("|", "/")
            said[value(subject)].setdefault(_READ[value(predicate)], []).append((rank, text))
        cells: dict[str, list[str]] = {name: [] for name in NODES}
        for name in listed:
            labels = [text for _, text in sorted(said[name].get("name", []))]
            synonyms = [text for rank, text in sorted(said[name].get("synonym", [])) if rank < 20]
            cells["id"].append(self.name(name))
            cells["name"].append(labels[0] if labels else "")
            cells["synonym"].append("|".join(dict.fromkeys([*labels[1:], *synonyms])))
            cells["category"].append("|".join(self._kinds(text for _, text in said[name].get("category", []))))
            for column in ("same_as", "equivalent_identifiers", "xref"):
                cells[column].append("")
        return tabled(cells)

    def _kinds(self, types: Iterable[str]) -> list[str]:
        """Types, those that are known first, the others by the last part of their IRI."""
        listed = sorted(types)
        ours = [iri.removeprefix(CKG) for iri in listed if iri.removeprefix(CKG) in self.signs.schema.kinds]
        known = [iri for iri in listed if self.signs.term(iri)]
        return [*known, *ours, *(iri.rstrip("/#").replace("#", "/").rpartition("/")[2] for iri in listed)]

    # --- names --------------------------------------------------------------------------------------------------------

    def candidates(self, reader: Reader, text: str) -> KnowledgeGraph:
        """The entities that may go by a name, as a graph without claims: by identifier, else by label, else by a scan.

        Labels that differ by case only are found in any index; only if there is none are all labels looked through.
        """
        from pyoxigraph import Literal

        if iri := self.iri(text):
            ask = f"?n ?p ?v . FILTER(?n = {iri})", f"?v ?p ?n . FILTER(?n = {iri})"
            found = self._found(reader, " UNION ".join(f"{{ {self._in_graph(pattern, '?g')} }}" for pattern in ask))
            if found:
                return self._graph(reader, (), found)
        literals = [Literal(form, language=tag) for form in spellings(text) for tag in (None, "en")]
        listed = f"VALUES ?name {{ {' '.join(map(str, literals))} }} "
        found = self._found(reader, listed + self._named())
        if not found and (known := ", ".join(str(Literal(form)) for form in forms(text))):
            found = self._found(reader, f"{self._named()} FILTER({BARE} IN ({known}))")
        return self._graph(reader, (), found)

    def like(self, reader: Reader, text: str) -> KnowledgeGraph:
        """Entities that have a name with this text in it, as a graph without claims."""
        from pyoxigraph import Literal

        pattern = f"{self._named()} FILTER(CONTAINS({BARE}, {Literal(bare(text))}))"
        return self._graph(reader, (), self._found(reader, pattern))

    def iri(self, text: str) -> str:
        """What a CURIE or an IRI stands for, as a term; empty for any other text."""
        head, colon, local = text.partition(":")
        spaces = {prefix.casefold(): space for prefix, space in self.signs.schema.prefixes.items()}
        try:
            return iris([spaces[head.casefold()] + local if head.casefold() in spaces else text]) if colon else ""
        except ValueError:
            return ""

    def known_as(self, text: str) -> str:
        """The name by which `candidates` knows an entity that goes by an IRI or a CURIE; any other text as it is."""
        iri = self.iri(text)
        return self.name(iri[1:-1]) if iri else text

    def _named(self) -> str:
        return self._in_graph(f"?n ({'|'.join(f'<{iri}>' for iri in (*_LABELS, *_SYNONYMS))}) ?name .", "?g")

    def _found(self, reader: Reader, pattern: str) -> list[str]:
        query = f"SELECT DISTINCT ?n WHERE {{ {pattern} FILTER(ISIRI(?n)) }} ORDER BY STRLEN(STR(?n)) ?n LIMIT {_MANY}"
        return [value(row[0]) for row in reader.client.select(query, reader.until)]

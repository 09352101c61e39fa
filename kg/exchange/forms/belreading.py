"""Reads BEL: scripts, and the node-link JSON of pybel, each statement as a claim.

Nothing is fetched: namespaces are taken by their names, and a name counts as an identifier only if it is written as one
(``HGNC:391 ! AKT1``, or by digits). The file is the source of its claims and its citations are cited, unless an
annotation ``Basis`` says from where the cited source has it, as in files of ours; then the claim is that source's.
Annotations that a claim has a field for (species, tissue, certainty, ...) are kept where their values are ours.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.exchange.documents import Record, json_document, lines
from kg.exchange.draft import Draft
from kg.exchange.forms.belterms import Thing, parse, relation_of, thing
from kg.exchange.reading import Reading, each_file, place
from kg.model import Entity

__all__ = ["publication", "read_nodelink", "read_script"]

_DENIED = {"causesNoChange": "regulates", "noCorrelation": "correlation"}
"""Relations that deny another one."""
_BOTH_WAYS = {"association", "correlation", "noCorrelation", "positiveCorrelation", "negativeCorrelation", "binds"}
_WORKS = {"pubmed": "PMID:", "pmid": "PMID:", "pubmed central": "PMC:", "pmc": "PMC:", "doi": "DOI:"}
_FIELDS = {
    "certainty",
    "basis",
    "design",
    "directness",
    "species",
    "tissue",
    "population",
    "exposure",
    "effect",
    "status",
}
_OURS = {"predicate", "claim", "cites"}
Annotations = Mapping[str, Sequence[str]]


def publication(sort: str, name: str) -> str:
    """What a citation names, as a CURIE where it is one."""
    return _WORKS.get(sort.casefold(), "") + name


@dataclass
class _Statements:
    """Puts statements into a draft, and counts what none of them can keep."""

    draft: Draft
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def statement(self, text: str, work: str, annotations: Annotations, at: str) -> None:
        """A statement in BEL."""
        try:
            subject, relation, target = parse(text)
            if target is None:
                raise ValueError("a term without a relation")
            self.state(thing(subject), relation, thing(target), work, annotations, at)
        except ValueError as error:
            self.draft.lose("statements", str(error), at)

    def state(self, subject: Thing, relation: str, target: Thing, work: str, annotations: Annotations, at: str) -> None:
        """A statement whose terms are known."""
        ends = self._entity(subject), self._entity(target)
        told: dict[str, Any] = {"place": at, **self._told(work, annotations)}
        qualifiers = {
            "negated": "true" if relation in _DENIED else "",
            **{f"{end}_aspect_qualifier": of.aspect for end, of in (("subject", subject), ("object", target))},
            **{f"{end}_form_or_variant_qualifier": of.form for end, of in (("subject", subject), ("object", target))},
        }
        ours = self.draft.schema.predicates.get(next(iter(annotations.get("predicate", ())), ""))
        plain = not any(qualifiers[name] for name in qualifiers if name != "negated")
        if ours and plain and relation_of(ours) == relation:
            self.draft.claim(ends[0], ours.name, ends[1], **told)
        else:
            self.draft.state(ends[0], f"bel:{_DENIED.get(relation, relation)}", ends[1], qualifiers=qualifiers, **told)

    def _entity(self, of: Thing) -> Entity:
        return self.draft.known(of.key) or self.draft.entity(of.key, of.label, category=of.kind)

    def _told(self, work: str, annotations: Annotations) -> dict[str, Any]:
        """The words of `Draft.claim` for a citation and its annotations."""
        told = {name: _taxon(values[0]) for name, values in annotations.items() if name in _FIELDS and values}
        for name in annotations.keys() - _FIELDS - _OURS:
            self.counts[f"annotations {name}", "a claim has no such field"] += 1
        cites = list(annotations.get("cites", ()))
        if told.get("basis") in self.draft.schema.vocabularies["basis"]:
            return {**told, "source": work, "publications": cites}
        return {**told, "publications": [*cites, work]}

    def passed_over(self) -> None:
        """A loss for each sort of thing that no statement keeps."""
        for (what, why), count in sorted(self.counts.items()):
            self.draft.lose(what, why, count=count)


def _taxon(value: str) -> str:
    """A value as it is; a number, which stands for a species, as NCBI's taxonomy has it."""
    return f"NCBITaxon:{value}" if value.isdecimal() else value


_TEXT = ("supporting texts", "the text of a publication is not ours to keep")

# --- scripts ------------------------------------------------------------------------------------------------------

_SET = re.compile(r"SET\s+(DOCUMENT\s+)?(\w+)\s*=\s*(.+)", re.IGNORECASE)
_UNSET = re.compile(r"UNSET\s+(.+)", re.IGNORECASE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_EVIDENCE = {"evidence", "supportingtext", "support"}


def read_script(files: list[Path], draft: Draft) -> None:
    """All statements of the scripts."""
    each_file(files, draft, lambda file: _script(file, draft))


def _script(file: Path, draft: Draft) -> None:
    logical = list(_logical_lines(file, draft))
    if not any(re.match(r"(SET|DEFINE)\s", line, re.IGNORECASE) for _, line in logical):
        draft.refuse(1, "no BEL script: no line sets or defines anything.", "Is it the right file?")
    script = _Script(draft, _Statements(draft))
    for number, line in logical:
        script.line(line, f"line {number}")
    script.statements.passed_over()


@dataclass
class _Script:
    """What holds at a line of a script: the citation and the annotations that were set before it."""

    draft: Draft
    statements: _Statements
    work: str = ""
    annotations: dict[str, Sequence[str]] = field(default_factory=dict)

    def line(self, line: str, at: str) -> None:
        """One line: a control record, or a statement."""
        if (told := _SET.fullmatch(line)) is not None:
            self._set(told[1] or "", told[2].casefold(), told[3], at)
        elif (unset := _UNSET.fullmatch(line)) is not None:
            self._unset(unset[1].strip().casefold())
        elif not re.match(r"DEFINE\s", line, re.IGNORECASE):
            self.statements.statement(line, self.work, self.annotations, at)

    def _set(self, of: str, name: str, value: str, at: str) -> None:
        values = [each for each in _values(value) if each]
        if of:
            self.draft.origin = values[0] if name == "name" and values else self.draft.origin
        elif name == "citation":
            self.annotations.clear()
            self.work = publication(values[0], values[min(len(values), 3) - 1]) if len(values) > 1 else ""
            if not self.work:
                self.draft.lose("citations", "without a sort and an identifier", at)
        elif name in _EVIDENCE:
            self.statements.counts[_TEXT] += 1
        elif name != "statement_group":
            self.annotations[name] = values

    def _unset(self, named: str) -> None:
        if named in ("all", "citation", "statement_group"):
            self.annotations.clear()
            self.work = self.work if named == "statement_group" else ""
        for name in re.findall(r"\w+", named):
            self.annotations.pop(name, None)


def _logical_lines(file: Path, draft: Draft) -> Iterator[tuple[int, str]]:
    """The lines without comments; one that ends in a backslash, or within quotes, goes on in the next."""
    begun, first = "", 0
    for number, line in lines(file):
        if not begun and line.lstrip().startswith("#"):
            continue
        first = first if begun else number
        begun = f"{begun} {line.strip()}".strip()
        if begun.endswith("\\"):
            begun = begun[:-1].rstrip() or " "
        elif _QUOTED.sub("", begun).count('"') == 0:
            yield first, begun
            begun = ""
    if begun.strip():
        draft.refuse(first, "a quotation mark that is opened here is never closed.", "Mend it there.")


def _values(text: str) -> list[str]:
    """The texts in quotes, or the one word without."""
    quoted = [re.sub(r"\\(.)", r"\1", found) for found in _QUOTED.findall(text)]
    return quoted or [text.strip()]


# --- node-link JSON of pybel --------------------------------------------------------------------------------------


def read_nodelink(files: list[Path], draft: Draft) -> None:
    """All links of the documents."""
    each_file(files, draft, lambda file: _nodelink(file, draft))


def _nodelink(file: Path, draft: Draft) -> None:
    document, reading, statements = json_document(file), Reading(draft), _Statements(draft)
    if not isinstance(document, Record) or not isinstance(document.get("links"), list):
        draft.refuse(1, "no node-link JSON of pybel: it has no list of links.", "Is it the right file?")
    top = reading.record(document, "graph")
    version = reading.text(top, "pybel_version")
    if re.match(r"0\.(\d|1[0-3])\.", version):
        draft.refuse(top.line, f"it is of pybel {version}.", "Write it anew with pybel 0.14 or later.")
    draft.origin = reading.text(reading.record(top, "document_metadata"), "name") or draft.origin
    nodes = reading.records(document, "nodes")
    terms = [reading.text(node, "bel") for node in nodes]
    seen: set[object] = set()
    for link in reading.records(document, "links"):
        ends = [_indexed(terms, link.get(name)) for name in ("source", "target")]
        relation, work = reading.text(link, "relation"), _cited(reading, link)
        if not all(ends) or not relation:
            draft.lose("links", "without a relation, or an end is no node with a term", place(link))
            continue
        if relation in _BOTH_WAYS:  # which pybel writes once in each direction
            said = relation, work, str(link.get("line")), str(link.get("evidence"))
            if (ends[1], ends[0], said) in seen:
                continue
            seen.add((ends[0], ends[1], said))
        statements.counts[_TEXT] += bool(link.get("evidence"))
        text = " ".join(
            (_modified(reading, link, "source", ends[0]), relation, _modified(reading, link, "target", ends[1]))
        )
        statements.statement(text, work, dict(_annotations(reading, link)), place(link))
    statements.passed_over()


def _indexed(terms: Sequence[str], index: Any) -> str:
    sound = isinstance(index, int) and not isinstance(index, bool) and 0 <= index < len(terms)
    return terms[index] if sound else ""


def _modified(reading: Reading, link: Record, end: str, term: str) -> str:
    """The term of an end in the function that modifies it there (``Activity`` of it)."""
    modifier = reading.text(reading.record(link, f"{end}_modifier"), "modifier")
    return f"{modifier.casefold()}({term})" if modifier else term


def _cited(reading: Reading, link: Record) -> str:
    citation = reading.record(link, "citation")
    name = reading.text(citation, "identifier")
    return publication(reading.text(citation, "namespace"), name) if name else ""


def _annotations(reading: Reading, link: Record) -> Iterator[tuple[str, Sequence[str]]]:
    listed = reading.record(link, "annotations")
    for name in listed:
        yield name.casefold(), [reading.text(each, "identifier") for each in reading.records(listed, name)]

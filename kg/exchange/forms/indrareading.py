"""Reads INDRA statements (JSON): a list of them, or a document with ``statements`` as INDRA's database answers.

A statement with two ends, of which one acts on the other, is one claim for each sort of evidence (its source, whether
it is negated or a hypothesis, its species), which cites the publications of all evidence of that sort. The sign is that
of the statement's type in ``ontology/foreign.ttl``; of an influence or association, the product of the polarities that
it states, as INDRA has it. An agent with conditions (modified, mutated, bound, inactive) is another form than the
entity, which takes the sign away. Negated evidence makes a null result. Beliefs are no certainty that a source states,
and texts of publications are not ours to keep. Evidence that `kg.exchange.forms.indra` wrote comes back as the same
claim.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from kg.exchange import flat
from kg.exchange.documents import Record, json_document
from kg.exchange.draft import Draft
from kg.exchange.reading import Reading, each_file, place, sound_curie
from kg.model import Entity

__all__ = ["OURS", "read"]

OURS = "calciphylaxis-kg"
"""What our evidence is marked by: its `source_api`, and the annotation with the claim."""

_ENDS = (("subj", "obj"), ("enz", "sub"), ("gef", "ras"), ("gap", "ras"))
_CONDITIONS = {"mods": "modified", "mutations": "mutated", "bound_conditions": "bound", "location": "in one place"}
_PREFIXES = {"UP": "UniProtKB", "EGID": "NCBIGene", "PUBCHEM": "PUBCHEM.COMPOUND", "TAXONOMY": "NCBITaxon"}
_KINDS = {
    **dict.fromkeys(("HGNC", "UniProtKB", "NCBIGene"), "Protein"),
    **dict.fromkeys(("CHEBI", "PUBCHEM.COMPOUND", "CHEMBL", "DRUGBANK", "HMDB"), "SmallMolecule"),
    "FPLX": "ProteinFamily",
    "GO": "Process",
    "HP": "Phenotype",
    **dict.fromkeys(("MONDO", "DOID"), "Disease"),
}
"""What an agent is, by the vocabulary of its first identifier: of several, the one that is first here."""
_NO_GROUNDING = {"TEXT", "TEXT_NORM"}

_STATEMENT = {"type", "id", "matches_hash", "evidence", "members", "obj_activity", *itertools.chain(*_ENDS)}
_EVIDENCE = {"source_api", "pmid", "text_refs", "epistemics", "context", "source_hash", "stmt_tag"}
_PASSED_OVER = {
    "belief": "how far a program believes it is no certainty of a source",
    "text": "the text of a publication is not ours to keep",
    **dict.fromkeys(("supports", "supported_by"), "that one is more general than another INDRA finds by itself"),
}
"""What is read of a statement and of an evidence, and why the rest is not."""


def read(files: list[Path], draft: Draft) -> None:
    """All statements of the files."""
    draft.origin = "INDRA"
    each_file(files, draft, lambda file: _document(file, draft))


def _document(file: Path, draft: Draft) -> None:
    document = json_document(file)
    listed = document.get("statements") if isinstance(document, Record) else document
    listed = list(listed.values()) if isinstance(listed, Record) else listed
    if not isinstance(listed, list):
        draft.refuse(1, "no INDRA statements: it is no list, and has none by the name statements.", "Is it the file?")
    reader = _Statements(Reading(draft), draft)
    for number, each in enumerate(listed, 1):
        if isinstance(each, Record) and isinstance(each.get("type"), str):
            reader.statement(each)
        else:
            draft.lose("statements", "no record with a type", f"statement {number}")
    flat.put_back(draft, reader.named, reader.named["entities"], reader.claims)
    reader.passed_over()


class _End(NamedTuple):
    """One end of a statement: its name and identifiers, in what form it is meant, and the polarity of an event."""

    name: str
    curies: tuple[str, ...]
    form: str
    polarity: int


@dataclass
class _Statements:
    """Reads statement by statement; collects the records of ours, and counts what is passed over in all of them."""

    reading: Reading
    draft: Draft
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    claims: list[Record] = field(default_factory=list)
    named: dict[str, list[Record]] = field(default_factory=lambda: {"entities": [], "sources": [], "disputes": []})

    def statement(self, told: Record) -> None:
        """One statement with its evidence."""
        self._count("statements", told, _STATEMENT)
        ends = [self._end(end, place(told)) for end in self._ends(told)]
        kind = str(told["type"])
        if len(ends) != 2:
            self.draft.lose("statements", f"{kind}: without two ends of which one acts on the other", place(told))
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            return
        groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
        evidence = self.reading.records(told, "evidence")
        for each in evidence:
            if not self._ours(each):
                self._count("evidence", each, _EVIDENCE)
                groups.setdefault(tuple(self._terms(each).items()), []).append(self._publication(each))
        for terms, works in groups.items() or ([] if evidence else [((), [])]):
            self._state(kind, ends[0], ends[1], dict(terms), works, place(told))

    def _state(self, kind: str, subject: _End, object: _End, terms: dict[str, str], works: list[str], at: str) -> None:  # noqa: A002
        """A claim of a statement, by its type and the polarities of its events."""
        sign = (subject.polarity or 1) * (object.polarity or 1) if subject.polarity or object.polarity else 0
        ends = self._entity(subject), self._entity(object)
        told: dict[str, Any] = {"publications": works, "place": at, **terms}
        negated = told.pop("negated", "")
        if kind == "Association":
            predicate = {1: "positively-associated-with", -1: "negatively-associated-with"}.get(sign)
            if negated or predicate:
                known = "not-associated-with" if negated else str(predicate)
                self.draft.claim(ends[0], known, ends[1], **told)
            else:
                self.draft.lose("statements", "Association: without a polarity, so without a sign", at)
            return
        if kind == "Influence" and not sign:
            self.draft.lose("signs", "the influence states no polarity", at)
        qualifiers = {
            "negated": negated,
            "object_direction_qualifier": {1: "increased", -1: "decreased"}.get(sign, ""),
            "subject_form_or_variant_qualifier": subject.form,
            "object_form_or_variant_qualifier": object.form,
        }
        self.draft.state(ends[0], f"indra:{kind}", ends[1], qualifiers=qualifiers, **told)

    # --- ends -----------------------------------------------------------------------------------------------------

    def _ends(self, told: Record) -> list[Record]:
        """The two ends, of which the first acts on the second, if it has such; or those of an association."""
        for names in _ENDS:
            if all(isinstance(told.get(name), Record) for name in names):
                return [told[name] for name in names]
        return self.reading.records(told, "members") if told["type"] == "Association" else []

    def _end(self, told: Record, at: str) -> _End | None:
        agent = self.reading.record(told, "concept") if told.get("type") == "Event" else told
        polarity = self.reading.record(told, "delta").get("polarity")
        name, curies = self.reading.text(agent, "name"), list(self._curies(agent))
        if not name:
            self.draft.lose("statements", "an end without a name", at)
            return None
        forms = [form for condition, form in _CONDITIONS.items() if agent.get(condition)]
        if self.reading.record(agent, "activity").get("is_active") is False:
            forms.append("inactive")
        return _End(name, tuple(curies), " and ".join(forms), polarity if polarity in (1, -1) else 0)

    def _entity(self, end: _End) -> Entity:
        """The entity at an end; what it is, as far as the vocabulary of its first identifier tells."""
        key = end.curies[0] if end.curies else end.name
        kind = _KINDS.get(key.partition(":")[0], "") if end.curies else ""
        return self.draft.known(key) or self.draft.entity(key, end.name, category=kind, identifiers=end.curies)

    def _curies(self, agent: Record) -> Iterator[str]:
        refs = {_PREFIXES.get(name, name): value for name, value in self.reading.record(agent, "db_refs").items()}
        order = {name: rank for rank, name in enumerate(_KINDS)}
        for prefix in sorted(refs.keys() - _NO_GROUNDING, key=lambda name: (order.get(name, len(order)), name)):
            value = refs[prefix]
            if isinstance(value, list):
                self.counts["groundings", "with a score, so a guess of a program"] += 1
                continue
            curie = sound_curie(f"{prefix}:{value.removeprefix(prefix + ':')}") if isinstance(value, str) else ""
            if curie:
                yield curie
            else:
                self.draft.lose("identifiers", f"{prefix} of {agent.get('name')}: no CURIE", place(agent))

    # --- evidence -------------------------------------------------------------------------------------------------

    def _terms(self, told: Record) -> dict[str, str]:
        """What an evidence says besides its publication, in the words of `Draft.state`."""
        epistemics, context = self.reading.record(told, "epistemics"), self.reading.record(told, "context")
        taxon = self.reading.record(self.reading.record(context, "species"), "db_refs").get("TAXONOMY")
        terms = {
            "source": self.reading.text(told, "source_api"),
            "negated": "true" if epistemics.get("negated") is True else "",
            "certainty": "hypothesized" if epistemics.get("hypothesis") is True else "",
            "species": f"NCBITaxon:{taxon}" if isinstance(taxon, str) else "",
        }
        return {name: value for name, value in terms.items() if value}

    def _publication(self, told: Record) -> str:
        refs, pmid = self.reading.record(told, "text_refs"), self.reading.text(told, "pmid")
        named = [("PMID", pmid), *((name, self.reading.text(refs, name)) for name in ("PMID", "PMCID", "DOI"))]
        return next((f"{prefix}:{value}" for prefix, value in named if value), "")

    def _ours(self, told: Record) -> bool:
        """Whether the evidence holds a claim of ours, which will be put back as it was."""
        mark = self.reading.record(told, "annotations").get(OURS)
        if mark is None:
            return False
        claim = mark.get("claim") if isinstance(mark, Record) else None
        if not isinstance(claim, Record):
            self.draft.lose("annotations", f"{OURS}: no claim, so read like those of others", place(told))
            return False
        self.claims.append(claim)
        for name, records in self.named.items():
            records += self.reading.records(mark, name)
        return True

    # --- what is passed over --------------------------------------------------------------------------------------

    def _count(self, of: str, told: Record, read: Collection[str]) -> None:
        """Note what a record states beside what is read of it."""
        for name in told.keys() - read:
            if told[name]:
                self.counts[f"{name} of {of}", _PASSED_OVER.get(name, "a claim has no such field")] += 1

    def passed_over(self) -> None:
        """A loss for each sort of thing that is never taken over."""
        for (what, why), count in sorted(self.counts.items()):
            self.draft.lose(what, why, count=count)

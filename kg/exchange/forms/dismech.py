"""Disorders of the disease-mechanism project of the Monarch Initiative (https://github.com/monarch-initiative/dismech).

One YAML file for each disorder (``kb/disorders/*.yaml``) after the LinkML schema
https://w3id.org/monarch-initiative/dismech, as it stood in September 2026. What it names (mechanisms, phenotypes,
exposures, genes, treatments, biomarkers) becomes an entity; what it says of two of them a claim: mechanisms with what
is ``downstream``, ``sequelae`` of phenotypes, mechanisms that a treatment or an exposure acts on, readouts, and genes
with the disorder. ``ontology/foreign.ttl`` says how each is read: only treatments and exposures say which way they act,
so all other effects come in without a sign.

- Evidence items that support a statement are cited; one that refutes it makes a refuted claim; others are losses.
- A statement is hedged (``hypothesized``) if one of its ends is a provisional mechanism, or if it belongs to hypotheses
  none of which is said to be canonical; it is left out if all of them are deprecated.
- An identifier counts as exact where the name in the file is that of the term, and nothing is added to the term; else
  as near. Things of the same name in two disorders are one only if they have such an identifier in common.
- Free text (descriptions, quotations, explanations) is not taken over.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg.exchange.documents import Record, yaml_document
from kg.exchange.draft import Draft
from kg.exchange.format import Format
from kg.exchange.reading import Reading, each_file, place, sound_curie
from kg.model import Entity

__all__ = ["FORMATS"]

_SECTIONS = {
    "pathophysiology": ("Process", ()),
    "phenotypes": ("Phenotype", ("phenotype_term",)),
    "environmental": ("Exposure", ("exposure_term",)),
    "genetic": ("Protein", ("gene_term", "gene")),
    "treatments": ("Procedure", ("treatment_term",)),
    "biochemical": ("Measurement", ("biomarker_term",)),
}
"""The sections whose items become entities, with their kind and where the term of an item stands."""
_STATEMENTS = (
    ("pathophysiology", "downstream", ""),
    ("phenotypes", "sequelae", ""),
    ("environmental", "influences_mechanisms", "environmental_effect"),
    ("treatments", "target_mechanisms", "treatment_effect"),
    ("treatments", "target_phenotypes", ""),
    ("biochemical", "readouts", "direction"),
    ("phenotypes", "reports_on", "direction"),
)
"""Which slots of which section say something of an item and a target, and where the effect stands."""
_ENUMERATIONS = {
    "environmental_effect": "EnvironmentalEffectEnum",
    "treatment_effect": "TreatmentEffectEnum",
    "direction": "BiomarkerReadoutDirectionEnum",
}
_ADDED = (
    *("modifier", "located_in", "laterality", "spatial_extent", "onset", "temporality", "clinical_course", "severity"),
    *("qualifiers", "coarse_binding_basis"),
)
"""What makes a descriptor say something else than its term."""
_HEAD = {"name", "disease_term", "synonyms", "mechanistic_hypotheses", *_SECTIONS}
_HEDGED = {"certainty": "hypothesized"}
_CANONICAL, _DEPRECATED = "CANONICAL", "DEPRECATED"
_VARIANT = {"subject_form_or_variant_qualifier": "genetic_variant_form"}


def read(files: list[Path], draft: Draft) -> None:
    """All disorders of the files."""
    draft.origin = "dismech"
    shared: dict[str, tuple[str, str]] = {}
    each_file(files, draft, lambda file: _document(file, draft, shared))


def _document(file: Path, draft: Draft, shared: dict[str, tuple[str, str]]) -> None:
    document = yaml_document(file)
    if not isinstance(document, Record) or not isinstance(document.get("name"), str) or not document["name"].strip():
        draft.refuse(1, "no disorder of dismech: it is no record with a name.", "Is it the right file?")
    if not document.keys() & _SECTIONS.keys():
        draft.refuse(1, f"no disorder of dismech: it has none of {', '.join(_SECTIONS)}.", "Is it the right file?")
    _Disorder(Reading(draft), document, shared).read()


class _Disorder:
    """One file. `shared` has the entities that went by an identifier so far, with their key and their name."""

    def __init__(self, reading: Reading, told: Record, shared: dict[str, tuple[str, str]]) -> None:
        self.reading, self.draft, self.told, self.shared = reading, reading.draft, told, shared
        self.name = reading.text(told, "name")
        self.nodes: dict[str, Entity] = {}
        self.hedged: set[str] = set()
        self.hypotheses: dict[str, str] = {}
        self.items = {section: reading.records(told, section) for section in _SECTIONS}

    def read(self) -> None:
        """What there is, then what is said of it, then what is left."""
        disease = self._entity(self.told, "Disease", ("disease_term",))
        self._hypotheses()
        for section, (kind, terms) in _SECTIONS.items():
            for item in self.items[section]:
                self._node(section, item, kind, terms)
        for section, slot, effect in _STATEMENTS:
            for item in self.items[section]:
                for statement in self.reading.records(item, slot):
                    self._statement(item, statement, slot, effect)
        for item in self.items["genetic"]:
            self._gene(item, disease)
        self._left()

    # --- entities ---------------------------------------------------------------------------------------------------

    def _node(self, section: str, item: Record, kind: str, terms: tuple[str, ...]) -> None:
        name = self.reading.text(item, "name")
        if not name or name in self.nodes:
            why = "the name stands for something else already" if name else "without a name"
            self.draft.lose(f"items of {section}", why, place(item))
            return
        agents = self._agents(item)
        self.nodes[name] = self._entity(item, "Drug" if agents else kind, terms, agents)
        if self.reading.terms(item, "mechanism_confidence", "MechanismConfidenceEnum") == _HEDGED:
            self.hedged.add(name)

    def _entity(self, item: Record, kind: str, terms: tuple[str, ...], agents: tuple[str, ...] = ()) -> Entity:
        name = self.reading.text(item, "name")
        exact, near = self._identifiers(item, name, terms)
        key = f"{self.name}: {name}"
        if exact and self.shared.setdefault(exact, (key, name.casefold()))[1] != name.casefold():
            exact, near = "", exact
        return self.draft.entity(
            self.shared[exact][0] if exact else key,
            name,
            category=kind,
            identifiers=[exact] if exact else (),
            near=[*([near] if near else []), *(agents if len(agents) == 1 and not exact else ())],
            synonyms=self.reading.texts(item, "synonyms"),
            place=place(item),
        )

    def _identifiers(self, item: Record, name: str, terms: tuple[str, ...]) -> tuple[str, str]:
        """The identifier of exactly this thing, or one that is near it."""
        for descriptor in (self.reading.record(item, term) for term in terms if term in item):
            told = self.reading.record(descriptor, "term")
            id_, label = (self.reading.text(told, field) for field in ("id", "label"))
            if id_ and not sound_curie(id_):
                self.draft.lose("identifiers", "no CURIE", place(told))
            elif id_ and label.casefold() == name.casefold() and not descriptor.keys() & set(_ADDED):
                return id_, ""
            elif id_ and terms != ("treatment_term",):  # a treatment's term is the sort of action, not the treatment
                return "", id_
        return "", ""

    def _agents(self, item: Record) -> tuple[str, ...]:
        """The identifiers of the drugs that a treatment gives."""
        if "treatment_term" not in item:
            return ()
        agents = self.reading.records(self.reading.record(item, "treatment_term"), "therapeutic_agent")
        told = [self.reading.text(self.reading.record(agent, "term"), "id") for agent in agents]
        return tuple(id_ for id_ in told if sound_curie(id_))

    # --- statements -------------------------------------------------------------------------------------------------

    def _statement(self, item: Record, told: Record, slot: str, effect: str) -> None:
        target = "target" if "target" in told else "preferred_term"
        ends = [self.reading.text(item, "name"), self.reading.text(told, target)]
        if any(end not in self.nodes for end in ends):
            self.draft.lose("statements", f"{slot}: an end is nothing that the file names", place(told))
            return
        hedge = self._hedge(told, ends)
        if hedge is None:
            self.draft.lose("statements", f"{slot}: part of deprecated hypotheses only", place(told))
            return
        value = self.reading.text(told, effect) if effect else ""
        predicate = f"dismech:{_ENUMERATIONS[effect]}#{value}" if value else f"dismech:{slot}"
        own = {**hedge, **self.reading.terms(told, "causal_link_type", "CausalLinkTypeEnum")}
        self._state(self.nodes[ends[0]], predicate, self.nodes[ends[1]], told, own)
        self.reading.rest(told, slot, (target, effect, "evidence", "causal_link_type", "hypothesis_groups"))

    def _state(
        self,
        subject: Entity,
        predicate: str,
        target: Entity,
        told: Record,
        own: Mapping[str, str],
        qualifiers: Mapping[str, str] | None = None,
    ) -> None:
        for backing in self.reading.backings(told):
            said = {**own, **backing}
            self.draft.state(subject, predicate, target, qualifiers=qualifiers, place=place(told), **said)

    def _hedge(self, told: Record, ends: list[str]) -> Mapping[str, str] | None:
        """The certainty that a statement comes with, if it is hedged; None if nobody holds it any more."""
        groups = {self.hypotheses.get(name, "") for name in self.reading.texts(told, "hypothesis_groups")}
        if groups == {_DEPRECATED}:
            return None
        return _HEDGED if (groups and _CANONICAL not in groups) or self.hedged.intersection(ends) else {}

    def _hypotheses(self) -> None:
        """The status of each hypothesis."""
        for told in self.reading.records(self.told, "mechanistic_hypotheses"):
            id_, status = (self.reading.text(told, name) for name in ("hypothesis_group_id", "status"))
            self.hypotheses[id_] = status
            self.reading.rest(told, "hypotheses", ("hypothesis_group_id", "status"))

    def _gene(self, item: Record, disease: Entity) -> None:
        """What variants of a gene have to do with the disorder."""
        name, relation = (self.reading.text(item, field) for field in ("name", "relationship_type"))
        if name in self.nodes and relation:
            predicate = f"dismech:GeneDiseaseRelationshipEnum#{relation}"
            self._state(self.nodes[name], predicate, disease, item, {}, _VARIANT)
        elif name in self.nodes:
            self.draft.lose("genetic factors", "no relation to the disorder is stated", place(item))

    # --- what is left -------------------------------------------------------------------------------------------------

    def _left(self) -> None:
        """A line for everything that is no entity and no statement."""
        for section, items in self.items.items():
            slots = {slot for of, slot, _ in _STATEMENTS if of == section}
            more = {"evidence", "relationship_type"} if section == "genetic" else {"mechanism_confidence"}
            for item in items:
                self.reading.rest(item, section, {"name", "synonyms", *_SECTIONS[section][1], *slots, *more})
        self.reading.rest(self.told, "disorders", _HEAD)


FORMATS = (
    Format(
        "dismech",
        "disease-mechanism YAML (dismech)",
        (".yaml", ".yml"),
        read=read,
        reads_as="disorders of the dismech project, one or several; causal edges without a sign come in without one",
        extra="exchange",
    ),
)

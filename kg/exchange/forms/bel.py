"""BEL script, as pybel and OpenBEL read it: the part of a graph that BEL can say, a statement for each claim.

Namespaces are declared by a pattern, so that no reader fetches them. Identifiers stand with their labels (``HGNC:391 !
AKT1``); an entity that has none elsewhere goes by our name, in the namespace CKG. Effects are ``increases``,
``decreases`` and ``regulates`` (never ``directly...``, which BEL keeps for physical contact), associations
``positiveCorrelation`` and ``negativeCorrelation``, null results ``causesNoChange`` and ``noCorrelation``; the very
predicate is an annotation. The supporting text is our own note on the claim, not the text of the source. A claim that
its own source refutes is left out: BEL has no relation that refutes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from kg.exchange import flat
from kg.exchange.content import Content, standing
from kg.exchange.format import Format
from kg.exchange.forms import belreading
from kg.exchange.forms.belterms import FUNCTIONS, OWN, relation_of
from kg.exchange.part import PartFormat, of_claims
from kg.model import Claim, Entity, Source
from kg.schema import BASE

__all__ = ["FORMATS"]

_TERMS = ("certainty", "basis", "design", "directness", "species", "tissue", "status")
_TEXTS = ("population", "exposure", "effect")


def write(content: Content) -> str:
    """The whole script: what it is, what it uses, then the claims."""
    claims = _part(content).claims
    body = [line for claim in claims for line in ("", *_claim(content, claim))]
    return "\n".join([*_head(content, claims), *body]) + "\n"


def _part(content: Content) -> Content:
    """The claims that BEL can say."""
    return of_claims(content, {claim for claim in content.speaking if _sayable(claim)})


def _sayable(claim: Claim) -> bool:
    return standing(claim) != "refuted" and all(end.kind in FUNCTIONS for end in (claim.subject, claim.object))


def _head(content: Content, claims: Iterable[Claim]) -> Iterator[str]:
    schema = content.schema
    for name, value in (
        ("Name", "calciphylaxis-kg"),
        ("Version", content.version.split()[0]),
        ("Description", f"{schema.title}, state {content.version}"),
        ("Authors", "calciphylaxis-kg"),
        ("ContactInfo", BASE),
        ("Licenses", schema.license),
    ):
        yield f"SET DOCUMENT {name} = {_quoted(value)}"
    yield ""
    used = {_name(end)[0] for claim in claims for end in (claim.subject, claim.object)}
    for namespace in sorted(used):
        yield f'DEFINE NAMESPACE {namespace} AS PATTERN "[A-Za-z0-9_.-]+"'
    for name in _TERMS:
        yield f"DEFINE ANNOTATION {name.title()} AS LIST {{{_listed(schema.vocabularies[name])}}}"
    yield f"DEFINE ANNOTATION Predicate AS LIST {{{_listed(schema.predicates)}}}"
    for name in ("claim", "cites", *_TEXTS):
        yield f'DEFINE ANNOTATION {name.title()} AS PATTERN ".+"'


def _claim(content: Content, claim: Claim) -> Iterator[str]:
    """A claim in a group of its own, so that none of its annotations holds for the next."""
    yield f"SET STATEMENT_GROUP = {_quoted(claim.id)}"
    yield f"SET Citation = {{{_listed(_citation(claim.source))}}}"
    yield f"SET SupportingText = {_quoted(claim.note or claim.sentence)}"
    yield f"SET Claim = {_quoted(claim.id)}"
    yield f"SET Predicate = {_quoted(claim.predicate)}"
    for name in (*_TERMS, *_TEXTS):
        if value := getattr(claim, name):
            yield f"SET {name.title()} = {_quoted(value)}"
    if claim.cites:
        yield f"SET Cites = {{{_listed(belreading.publication(*_citation(work)) for work in claim.cites)}}}"
    relation = relation_of(content.schema.predicates[claim.predicate])
    yield f"{_term(claim.subject)} {relation} {_term(claim.object)}"
    yield "UNSET STATEMENT_GROUP"


def _citation(source: Source) -> tuple[str, str]:
    """The sort and the identifier by which BEL cites a source."""
    known = (("PubMed", source.pmid), ("PubMed Central", source.pmcid), ("DOI", source.doi), ("URL", source.url))
    return next(((sort, name) for sort, name in known if name), ("Other", source.citation))


def _term(entity: Entity) -> str:
    namespace, local = _name(entity)
    value = local if re.fullmatch(r"[A-Za-z0-9_.-]+", local) else _quoted(local)
    return f"{FUNCTIONS[entity.kind]}({namespace}:{value} ! {_quoted(entity.label)})"


def _name(entity: Entity) -> tuple[str, str]:
    namespace, _, local = (entity.matches[0] if entity.matches else f"{OWN}:{entity.id}").partition(":")
    return namespace, local


def _listed(values: Iterable[str]) -> str:
    return ", ".join(map(_quoted, values))


def _quoted(text: str) -> str:
    r"""A text in quotes on one line.

    >>> print(_quoted('so "called"\nhere'))
    "so \"called\" here"
    """
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


_KINDS = "those of claims on a kind of entity that BEL has no function for: a measurement, exposure, procedure or cell"
_PARTLY = (
    *("entities", "signs", "predicates", "unsigned", "associations", "nulls"),
    *("claims", "certainty", "drafts", "qualifiers"),
)

FORMATS: tuple[Format, ...] = (
    PartFormat(
        "bel",
        "BEL script",
        (".bel",),
        write,
        belreading.read_script,
        loses={
            **flat.LOSES,
            **dict.fromkeys(_PARTLY, _KINDS),
            "kinds": "a term has a function, which several kinds share",
            **dict.fromkeys(("definitions", "synonyms", "near", "reasons", "wanted"), "a term has a name and a label"),
            "identifiers": "a term has one identifier",
            "links": "BEL has no relation for states and readouts",
            "refuted": "BEL has no relation that refutes",
            **dict.fromkeys(("sources", "cites", "families"), "a work is cited by one identifier, or by our citation"),
            **dict.fromkeys(("places", "publications"), "a citation has no more than that"),
            "notes": "the note is the supporting text; a caution has no place",
            **dict.fromkeys(("disputes", "contrasts"), "BEL names no disputes"),
        },
        part=_part,
        partly=_PARTLY,
        consumer="pybel, in an environment of its own (docs/exchange-consumers.md)",
        reads_as="statements of BEL 1 and 2 with their citations; nothing is fetched, so names are not checked",
    ),
    Format(
        "bel-json",
        "BEL node-link JSON",
        (".bel.json", ".bel.nodelink.json"),
        read=belreading.read_nodelink,
        reads_as="the node-link JSON that pybel 0.14 and later writes",
    ),
)

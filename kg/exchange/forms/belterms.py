"""Terms and statements of BEL (https://biological-expression-language.github.io): their text, and what they mean.

``act(p(HGNC:391 ! AKT1), ma(kin)) directlyIncreases path(MESH:D009369)`` parses to two terms and a relation. A `Thing`
is what a term speaks of: an entity, and which side or form of it. An activity stands for the protein, an RNA for its
expression; degradation, secretion and translocation are something else than more or less of the entity, and so are
modified, mutated or truncated forms of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kg.exchange.reading import sound_curie
from kg.schema import Predicate

__all__ = ["FUNCTIONS", "OWN", "Thing", "parse", "relation_of", "thing"]

OWN = "CKG"
"""The namespace of our own names, for entities that have no identifier elsewhere."""
FUNCTIONS: Mapping[str, str] = {
    **dict.fromkeys(("Protein", "ProteinFamily"), "p"),
    **dict.fromkeys(("Drug", "DrugClass", "SmallMolecule"), "a"),
    **dict.fromkeys(("Pathway", "Process"), "bp"),
    **dict.fromkeys(("Disease", "Phenotype"), "path"),
    "Complex": "complex",
}
"""The function for an entity of a kind. There is none for measurements, exposures, procedures and cells."""

_KINDS = {
    "p": "Protein", "r": "Protein", "g": "Protein", "a": "SmallMolecule", "bp": "Process", "path": "Phenotype",
    "complex": "Complex", "composite": "", "m": "", "pop": "",
}  # fmt: skip
_BY_NAMESPACE = {"FPLX": "ProteinFamily", "MONDO": "Disease", "DOID": "Disease"}
_SHORT = {
    "proteinAbundance": "p", "rnaAbundance": "r", "geneAbundance": "g", "abundance": "a", "biologicalProcess": "bp",
    "pathology": "path", "complexAbundance": "complex", "compositeAbundance": "composite", "microRNAAbundance": "m",
    "populationAbundance": "pop",
}  # fmt: skip
_ASPECTS = {
    **dict.fromkeys(
        ("act", "activity", "molecularActivity", "kin", "cat", "chap", "gap", "gef", "gtp", "pep"), "activity"
    ),
    **dict.fromkeys(("phos", "ribo", "tscript", "tport"), "activity"),
    **dict.fromkeys(("deg", "degradation"), "degradation"),
    **dict.fromkeys(("sec", "cellSecretion"), "secretion"),
    **dict.fromkeys(("surf", "cellSurfaceExpression", "tloc", "translocation"), "localization"),
}
_ARROWS = {
    "->": "increases", "→": "increases", "=>": "directlyIncreases", "⇒": "directlyIncreases", "-|": "decreases",
    "=|": "directlyDecreases", "--": "association", ":>": "transcribedTo", ">>": "translatedTo",
}  # fmt: skip
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[(),!]|->|=>|-\||=\||--|:>|>>|→|⇒|[^\s(),!"]+)')
_IDENTIFIER = re.compile(r"\d+|[A-Z]\d{6,}")
_DEEPEST = 20


class Name(NamedTuple):
    """A name in a namespace (``HGNC:391``), with the label that may follow it (``! AKT1``)."""

    namespace: str
    value: str
    label: str

    def __str__(self) -> str:
        return f"{self.namespace}:{self.value}"


class Term(NamedTuple):
    """A function with its arguments."""

    function: str
    arguments: tuple[Term | Name | str, ...]

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True, slots=True)
class Thing:
    """What a term speaks of; `key` is a CURIE if it has an identifier, `aspect` and `form` are as in Biolink."""

    key: str
    label: str
    kind: str
    aspect: str = ""
    form: str = ""


def relation_of(predicate: Predicate) -> str:
    """The relation that says what a predicate of ours says."""
    if predicate.null:
        return "causesNoChange" if predicate.causal else "noCorrelation"
    if predicate.causal:
        return {1: "increases", -1: "decreases"}.get(predicate.sign or 0, "regulates")
    return "positiveCorrelation" if predicate.sign == 1 else "negativeCorrelation"


def parse(text: str) -> tuple[Term, str, Term | None]:
    """A statement as subject, relation and object; a term alone has neither. Raises ValueError saying what is wrong.

    >>> subject, relation, target = parse('a(CHEBI:10033 ! warfarin) -| p(HGNC:7060 ! "matrix Gla protein")')
    >>> str(subject), relation, str(target)
    ('a(CHEBI:10033)', 'decreases', 'p(HGNC:7060)')
    """
    parser = _Parser(text)
    subject = parser.term()
    if parser.done:
        return subject, "", None
    word = parser.take()
    if word in "(),!":
        raise ValueError(f"{word!r} where a relation is expected")
    if parser.next == "(":
        raise ValueError("a statement about a statement")
    target = parser.term()
    if not parser.done:
        raise ValueError(f"{parser.next!r} after its end")
    return subject, _ARROWS.get(word, word), target


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens = list(self._tokens(text.strip()))
        self.at = self.depth = 0

    @staticmethod
    def _tokens(text: str) -> Iterator[str]:
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"{text[at : at + 20]!r} is not closed")
            yield found[1]
            at = found.end()

    @property
    def done(self) -> bool:
        return self.at == len(self.tokens)

    @property
    def next(self) -> str:
        return "" if self.done else self.tokens[self.at]

    def take(self, wanted: str = "") -> str:
        token = self.next
        if not token or (wanted and token != wanted):
            raise ValueError(f"{token!r} where {wanted or 'a word'} is expected" if token else "it ends too early")
        self.at += 1
        return token

    def term(self) -> Term:
        """A function with its arguments, the name of the function in its short form."""
        name = self.take()
        self.take("(")
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueError("nested too deeply")
        arguments = [self._argument()]
        while self.next == ",":
            self.take(",")
            arguments.append(self._argument())
        self.take(")")
        self.depth -= 1
        return Term(_SHORT.get(name, name), tuple(arguments))

    def _argument(self) -> Term | Name | str:
        if self.at + 1 < len(self.tokens) and self.tokens[self.at + 1] == "(":
            return self.term()
        namespace, colon, value = self.take().partition(":")
        if not colon or namespace.startswith('"'):
            return _unquoted(namespace + colon + value)
        value = value or _unquoted(self.take())
        label = ""
        if self.next == "!":
            self.take("!")
            label = _unquoted(self.take())
        return Name(namespace, value, label)


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token


# --- what a term speaks of ----------------------------------------------------------------------------------------


def thing(term: Term) -> Thing:
    """What a term speaks of. Raises ValueError for one that speaks of no single thing (a reaction)."""
    if term.function in _ASPECTS:
        inner = term.arguments[0]
        if not isinstance(inner, Term):
            raise ValueError(f"{term.function} of nothing that is known")
        of = thing(inner)
        return Thing(of.key, of.label, of.kind, _ASPECTS[term.function], of.form)
    if term.function not in _KINDS:
        raise ValueError(f"{term.function}(...) speaks of no single thing")
    names = [each for each in term.arguments if isinstance(each, Name)]
    inside = [each for each in term.arguments if isinstance(each, Term)]
    if not names:
        return Thing(str(term), str(term), _KINDS[term.function])
    name, kind = names[0], _KINDS[term.function]
    aspect = {"r": "expression", "g": "gene"}.get(term.function, "")
    forms = " and ".join(sorted({each.function for each in inside}))
    return Thing(*_called(name), _BY_NAMESPACE.get(name.namespace.upper(), kind), aspect, forms)


def _called(name: Name) -> tuple[str, str]:
    """The key and the label of a name: a CURIE if it has an identifier, which a label or its looks tell."""
    if name.namespace == OWN:
        return name.value, name.label or name.value
    if name.label or _IDENTIFIER.fullmatch(name.value):
        local = name.value.removeprefix(f"{name.namespace}:")
        curie = sound_curie(f"{name.namespace}:{local}")
        if curie:
            return curie, name.label or curie
    return f"{name.value} ({name.namespace})", name.value

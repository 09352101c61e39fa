"""The rules of derivation: the CONSTRUCT queries of ``derive/`` that make the derived graphs from the edited ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.errors import InvalidData, QueryError
from kg.model import Problem
from kg.schema import RDF_TYPE, ontology_folder
from kg.store.roles import EDITED, graph_node
from kg.store.turtle import first_line

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Triple

    from kg.store.dataset import Dataset

__all__ = ["constructed", "streamed"]


def constructed(dataset: Dataset, role: str) -> list[Triple]:
    """The triples that the rule of a derived graph makes from the edited graphs of a dataset.

    Raises InvalidData if the rule is not there, does not parse, is no CONSTRUCT, or would call another server.
    """
    from pyoxigraph import QueryTriples

    try:
        found = _asked(dataset, _rule(dataset, role))
        if isinstance(found, QueryTriples):
            return list(found)
    except (OSError, UnicodeError, QueryError, SyntaxError) as error:
        raise _refused(role, first_line(error)) from None
    raise _refused(role, "it is no CONSTRUCT")


def streamed(dataset: Dataset, role: str) -> Iterator[Triple]:
    """The same one by one, without holding them; some may come twice. Raises what `constructed` raises.

    Oxigraph remembers each triple that a CONSTRUCT has made, so as not to make it twice. A rule whose template is one
    triple of variables and IRIs, as those that ship with kg are, is therefore asked as a SELECT; any other is not,
    and takes memory for its triples.
    """
    from pyoxigraph import BlankNode, NamedNode, Triple

    try:
        select = _as_select(_rule(dataset, role))
        rows = _asked(dataset, select) if select else ()
    except (OSError, UnicodeError, QueryError, SyntaxError):
        select = ""
    if not select:  # or it does not run: then this says why
        yield from constructed(dataset, role)
        return
    for subject, predicate, target in rows:
        if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode) and target is not None:
            yield Triple(subject, predicate, target)


def _rule(dataset: Dataset, role: str) -> str:
    from kg.sparql.guard import guard  # when first needed: `import kg.store` stays light

    folder = dataset.folder if dataset.folder and (dataset.folder / "derive").is_dir() else ontology_folder()
    query = (folder / "derive" / f"{role}.rq").read_text("utf-8")
    guard(query)
    return query


def _asked(dataset: Dataset, query: str) -> Any:
    edited: list[NamedNode] = [graph_node(name) for name in EDITED]
    return dataset.store.query(query, prefixes=dict(dataset.schema.prefixes), default_graph=edited)  # type: ignore[arg-type]


def _as_select(query: str) -> str:
    """A CONSTRUCT as the SELECT of what it would make; empty unless its template is one triple of variables and IRIs.

    >>> _as_select("CONSTRUCT { ?x ex:p ?y } WHERE { ?y ex:q ?x }")
    'SELECT (?x AS ?_1) (ex:p AS ?_2) (?y AS ?_3) WHERE { ?y ex:q ?x }'
    """
    from kg.sparql.lexer import tokenize

    tokens = tokenize(query)
    start = next((n for n, token in enumerate(tokens) if token.text.upper() == "CONSTRUCT"), len(tokens))
    template = tokens[start + 2 : start + 5]
    rest = [token.text for token in tokens[start + 5 : start + 7]]
    end = start + 5 + (rest[:1] == ["."])
    plain = all(token.kind in ("variable", "iri", "name") or token.text == "a" for token in template)
    if not plain or [token.text for token in (*tokens[start + 1 : start + 2], *tokens[end : end + 1])] != ["{", "}"]:
        return ""
    terms = [f"<{RDF_TYPE}>" if token.text == "a" else token.text for token in template]
    made = " ".join(f"({term} AS ?_{place})" for place, term in enumerate(terms, 1))
    return f"{query[: tokens[start].start]}SELECT {made}{query[tokens[end].start + 1 :]}"


def _refused(role: str, message: str) -> InvalidData:
    place = re.search(r"error at (\d+):|\(line (\d+)", message)
    line = int(place[1] or place[2]) if place else 0
    remedy = "Mend it, or take the one that ships with kg."
    name = f"graph:{role}"
    told = f"its rule does not run: {message}."
    return InvalidData([Problem("error", "query", f"derive/{role}.rq", line, name, told, remedy)])

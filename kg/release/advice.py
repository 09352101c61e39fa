"""What a writer of queries should know of this graph: examples, and mistakes that give wrong rows without an error.

Every query here is run by the tests on the shipped graph. Prefixes are predeclared in kg; elsewhere declare those that
the schema card lists, and make the union of all graphs the default graph.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EXAMPLES", "PITFALLS", "Example", "Pitfall"]


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the query that answers it."""

    title: str
    query: str


@dataclass(frozen=True, slots=True)
class Pitfall:
    """A mistake, why it is one, and where there are any a query that makes it and one that does not."""

    title: str
    text: str
    wrong: str = ""
    right: str = ""


EXAMPLES = (
    Example(
        "What lowers osteoprotegerin, on whose word?",
        """SELECT ?label ?citation WHERE {
  ?claim ckg:object entity:osteoprotegerin ; ckg:predicate/ckg:sign -1 ; ckg:predicate/ckg:causal true ;
         ckg:subject/rdfs:label ?label ; ckg:source/rdfs:label ?citation .
} ORDER BY ?label ?citation""",
    ),
    Example(
        "What acts on vascular calcification, as plain edges?",
        """SELECT ?label ?predicate WHERE {
  GRAPH graph:direct { ?x ?predicate entity:vascular-calcification }
  ?x rdfs:label ?label
} ORDER BY ?label ?predicate""",
    ),
    Example(
        "Can more warfarin raise calciphylaxis, over any number of steps?",
        """ASK {
  <https://w3id.org/calciphylaxis-kg/entity/warfarin#up> ckg:next+
    <https://w3id.org/calciphylaxis-kg/entity/calciphylaxis#up>
}""",
    ),
    Example(
        "Which claims found no effect?",
        """SELECT ?claim ?subject ?predicate ?object WHERE {
  ?predicate a ckg:Predicate ; ckg:null true .
  ?claim ckg:predicate ?predicate ; ckg:subject ?subject ; ckg:object ?object
} ORDER BY ?claim""",
    ),
    Example(
        "Which entity is HGNC:11909?",
        """SELECT ?entity ?label WHERE { ?entity skos:exactMatch HGNC:11909 ; rdfs:label ?label }""",
    ),
    Example(
        "Where do sources disagree by name, with how many claims?",
        """SELECT ?label ?definition (COUNT(?claim) AS ?claims) WHERE {
  ?dispute a ckg:Dispute ; rdfs:label ?label ; skos:definition ?definition .
  ?claim ckg:dispute ?dispute
} GROUP BY ?label ?definition ORDER BY DESC(?claims) ?label""",
    ),
)

PITFALLS = (
    Pitfall(
        "A claim is not the triple",
        "A claim is a node with subject, predicate and object as properties. The plain triple in graph:direct or "
        "graph:association is an edge: it stands for all live claims that say so, carries no source, and is absent for "
        "null results, refuted and retracted claims. Count claims by their nodes, edges by their triples.",
        "SELECT (COUNT(*) AS ?claims) WHERE { ?s ckg:decreases ?o }",
        "SELECT (COUNT(?claim) AS ?claims) WHERE { ?claim ckg:predicate ckg:decreases }",
    ),
    Pitfall(
        "Associations are not in graph:direct",
        "Seen together is not acted on. Edges of positively-associated-with and negatively-associated-with stand in "
        "graph:association alone, and neither in graph:direct nor in graph:signed.",
        "SELECT ?s ?o WHERE { GRAPH graph:direct { ?s ckg:positively-associated-with ?o } }",
        "SELECT ?s ?o WHERE { GRAPH graph:association { ?s ckg:positively-associated-with ?o } } ORDER BY ?s ?o",
    ),
    Pitfall(
        "A walk is no path",
        "Property paths, and ckg:next over graph:signed, speak of walks, which may visit an entity twice, even with "
        "the other sign. That something is reachable proves no simple route. `kg trace` finds the routes themselves, "
        "each entity once, with their evidence.",
    ),
    Pitfall(
        "Signs do not multiply in a property path",
        "A path over ckg:increases and ckg:decreases together loses the sign. Use graph:signed, where every entity "
        "stands once as #up and once as #down; these states are no entities and have no label.",
        "ASK { entity:corticosteroid (ckg:increases|ckg:decreases)+ entity:vascular-calcification }",
        """SELECT ?state WHERE {
  <https://w3id.org/calciphylaxis-kg/entity/corticosteroid#up> ckg:next+ ?state
  FILTER(STRSTARTS(STR(?state), "https://w3id.org/calciphylaxis-kg/entity/vascular-calcification#"))
} ORDER BY ?state""",
    ),
    Pitfall(
        "Drafts are in",
        "Claims that one reader only has seen (ckg:status ckg:draft) project like others. Leave them out by status "
        "where it matters; the derived graphs hold them.",
        "SELECT (COUNT(?claim) AS ?claims) WHERE { ?claim a ckg:Claim }",
        "SELECT (COUNT(?claim) AS ?claims) WHERE { ?claim a ckg:Claim ; ckg:status ckg:curated }",
    ),
    Pitfall(
        "Unstated is absent",
        "A qualifier that the source does not state is an absent triple, never a word for it. A comparison drops such "
        "claims in silence; ask for the absence with MINUS, or take both in with OPTIONAL.",
        "SELECT (COUNT(?claim) AS ?claims) WHERE { ?claim a ckg:Claim ; ckg:species ?s FILTER(?s != ckg:human) }",
        "SELECT (COUNT(?claim) AS ?claims) WHERE { ?claim a ckg:Claim MINUS { ?claim ckg:species ckg:human } }",
    ),
    Pitfall(
        "The default graph is the union",
        "Without GRAPH a pattern matches in any graph, and each triple once. Name a graph to tell the edges from the "
        "rest: `?s ?p entity:calciphylaxis` also finds claims, case facts and kinds of it.",
        "SELECT ?s ?p WHERE { ?s ?p entity:calciphylaxis } ORDER BY ?s ?p",
        "SELECT ?s ?p WHERE { GRAPH graph:direct { ?s ?p entity:calciphylaxis } } ORDER BY ?s ?p",
    ),
    Pitfall(
        "An entity has its kind as type, not ckg:Entity",
        "Kinds are subclasses of ckg:Entity, and nothing is inferred.",
        "SELECT ?entity WHERE { ?entity a ckg:Entity }",
        "SELECT ?entity WHERE { ?entity a/rdfs:subClassOf ckg:Entity } ORDER BY ?entity",
    ),
    Pitfall(
        "Qualifiers are terms, not texts",
        "Species, tissue, design, basis, certainty, directness and status have IRIs as values; population, exposure "
        "and effect are free text.",
        'SELECT ?claim WHERE { ?claim ckg:species "human" }',
        "SELECT ?claim WHERE { ?claim ckg:species ckg:human } ORDER BY ?claim",
    ),
    Pitfall(
        "A name is not an IRI",
        "IRIs hold slugs, and the label is only one of the names. Look for the others in skos:altLabel; a name in "
        "ckg:ambiguous-name fits several entities. `kg find NAME` does all of it, Greek and spelling included.",
        'SELECT ?entity WHERE { ?entity rdfs:label "OPG" }',
        'SELECT ?entity WHERE { ?entity rdfs:label|skos:altLabel "OPG" }',
    ),
    Pitfall(
        "A class does not speak for its kinds, nor a kind for its class",
        "Dexamethasone and glucocorticoid are entities of their own, joined by ckg:broader from kind to class; claims "
        "on one are not claims on the other. The other definitional links also go from the special to the general.",
        "SELECT ?claim WHERE { ?claim ckg:subject entity:corticosteroid } ORDER BY ?claim",
        "SELECT ?claim WHERE { ?claim ckg:subject/ckg:broader* entity:corticosteroid } ORDER BY ?claim",
    ),
    Pitfall(
        "Two sources may be one voice",
        "A second-hand claim repeats the works that ckg:cites names, and sources with the same ckg:family share their "
        "patients. Counting sources overstates the support; `kg trace` and `kg show` count voices.",
    ),
    Pitfall(
        "Use MINUS where FILTER NOT EXISTS comes to mind",
        "In Oxigraph, the engine behind kg, it is about a hundred times faster here. SERVICE and updates are refused.",
    ),
    Pitfall(
        "Rows without ORDER BY have no order",
        "Nor has GROUP_CONCAT. Order by enough columns that no two rows tie, or the same query gives other bytes.",
    ),
)

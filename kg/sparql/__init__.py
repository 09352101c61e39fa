"""SPARQL for readers: a guard, a row limit, bindings, results in the standard formats, and the named queries.

`run` asks a pyoxigraph store; the union of all its graphs is the default graph unless FROM says otherwise. Every text
first passes `guard`.
"""

from kg.sparql.asking import run
from kg.sparql.guard import guard
from kg.sparql.named import NamedQuery, Parameter, read_queries, read_query, run_named
from kg.sparql.results import Results

__all__ = ["NamedQuery", "Parameter", "Results", "guard", "read_queries", "read_query", "run", "run_named"]

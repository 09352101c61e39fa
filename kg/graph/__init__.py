"""The object that a user holds, in layers: what it holds (`catalogue`), traces (`questions`), what follows from them
(`judgements`), and the whole with smaller graphs, SPARQL and views (`knowledge`); `opening` makes it.
"""

from kg.graph.catalogue import Name, Names
from kg.graph.knowledge import KnowledgeGraph
from kg.graph.opening import load, open, read

__all__ = ["KnowledgeGraph", "Name", "Names", "load", "open", "read"]

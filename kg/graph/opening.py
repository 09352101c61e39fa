"""Where graphs come from: the shipped one, a folder, a store, a release, KGX files, or data that lie elsewhere."""

from __future__ import annotations

from pathlib import Path as FilePath

from kg.errors import UsageError
from kg.graph.knowledge import KnowledgeGraph
from kg.schema import ontology_folder
from kg.store import Dataset

__all__ = ["load", "open", "read"]


def load() -> KnowledgeGraph:
    """The knowledge graph that ships with the package.

    >>> import kg
    >>> graph = kg.load()
    >>> graph.find("OPG").label
    'osteoprotegerin'
    """
    return KnowledgeGraph(Dataset.load(ontology_folder()))


def open(  # noqa: A001 - the public name is kg.open
    location: str | FilePath, *more: str | FilePath, unmapped: str | None = None, engine: str | None = None
) -> KnowledgeGraph:
    """A knowledge graph of your own: a folder of Turtle laid out like ``ontology/``, a store that `save` wrote, a
    release that ``kg release`` wrote, two KGX files (``kg.open("nodes.tsv", "edges.tsv")``; .jsonl and .gz too), or a
    file in one of the formats that `kg.exchange` reads.

    Data that lie elsewhere, or are too large for memory, are asked question by question: a SPARQL 1.1 endpoint
    (``kg.open("http://localhost:7878/query")``), or KGX edges in Parquet (``kg.open("edges.parquet")``, with
    ``"nodes.parquet"`` where there are names; folders of such files too). DuckDB reads these here, or the Spark cluster
    that `engine` names (``engine="spark://host:7077"``). See `kg.remote.graph.RemoteGraph`.

    Of two KGX files that are named alike one will do, or the folder that holds them. Predicates of theirs that
    ``ontology/foreign.ttl`` does not have are read as ``affects``, or left out with ``unmapped="left out"``;
    `kg.large.LargeGraph.report` counts them.

    Of a folder, a release and also a store, all claims are read into memory: some 5 kB and 0.2 ms for each of them.
    SPARQL on a store that is too large for that: ``kg.store.Dataset.open(location).store.query(...)``.

    Raises FileProblem if it cannot be read and InvalidData if it breaks a rule; then nothing is loaded.
    """
    from kg.large import is_kgx, open_kgx
    from kg.remote import is_remote, open_remote

    if is_remote(location, *more):
        return open_remote(location, *more, engine=engine, unmapped=unmapped or "unsigned")
    if engine is not None:
        raise UsageError(f"engine says what reads Parquet files; {location} is none.")
    if is_kgx(location, *more):
        return open_kgx(location, *more, unmapped=unmapped or "unsigned")
    if unmapped is not None:
        raise UsageError(f"unmapped says how KGX files are read; {location} is none.")
    if FilePath(location).is_file():
        return read(location, *more)
    if more:
        raise UsageError("kg.open takes one folder, store or release; several files only where they belong together.")
    return KnowledgeGraph(Dataset.at(location))


def read(*files: str | FilePath, format: str | None = None, unmapped: str = "unsigned") -> KnowledgeGraph:  # noqa: A002
    """The graph in a file of another program (or in several that belong together), with all methods and its RDF.

    The format is named, or told by the ending; `kg.exchange.formats` has them all. The `report` of the graph tells what
    was kept, how each foreign predicate was read, and what was lost, with the lines. `unmapped`: ``unsigned`` or
    ``left out``. Unlike a `kg.large.LargeGraph`, which `open` makes of KGX files, it holds every claim as an object:
    some 5 kB for each. Raises FileProblem, InvalidData with file and line, UsageError, MissingExtra.
    """
    from kg.exchange import read as read_files

    dataset, report = read_files(files, format, unmapped=unmapped)
    return KnowledgeGraph(dataset, report=report)

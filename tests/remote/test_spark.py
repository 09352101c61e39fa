"""Parquet through Spark, on a cluster of two workers on this machine: the same SQL gives the same answers.

One test, since each start of a cluster takes its time; what the SQL does is tested in full with DuckDB.
"""

from __future__ import annotations

import shutil
import sys
import warnings

import pytest
from files import write
from parquets import kgx_rows, write_parquet
from shapes import shape

import kg
from kg.errors import FileProblem, MissingExtra, NotFound, UnknownEntity
from kg.remote.runner import Spark

MASTER = "local-cluster[2,1,1024]"


@pytest.fixture
def cluster(monkeypatch):
    """A Spark session with few partitions, as fits two cores; the graph takes up the session that is there."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs a Java runtime, and there is none here")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # pyspark leaves pipes to its JVM open
        builder = SparkSession.builder.master(MASTER).config("spark.sql.shuffle.partitions", "2")
        session = builder.config("spark.ui.enabled", "false").config("spark.log.level", "OFF").getOrCreate()
        yield session
        session.stop()


def test_a_spark_cluster_answers_what_memory_answers(cluster, graph, tmp_path):
    nodes, edges = kgx_rows(graph)
    memory = kg.open(*write(tmp_path, nodes, edges))
    half = len(edges) // 2
    for part, rows in (("part-1", edges[:half]), ("part-2", edges[half:])):
        write_parquet(tmp_path / "edges" / f"{part}.parquet", rows, lists=True)
    remote = kg.open(tmp_path / "edges", write_parquet(tmp_path / "nodes.parquet", nodes, lists=True), engine=MASTER)
    assert isinstance(remote._place.runner, Spark)
    assert cluster.sparkContext.master == MASTER

    ends = ("corticosteroids", "vascular calcification")
    got, wanted = (g.trace(*ends, max_steps=3) for g in (remote, memory))
    assert shape(got, claims=False) == shape(wanted, claims=False)
    assert got.certificate.status == "complete"
    assert len(got.paths) > 10
    assert {c.section.split(" of ")[1] for c in got.claims} <= {"part-1.parquet", "part-2.parquet"}

    narrowed = [
        g.where(species="human", unstated=True).without("RANKL").trace(*ends, max_steps=2) for g in (remote, memory)
    ]
    assert shape(narrowed[0], claims=False) == shape(narrowed[1], claims=False)

    short = remote.limited(fan_out=5).trace(*ends, max_steps=2).certificate
    assert short.status == "budget"
    assert any("more than 5" in word for word in short.filters)

    assert remote.source("nazir-2015").id == "nazir-2015"
    with pytest.raises(NotFound):
        remote.source("nobody-1900")
    with pytest.raises(UnknownEntity):
        remote.find("'; DROP")
    assert [view.name for view in cluster.catalog.listTables() if view.name.startswith("kg_")] == []  # nothing is left

    (tmp_path / "bad.parquet").write_text("no Parquet")
    with pytest.raises(FileProblem, match=r"bad\.parquet"):
        kg.open(tmp_path / "bad.parquet", engine=MASTER)


def test_pyspark_is_named_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(MissingExtra, match=r"pyspark.*\[scale\]"):
        kg.open(
            write_parquet(tmp_path / "edges.parquet", [{"subject": "a", "predicate": "b", "object": "c"}]),
            engine=MASTER,
        )

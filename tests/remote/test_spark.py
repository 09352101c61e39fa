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
SMALL = {
    "spark.sql.shuffle.partitions": "1", "spark.default.parallelism": "1", "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.ui.enabled": "false", "spark.log.level": "OFF",
}  # fmt: skip
"""For tables of a few rows, which take less time than the code that Spark would write and compile for each query."""
BRIEF = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture
def cluster(monkeypatch, tmp_path):
    """A Spark session set up for small tables; the graph takes up the session that is there."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs a Java runtime, and there is none here")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # pyspark leaves pipes to its JVM open
        places = {"spark.sql.warehouse.dir": str(tmp_path / "warehouse")}
        java = {f"spark.{side}.extraJavaOptions": BRIEF for side in ("driver", "executor")}
        session = SparkSession.builder.master(MASTER).config(map={**SMALL, **java, **places}).getOrCreate()
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

    got, wanted = (
        g.where(species="human", unstated=True)
        .without("RANKL")
        .trace("corticosteroids", "vascular calcification", max_steps=3)
        for g in (remote, memory)
    )  # with kinds, filters, what is taken away, hops from both ends and their closing: every statement of the SQL
    assert shape(got, claims=False) == shape(wanted, claims=False)
    assert got.certificate.status == "complete"
    assert {step.kind for path in got.paths for step in path.steps} >= {"claim", "specialization"}
    assert {c.section.split(" of ")[1] for c in got.claims} == {"part-1.parquet", "part-2.parquet"}

    short = remote.limited(fan_out=5).trace("osteoprotegerin", "vascular calcification", max_steps=2).certificate
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

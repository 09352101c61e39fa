"""What runs the SQL: DuckDB in this process, or Spark on a cluster. Both run the same text.

Values go in as parameters (``:name``) or as small tables, never as text. A table that is kept is computed at once and
its lineage is forgotten, so that a hop is never computed again: a temporary table in DuckDB, a checkpoint in Spark.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, Protocol

from kg.errors import FileProblem, MissingExtra, UsageError

__all__ = ["FILE", "ROW", "DuckDB", "Runner", "Session", "Spark", "runner"]

FILE, ROW = "kg_file", "kg_row"
"""The columns that say where a row lies: in which file, and which row of it, from 0."""
Row = tuple[Any, ...]


class Session(Protocol):
    """Tables of one question; they go with it."""

    def upload(self, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Make a table of texts (a column whose name begins with n_ : of whole numbers)."""
        ...

    def view(self, name: str, sql: str) -> None:
        """Give a query a name."""
        ...

    def keep(self, name: str, sql: str, **values: Any) -> int:
        """Make a table of what a query gives now; how many rows that is."""
        ...

    def rows(self, sql: str, **values: Any) -> list[Row]:
        """The rows of a query."""
        ...

    def arrow(self, sql: str, **values: Any) -> Any:
        """The rows of a query as a pyarrow table."""
        ...


class Runner(Protocol):
    """A database that has the Parquet files as ``raw_edges`` and, if there are any, ``raw_nodes``."""

    def read(self, name: str, files: Sequence[str]) -> dict[str, str]:
        """Give Parquet files a name; the types of their columns, in lower case. Raises FileProblem."""
        ...

    def session(self) -> contextlib.AbstractContextManager[Session]:
        """A place for the tables of one question."""
        ...


def runner(engine: str | None) -> Runner:
    """The runner that an engine's name stands for: none or ``duckdb``, else the master of a Spark cluster.

    Raises UsageError for another name, MissingExtra.
    """
    if engine in (None, "duckdb"):
        return DuckDB()
    if re.match(r"spark://|local(-cluster)?(\[|$)|yarn$|k8s://", str(engine)):
        return Spark(str(engine))
    raise UsageError(f"engine must be duckdb or the master of a Spark cluster (spark://host:7077), not {engine!r}.")


class DuckDB:
    """DuckDB, in this process; it reads files of this machine only, and fetches nothing from anywhere."""

    def __init__(self) -> None:
        try:
            import duckdb
            import pyarrow  # type: ignore[import-untyped]  # noqa: F401 - tables go in and come out by it
        except ModuleNotFoundError as error:
            raise MissingExtra(error.name or "duckdb", "scale") from None
        quiet: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        self.database = duckdb.connect(":memory:", config=quiet)

    def read(self, name: str, files: Sequence[str]) -> dict[str, str]:
        """Give Parquet files a name; columns that only some of them have are empty in the others."""
        import duckdb

        for file in files:
            if "://" in file:
                raise UsageError(f"DuckDB reads files of this machine, not {file}. Name a Spark cluster as engine.")
        try:
            found = self.database.read_parquet(
                list(files), file_row_number=True, filename=True, union_by_name=True, hive_partitioning=False
            )
            types = {column: str(kind).lower() for column, kind in zip(found.columns, found.types, strict=True)}
            rest = ", ".join(_quoted(column) for column in types if column not in ("filename", "file_row_number"))
            found.project(f"{rest}, filename AS {FILE}, file_row_number AS {ROW}").create_view(name)
        except duckdb.Error as error:
            _unreadable(files, error)
        return types

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """A connection of its own, with its own temporary tables."""
        with self.database.cursor() as cursor:
            yield _DuckSession(cursor)


class _DuckSession:
    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def upload(self, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self.cursor.register(f"_{name}", _table(columns, rows))
        self.keep(name, f"SELECT * FROM _{name}")
        self.cursor.unregister(f"_{name}")

    def view(self, name: str, sql: str) -> None:
        self.cursor.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def keep(self, name: str, sql: str, **values: Any) -> int:
        return int(self._run(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", values).fetchone()[0])

    def rows(self, sql: str, **values: Any) -> list[Row]:
        found: list[Row] = self._run(sql, values).fetchall()
        return found

    def arrow(self, sql: str, **values: Any) -> Any:
        import duckdb

        try:
            return self.cursor.sql(_dollars(sql), params=values or None).to_arrow_table()
        except duckdb.Error as error:
            _failed(error)

    def _run(self, sql: str, values: dict[str, Any]) -> Any:
        import duckdb

        try:
            return self.cursor.execute(_dollars(sql), values or None)
        except duckdb.Error as error:
            _failed(error)


class Spark:
    """A Spark cluster; files must lie where all its machines see them.

    Hops are checkpointed: into the folder that the cluster is set up with (``spark.checkpoint.dir``), else on the
    executors. A session that is there already is used.
    """

    def __init__(self, master: str) -> None:
        try:
            import pyarrow  # noqa: F401 - results come by it
            from pyspark.sql import SparkSession
        except ModuleNotFoundError as error:
            raise MissingExtra(error.name or "pyspark", "scale") from None
        unused = Path(tempfile.gettempdir(), "calciphylaxis-kg-spark").as_uri()  # else a folder in the user's own
        builder = SparkSession.builder.master(master).appName("calciphylaxis-kg").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.warehouse.dir", unused)
        try:
            self.spark = builder.getOrCreate()
        except Exception as error:
            raise FileProblem(f"Cannot start Spark on {master}: {_line(error)}. It needs Java 17 or newer.") from None
        self._read: dict[str, Any] = {}

    def read(self, name: str, files: Sequence[str]) -> dict[str, str]:
        """Give Parquet files a name; columns that only some of them have are empty in the others."""
        from pyspark.sql import functions

        try:
            found = self.spark.read.option("mergeSchema", "true").parquet(*files)
            types = {column: kind.lower() for column, kind in found.dtypes}
            place = [functions.col("_metadata.file_path").alias(FILE), functions.col("_metadata.row_index").alias(ROW)]
            self._read[name] = found.select(*[f"`{column}`" for column in types], *place)
        except Exception as error:
            _unreadable(files, error)
        return types

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """Views with names of their own, dropped in the end."""
        session = _SparkSession(self.spark)
        for name, table in self._read.items():
            table.createOrReplaceTempView(name)
        try:
            yield session
        finally:
            session.forget()


class _SparkSession:
    """Spark's views are shared by all who use its session, so each question has names of its own."""

    count = 0

    def __init__(self, spark: Any) -> None:
        self.spark = spark
        self.kept: dict[str, Any] = {}
        self.names: dict[str, str] = {}
        type(self).count += 1
        self.number = self.count

    def upload(self, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self._name(name, self.spark.createDataFrame(_table(columns, rows)))

    def view(self, name: str, sql: str) -> None:
        self._name(name, self._run(sql, {}))

    def keep(self, name: str, sql: str, **values: Any) -> int:
        found = self._run(sql, values)
        lasting = self.spark.sparkContext.getCheckpointDir() is not None
        try:
            table = found.checkpoint() if lasting else found.localCheckpoint()
            self._name(name, table)
            return int(table.count())
        except Exception as error:
            _failed(error)

    def rows(self, sql: str, **values: Any) -> list[Row]:
        try:
            return [tuple(row) for row in self._run(sql, values).collect()]
        except Exception as error:
            _failed(error)

    def arrow(self, sql: str, **values: Any) -> Any:
        try:
            return self._run(sql, values).toArrow()
        except Exception as error:
            _failed(error)

    def forget(self) -> None:
        for name in self.names.values():
            self.spark.catalog.dropTempView(name)

    def _name(self, name: str, table: Any) -> None:
        self.names[name] = f"kg_{self.number}_{name}"
        table.createOrReplaceTempView(self.names[name])

    def _run(self, sql: str, values: dict[str, Any]) -> Any:
        if self.names:
            ours = "|".join(sorted(self.names, key=len, reverse=True))
            sql = re.sub(rf"\b(FROM|JOIN) ({ours})\b", lambda found: f"{found[1]} {self.names[found[2]]}", sql)
        try:
            return self.spark.sql(sql, args=values or None)
        except Exception as error:
            _failed(error)


def _table(columns: Sequence[str], rows: Sequence[Row]) -> Any:
    """Rows as a pyarrow table of texts and, in columns whose name begins with ``n_``, whole numbers."""
    import pyarrow as pa

    listed = list(zip(*rows, strict=True)) or [()] * len(columns)
    kinds = [pa.int64() if column.startswith("n_") else pa.string() for column in columns]
    arrays = [pa.array(list(cells), kind) for cells, kind in zip(listed, kinds, strict=True)]
    return pa.table(arrays, list(columns))


def _dollars(sql: str) -> str:
    """Parameters as DuckDB writes them."""
    return re.sub(r":([a-z]\w*)", r"$\1", sql)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300].rstrip(".") if str(error).strip() else type(error).__name__


def _unreadable(files: Sequence[str], error: Exception) -> NoReturn:
    names = ", ".join(Path(file).name for file in files[:3]) + (" ..." if len(files) > 3 else "")
    raise FileProblem(f"Cannot read {names} as Parquet: {_line(error)}.") from None


def _failed(error: Exception) -> NoReturn:
    raise FileProblem(f"The database could not answer: {_line(error)}.") from None

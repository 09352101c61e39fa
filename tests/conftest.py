"""What many tests share: the shipped graph, loaded once, and a place for small ones."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import kg
from kg.draw import layout
from kg.graph import KnowledgeGraph

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("default", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="Write derived files (pictures, notebooks, figures) anew.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest single test goes first, so that no worker waits for it in the end."""
    items.sort(key=lambda item: "test_spark" not in item.nodeid)


@pytest.fixture
def derived(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a file that is derived from the data with what is derived today, or writes it anew."""

    def compare(file: Path, today: str) -> None:
        if request.config.getoption("--rewrite"):
            file.write_text(today, "utf-8")
        remedy = f"{file.name} is not what the data give today. Write it anew: python -m pytest --rewrite"
        assert file.read_text("utf-8") == today, remedy

    return compare


@pytest.fixture(scope="session")
def graph() -> KnowledgeGraph:
    """The shipped graph; it never changes, so one copy serves all tests."""
    return kg.load()


@pytest.fixture(scope="module")
def loaded_once(graph: KnowledgeGraph) -> Iterator[None]:
    """Has ``kg.load()`` give the one copy, to a module that runs many commands or examples in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kg, "load", lambda: graph)
        yield


@pytest.fixture(scope="module")
def laid_out_once() -> Iterator[None]:
    """Has Graphviz run once for the same picture, for a module that looks at it again and again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "_run", functools.cache(layout._run))
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def report() -> Path:
    """The reader's own copy of the founding report, where there is one."""
    file = os.environ.get("KG_REPORT", "")
    if not Path(file).is_file():
        pytest.skip("KG_REPORT does not name a copy of the founding report, which is not ours to ship")
    return Path(file)

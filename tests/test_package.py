"""The package as others meet it: light to import, whole in its wheel, with examples that run."""

from __future__ import annotations

import doctest
import importlib
import json
import pkgutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import kg

pytestmark = pytest.mark.usefixtures("loaded_once")

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"rdflib", "pyoxigraph", "networkx", "matplotlib", "numpy", "pygraphviz", "typer", "rich", "pandas", "pyshacl"}
MODULES = sorted(
    module.name for module in pkgutil.walk_packages(kg.__path__, "kg.") if not module.name.endswith("__main__")
)


def loaded_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys, json; print(json.dumps(list(sys.modules)))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_importing_kg_loads_nothing_heavy():
    assert not HEAVY & loaded_after("import kg")


def test_a_trace_needs_neither_rdflib_nor_matplotlib_nor_networkx():
    code = "import kg; kg.load().trace('corticosteroids', 'vascular calcification')"
    assert HEAVY & loaded_after(code) == {"pyoxigraph"}


def test_every_public_name_is_there():
    for name in kg.__all__:
        assert getattr(kg, name) is not None
    assert set(kg.__all__) <= set(dir(kg))
    with pytest.raises(AttributeError, match="nothing"):
        kg.nothing  # noqa: B018


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_every_module_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0
    for public in getattr(module, "__all__", ()):
        assert hasattr(module, public)


def test_the_example_of_the_package_runs():
    assert doctest.testmod(kg).attempted >= 3
    assert doctest.testmod(kg).failed == 0


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_whole_ontology_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    files = {file.relative_to(ROOT) for file in (ROOT / "ontology").rglob("*") if file.is_file()}
    assert {f"kg/{file.as_posix()}" for file in files} <= names
    assert {"kg/py.typed", "kg/answer.schema.json"} <= names
    assert all(name.startswith(("kg/", "calciphylaxis_kg-")) for name in names)


def test_the_wheel_finds_its_ontology_away_from_the_checkout(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); import kg; graph = kg.load(); "
        "print(kg.__file__); print(len(graph)); print(graph.query('what-lowers', target='OPG').columns[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    file, claims, column = done.stdout.splitlines()
    assert file.startswith(str(tmp_path / "site"))
    assert int(claims) == len(kg.load())
    assert column


def test_versions_agree():
    stated = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"version: {kg.__version__}\n" in stated
    assert f'version = "{kg.__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert kg.load().version.startswith(kg.__version__ + " ")

"""Every notebook runs from top to bottom, and its committed outputs are those of today."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
EXCHANGE = "05-exchange.ipynb"
"""Reads a file of others, which is not ours to ship."""
NOTEBOOKS = sorted(file.name for file in FOLDER.glob("*.ipynb") if file.name != EXCHANGE)
STAND_IN = """\
name: Pseudoxanthoma Elasticum
pathophysiology:
- name: Reduced Hepatic ATP Efflux
  downstream:
  - {target: Arterial Calcification, evidence: [{reference: "PMID:1", supports: SUPPORT}]}
phenotypes:
- name: Arterial Calcification
  phenotype_term: {preferred_term: Arterial calcification, term: {id: HP:0003207, label: Arterial calcification}}
"""
"""In the same form, with the one step that the notebook asks for."""


def executed(file: Path) -> str:
    notebook = nbformat.read(file, as_version=4)
    NotebookClient(notebook, timeout=240, kernel_name="python3", coalesce_streams=True).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # the times
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    return nbformat.writes(notebook) + "\n"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_its_outputs_are_those_of_today(name, derived):
    derived(FOLDER / name, executed(FOLDER / name))


def test_the_notebook_on_exchange_is_that_of_today_with_the_file_of_others(derived):
    if not Path(os.environ.get("KG_MECHANISM", "")).is_file():
        pytest.skip("KG_MECHANISM does not name a copy of the file of others that the notebook reads, not ours to ship")
    derived(FOLDER / EXCHANGE, executed(FOLDER / EXCHANGE))


def test_the_notebook_on_exchange_runs_with_a_file_in_the_same_form(tmp_path, monkeypatch):
    (tmp_path / "stand-in.yaml").write_text(STAND_IN)
    monkeypatch.setenv("KG_MECHANISM", str(tmp_path / "stand-in.yaml"))
    notebook = executed(FOLDER / EXCHANGE)
    assert "arterial calcification ⇒ vascular calcification" in notebook
    assert "dismech" in notebook


def test_there_are_notebooks():
    assert "01-steroids-to-calcification.ipynb" in NOTEBOOKS

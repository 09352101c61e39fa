"""What the tests of stores share: two small worlds, and a place where writing to the disk costs nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from stores import NEW, OLD

from kg.store import Dataset


@pytest.fixture
def old(tmp_path):
    """The folder of the data that are in a store before."""
    return OLD.write(tmp_path / "old")


@pytest.fixture
def new(tmp_path):
    """The folder of the data that come in their place."""
    return NEW.write(tmp_path / "new")


@pytest.fixture
def store(old, tmp_path):
    """A store of the old data."""
    Dataset.load(old).save(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def ram(tmp_path):
    """A folder in memory where the system has one: for hundreds of stores, of which none is kept."""
    if not Path("/dev/shm").is_dir():
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(dir="/dev/shm"))
    yield folder
    shutil.rmtree(folder)

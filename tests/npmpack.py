"""Packages of npm, fetched for one test run: a tarball unpacked into a folder, without anything that it depends on."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

__all__ = ["fetched"]


def fetched(package: str, folder: Path) -> Path:
    """The unpacked package (``cytoscape@3``); skips the test where there is no npm or its registry does not answer."""
    if shutil.which("npm") is None:
        pytest.skip("no npm here to fetch the program that reads the format")
    command = ["npm", "pack", package, "--silent", "--fetch-retries=0", "--fetch-timeout=20000"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"the registry of npm did not give {package} in a minute")
    if done.returncode:
        pytest.skip(f"npm could not fetch {package}: {done.stderr.strip().splitlines()[-1:]}")
    (tarball,) = folder.glob("*.tgz")
    with tarfile.open(tarball) as packed:
        packed.extractall(folder, filter="data")
    return folder / "package"

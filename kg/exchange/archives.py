"""Archives of files, read in memory by the names of their members, none of which may lead out of them."""

from __future__ import annotations

import re
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from kg.errors import FileProblem, KGError
from kg.exchange import documents

__all__ = ["members"]


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files in an archive (.zip, .tar.gz, .tgz, .tar) with their contents, at most `LARGEST` bytes in all.

    Raises InvalidData for a member whose name leads out of the archive or that is a link, FileProblem for an archive
    that cannot be read or holds more.
    """
    left = documents.LARGEST
    try:
        for name, stream in _opened(path):
            parts = PurePosixPath(name.replace("\\", "/"))
            if parts.is_absolute() or ".." in parts.parts or re.match(r"[A-Za-z]:", name):
                documents.refuse(path, 0, f"the member {name!r} leads out of the archive.", "Do not use it.")
            data = stream.read(left + 1)
            left -= len(data)
            if left < 0:
                raise FileProblem(
                    f"{path} unpacks to more than {documents.LARGEST // 2**20} MB, which is not read here."
                )
            yield name, data
    except KGError:
        raise
    except OSError as error:  # which a gzip file that is none is, too
        raise FileProblem(f"Cannot read {path}: {error.strerror or error}.") from None
    except Exception as error:  # the standard library raises a dozen kinds, of broken archives also plain TypeError
        raise FileProblem(f"{path} is no sound archive: {error}. Fetch it anew.") from None


def _opened(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if path.name.casefold().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if stat.S_ISLNK(info.external_attr >> 16):
                    documents.refuse(path, 0, f"the member {info.filename!r} is a link.", "Do not use it.")
                if not info.is_dir():
                    with archive.open(info) as stream:
                        yield info.filename, stream
        return
    with tarfile.open(path, "r|*") as packed:
        for member in packed:
            if member.issym() or member.islnk():
                documents.refuse(path, 0, f"the member {member.name!r} is a link.", "Do not use it.")
            if member.isfile() and (content := packed.extractfile(member)) is not None:
                yield member.name, content

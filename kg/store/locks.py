"""Locks that the system drops when their holder ends, however it ends, so that a dead one is never in the way.

On POSIX they are those of flock(2). On Windows a writer locks a byte of its file, and a reader needs no lock: a file
that is open there cannot be removed.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["Busy", "Hold", "only_writer", "unheld"]

_FAR = 1 << 20
"""Windows hides a locked byte from others, so it is one that the note on the holder does not reach."""


class Busy(Exception):
    """Somebody else holds the lock; the message says who, as far as known."""


class Hold:
    """A file held as a reader, until the object is gone; nobody finds it `unheld` meanwhile.

    Raises FileNotFoundError if it is not there, Busy if it is being removed.
    """

    def __init__(self, file: Path) -> None:
        self._handle = -1
        self._handle = os.open(file, os.O_RDONLY)
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(f"{file} is being removed") from None
            except OSError:  # a file system without locks has no writer either, since a writer must lock
                pass

    def __del__(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)


@contextlib.contextmanager
def unheld(file: Path) -> Iterator[bool]:
    """Whether no reader holds a file; while the block runs, none can begin to. A missing file is held by nobody."""
    if sys.platform == "win32":
        try:
            file.unlink(missing_ok=True)
        except PermissionError:
            yield False
        else:
            yield True
        return
    try:
        handle = os.open(file, os.O_RDWR)
    except FileNotFoundError:
        yield True
        return
    try:
        yield _locked(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def only_writer(file: Path) -> Iterator[None]:
    """Be the only one in the block for this file, which is made where it is missing and notes who holds it.

    Raises Busy at once if another process or thread is in it.
    """
    handle = _taken(file)
    try:
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps({"pid": os.getpid(), "host": _host(), "since": _now()}).encode())
        yield
    finally:
        os.close(handle)


def _taken(file: Path) -> int:
    while True:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _locked(handle):
                raise Busy(_holder(file))
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.stat(file)):
                    return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # its last holder removed it between our opening and our locking: begin again


def _locked(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _holder(file: Path) -> str:
    try:
        note = json.loads(file.read_bytes())
        return f"process {note['pid']} on {note['host']} since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):  # it has the lock, and has not yet said who it is
        return "another process"


def _host() -> str:
    import platform

    return platform.node() or "this machine"


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z")

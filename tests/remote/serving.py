"""A real endpoint for tests: ``oxigraph serve`` (or another command of it), from the wheel of the package oxigraph."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sysconfig
import time
import urllib.request
from collections.abc import Iterator


class Server:
    """A running ``oxigraph serve``; `load` replaces what it holds."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.address = f"{self.root}/query"

    def load(self, data: bytes, form: str = "application/n-quads") -> str:
        request = urllib.request.Request(f"{self.root}/store", data, {"Content-Type": form}, method="PUT")
        with urllib.request.urlopen(request, timeout=60):
            return self.address


@contextlib.contextmanager
def served(*options: str, command: str = "serve") -> Iterator[Server]:
    program = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which("oxigraph")
    assert program, "the package oxigraph is not installed: pip install -e '.[test]'"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [program, command, "--bind", f"127.0.0.1:{port}", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.05)
            yield Server(port)
        finally:
            process.terminate()


def quads(graph) -> bytes:
    from pyoxigraph import RdfFormat

    return graph.dataset.store.dump(format=RdfFormat.N_QUADS)

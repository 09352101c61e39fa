"""The benchmarks run: their arguments, a tiny run of everything, and the comparison with a peer; no timings here."""

import sys
from contextlib import suppress
from pathlib import Path
from subprocess import CompletedProcess, run
from types import SimpleNamespace

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The modules of the benchmarks, which import one another by their bare names."""
    monkeypatch.syspath_prepend(FOLDER)
    import kernel
    import limits
    import peers
    import run as command

    return SimpleNamespace(kernel=kernel, limits=limits, peers=peers, command=command)


def asked(*arguments: str) -> CompletedProcess[str]:
    return run([sys.executable, str(FOLDER / "run.py"), *arguments], capture_output=True, text=True, timeout=300)


def test_a_quick_run_of_everything_prints_its_tables_and_writes_the_picture(tmp_path: Path) -> None:
    figure = tmp_path / "growth.svg"
    done = asked("all", "--quick", "--figure", str(figure))
    assert done.returncode == 0, done.stderr
    for heading in (
        "## Small",
        "## Medium",
        "## Large",
        "## Curves",
        "## Remote",
        "## Load",
        "The trap",
        "visit an entity twice",
    ):
        assert heading in done.stdout
    assert "CPython" in done.stdout.splitlines()[0] or "PyPy" in done.stdout.splitlines()[0]
    assert "entities a layer" in figure.read_text("utf-8")


@pytest.mark.parametrize("arguments", [["huge"], ["--wrong"], ["small", "--figure", "x.svg"]])
def test_wrong_arguments_are_refused_before_anything_is_measured(arguments: list[str]) -> None:
    done = asked(*arguments)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_figure_that_is_there_is_kept_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "x.svg").write_text("kept")
    done = asked("curves", "--quick", "--figure", str(tmp_path / "x.svg"))
    assert done.returncode == 2
    assert "--force" in done.stderr


def test_networkx_is_asked_in_a_process_of_its_own_and_finds_no_path_that_the_kernel_lacks(
    scripts: SimpleNamespace, tmp_path: Path
) -> None:
    arrays = scripts.kernel.arrays_of(40, 240)
    pairs = scripts.kernel.pairs_of(40, 6)
    text = scripts.peers.comparison(arrays, pairs, tmp_path, lambda _: sys.executable, ("plain",), 1, ("networkx",))
    rows = {cells[0].strip(): cells[1:] for line in text.splitlines() if len(cells := line.strip("| ").split("|")) > 4}
    shortest = next(name for name in rows if "`shortest_simple_paths`" in name)
    every = next(name for name in rows if "`all_simple_paths`" in name)
    assert rows[shortest][0] == rows[every][0], "as many paths; which of equal length is their own affair"
    assert rows["kg"][1].strip() == "0.0%"
    assert float(rows[shortest][1].strip(" %")) > 0, "a dense graph has loops that flip the sign"


def test_a_path_that_the_kernel_lacks_ends_the_comparison(scripts: SimpleNamespace) -> None:
    arrays = scripts.kernel.Arrays.of(3, [0, 1], [1, 2], [1, 1])
    routes = scripts.kernel.Kernel(arrays, engine="plain").search([0], [2], signs=(1, -1))
    peer = scripts.peers.Peer("other", "method", (), "", answers={(0, 2): {1: [[0, 1, 2], [0, 2]], -1: []}})
    with pytest.raises(SystemExit, match="does not give"):
        scripts.peers.mistakes(peer, {(0, 2): routes})


def test_repeats_and_missing_paths_of_a_peer_are_counted(scripts: SimpleNamespace) -> None:
    arrays = scripts.kernel.Arrays.of(3, [0, 1, 0], [1, 2, 2], [1, 1, 1])
    routes = scripts.kernel.Kernel(arrays, engine="plain").search([0], [2], signs=(1, -1))
    peer = scripts.peers.Peer("other", "method", (), "", answers={(0, 2): {1: [[0, 2]], -1: [[0, 1, 0, 2]]}})
    seen = scripts.peers.mistakes(peer, {(0, 2): routes})
    assert (seen["paths"], seen["twice"], seen["exact"], seen["lacking"], seen["short"]) == (2, 1, 2, 1, 1)


def test_a_peer_that_cannot_be_installed_is_named_with_its_reason(scripts: SimpleNamespace, tmp_path: Path) -> None:
    def fails(_: object) -> str:
        raise OSError("no such package")

    arrays = scripts.kernel.arrays_of(20, 60)
    text = scripts.peers.comparison(arrays, [(0, 1)], tmp_path, fails, ("plain",), 1, ("igraph",))
    assert text.count("not asked (no such package)") == 2


def endless() -> None:
    while True:
        with suppress(ValueError):
            int("x")


@pytest.mark.parametrize("how", ["timed", "forked"])
def test_an_action_that_takes_too_long_is_stopped(scripts: SimpleNamespace, how: str) -> None:
    with pytest.raises(scripts.limits.Stopped, match="time"):
        getattr(scripts.limits, how)(endless, 1)


def test_an_action_that_takes_too_much_memory_is_stopped(scripts: SimpleNamespace) -> None:
    with pytest.raises(scripts.limits.Stopped, match="memory"):
        scripts.limits.forked(lambda: bytearray(2**43), 5, memory=2**40)


def test_a_graph_that_does_not_fit_into_memory_is_left_out_with_the_formula(
    scripts: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripts.command, "available", lambda: 10**9)
    assert "16 (n + 1) + 22 m" in scripts.command.lacks_memory(1_000_000, 20_000_000)
    monkeypatch.setattr(scripts.command, "available", lambda: 10**12)
    assert scripts.command.lacks_memory(1_000_000, 20_000_000) == ""

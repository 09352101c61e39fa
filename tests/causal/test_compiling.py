"""Whoever waits for the compiler of the search is told so: on a terminal, and only if something is compiled."""

from __future__ import annotations

import importlib
import sys

import pytest

from kg.causal.kernel import engine

numba = pytest.importorskip("numba")
FUNCTION = "def one(x):\n    return x + 1\n\n\ndef other(x):\n    return x - 1\n"


@pytest.fixture
def functions(tmp_path, monkeypatch):
    """A module of two functions, of which Numba keeps what it compiles beside them."""
    (tmp_path / "compiled_for_a_test.py").write_text(FUNCTION)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("compiled_for_a_test")
    del sys.modules["compiled_for_a_test"]


def test_one_line_for_what_is_compiled_and_none_for_what_is_in_the_cache(functions, monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    first, again = (numba.njit(cache=True)(functions.one) for _ in range(2))
    other = numba.njit(functions.other)
    engine._announce({first: "by luck", again: "by luck"})
    assert (first(1), first(2), other(1), again(1)) == (2, 3, 0, 2)
    out, err = capsys.readouterr()
    assert (out, err) == ("", "kg: compiling the search by luck for this machine, once (some 10 s) ...\n")


def test_nothing_is_said_on_a_pipe(functions, capsys):
    compiled = numba.njit(functions.one)
    engine._announce({compiled: "by luck"})
    assert compiled(1) == 2
    assert capsys.readouterr() == ("", "")


def test_both_searches_are_announced(monkeypatch):
    announced = {}
    monkeypatch.setattr(engine, "_announce", announced.update)
    chosen = engine._compiled.__wrapped__()
    assert announced == {chosen.advance: "by steps", chosen.widen: "by support"}

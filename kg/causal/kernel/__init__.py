"""The exact signed search on flat arrays, for graphs of millions of arcs: plain Python that Numba compiles unchanged.

`Arrays` holds a graph, `Kernel` answers questions on it; see `kg.causal.kernel.kernel` for the idea. Small graphs are
searched by `kg.causal.search`, which gives the same routes.
"""

from kg.causal.kernel.arrays import Arrays
from kg.causal.kernel.engine import LARGE
from kg.causal.kernel.kernel import Kernel, Routes

__all__ = ["LARGE", "Arrays", "Kernel", "Routes"]

"""Causal reasoning over claims: network, search, support, scope, traces. Pure functions, far from RDF and views."""

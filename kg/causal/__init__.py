"""Causal reasoning over claims: network, search, support, scope, traces. Pure functions; knows neither RDF nor views."""

"""The MCP server: the graph for assistants that are language models, through ten tools that read.

A model needs short answers that cannot be misread. `glossary` tells claims, sources, steps and routes in few words,
each once; `traces`, `things`, `disagreements`, `interventions`, `patients`, `queries` and `vocabulary` make `Answer`s
of what the graph says; `answers` puts them into one envelope (data version, sources, disclaimer, what was left out) and
keeps them small; `parameters` says what the arguments mean and may be; `tools`, `resources` and `server` offer it all
by the protocol.
"""

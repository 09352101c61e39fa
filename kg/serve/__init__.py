"""The graph for people who do not write Python: the explorer in the browser, the SPARQL endpoint, assistants.

`pages` turns answers into HTML, also as one offline file; `endpoint` speaks the SPARQL protocol; `app` puts both
together, and `network` stands between them and whoever asks. `workers` answer SPARQL in processes that can be killed;
`assistant` is the MCP server. Needs the extra ``web``, the assistant the extra ``mcp``.
"""

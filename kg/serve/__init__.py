"""The graph for people who do not write Python: the explorer in the browser, the SPARQL endpoint, assistants.

`pages` turns answers into HTML, also as one offline file; `app` puts pages and endpoint together; `safety` and `server`
stand between it and the network; `workers` answer SPARQL in processes that can be killed; `assistant` is the MCP
server. Needs the extra ``web``, the assistant the extra ``mcp``.
"""

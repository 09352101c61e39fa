"""What stands between an application and the network: `server` runs it, `connection` waits for no client for ever,
`safety` turns away what breaks a rule, `log` writes down who came and never what was asked.
"""

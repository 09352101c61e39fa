"""What stands between an application and the network: `server` runs it, `connection` waits for no client for ever,
`safety` turns away what breaks a rule, `log` writes down paths and what came of them, never who asked.
"""

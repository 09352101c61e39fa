"""Where to intervene: minimal sets that cut every raising route (`cuts`, found by `hitting`), who acts on their members
(`members`) and what that does elsewhere (`elsewhere`), and what a cut of one's own leaves (`cutting`).
"""

"""Pages: answers as HTML. No web server in here: functions from a graph to a `Page`, which a `Site` makes HTML of.

The same templates make the pages of the explorer (`links.Addresses`) and one offline file (`links.Anchors`).
"""

from kg.serve.pages.page import Page, Site

__all__ = ["Page", "Site"]

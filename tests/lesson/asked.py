"""Questions to the shipped graph, one for each kind of answer."""

from __future__ import annotations

from collections.abc import Mapping

ASKED: Mapping[str, tuple[object, object, Mapping[str, object]]] = {
    "contested": ("corticosteroids", "vascular calcification", {}),
    "contested without kinds": ("corticosteroids", "vascular calcification", {"specialize": False}),
    "lupus": ("SLE", "calciphylaxis", {}),
    "increases": ("bisphosphonate", "bone mineral density", {"max_steps": 3}),
    "decreases, with claims beside": ("sodium thiosulfate", "calciphylaxis mortality", {}),
    "unsigned": ("corticosteroids", "adynamic bone disease", {}),
    "by definition alone": ("hypercalcemia", "serum calcium", {"max_steps": 1}),
    "a generalization": ("RANKL", "NF-kB signaling", {}),
    "several ends": (["SLE", "corticosteroids"], ["vascular calcification", "skin necrosis"], {"max_steps": 3}),
    "one arm listed": ("corticosteroids", "vascular calcification", {"sign": -1}),
    "the first only": ("corticosteroids", "vascular calcification", {"k": 1}),
    "stopped with routes": ("corticosteroids", "vascular calcification", {"max_steps": 50, "budget": 20_000}),
    "none found": ("vascular calcification", "warfarin", {"max_steps": 9, "budget": 3}),
    "no path": ("vascular calcification", "warfarin", {}),
}
"""Source, target and options by what the answer is an example of."""

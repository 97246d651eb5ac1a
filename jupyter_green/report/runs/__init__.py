"""Runs of one experiment, which is what a label of the user's names: listed, added up, and compared with another's."""

from __future__ import annotations

from .comparison import compared
from .experiment import Experiment, repeated
from .gathering import Runs, of_cell, of_ended, of_label, of_labels
from .listing import listing, overview

__all__ = [
    "Experiment",
    "Runs",
    "compared",
    "listing",
    "of_cell",
    "of_ended",
    "of_label",
    "of_labels",
    "overview",
    "repeated",
]

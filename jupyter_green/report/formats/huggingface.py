"""``co2_eq_emissions`` of a model card on the Hugging Face Hub: grams, and what they rest on.

The keys are the Hub's. No record tells ``training_type``: it is there if the user states it, or the card did.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...version import __version__
from .. import quantities, wording
from . import hardware, totals
from .card_metadata import with_mapping
from .location import locations

if TYPE_CHECKING:
    from .bundle import Bundle

KEY = "co2_eq_emissions"


def render(bundle: Bundle) -> str:
    """Return the metadata block of a card that has nothing else.

    Raises
    ------
    Problem
        When the emissions are not known.
    """
    return merge("", bundle)


def merge(card: str, bundle: Bundle) -> str:
    """Return *card*, a README.md, with these emissions in its metadata; all else stays as it is.

    Raises
    ------
    Problem
        When the emissions are not known, or the card's metadata cannot be read.
    """
    return with_mapping(card, KEY, emissions(bundle))


def emissions(bundle: Bundle) -> dict[str, float | str]:
    """Return what the Hub's key holds; *emissions* in gCO2e."""
    places = " and ".join(map(str, locations(bundle)))
    machines = hardware.described(bundle)
    return {
        "emissions": totals.grams(bundle),
        "source": _source(bundle),
        **({"training_type": bundle.task.training} if bundle.task.training else {}),
        **({"geographical_location": places} if places else {}),
        **({"hardware_used": machines} if machines else {}),
    }


def _source(bundle: Bundle) -> str:
    note = bundle.footnote
    grids = "; ".join(f"{wording.grid(grid.intensity)}, {wording.pue(grid.pue, grid.assumed)}" for grid in note.grids)
    share = note.measured_share
    counted = [one for one in note.work if bundle.unit in (None, one.unit)]
    how = "share measured unknown" if math.isnan(share) else f"{quantities.share(share)} of the energy measured"
    said = [
        f"jupyter-green {__version__}",
        f"{how}, the rest modelled" if share < 1 else how,
        f"{counted[0]} over {quantities.amount(counted[0].amount)}" if counted else "",
        grids,
        "location-based, use phase only",
        totals.lower_bound(bundle),
    ]
    return "; ".join(filter(None, said))

"""How it stands with calls of hosted models: what ``%carbon status`` says of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..remote.clients import CLIENTS
from ..remote.estimate import is_installed
from . import wording
from .remote import remote_total

if TYPE_CHECKING:
    from ..remote import Observation

_INSTALL = "pip install 'jupyter-green[remote]' has EcoLogits estimate them"
# Known to call hosted models in ways that are not observed; the last is imported only when it is used.
_NOT_OBSERVED = {
    "cohere": "cohere",
    "litellm": "litellm",
    "huggingface_hub.inference._client": "huggingface_hub's InferenceClient",
}


def remote_status(observation: Observation, *, wanted: bool) -> str:
    """Return whether calls are noted, of which libraries, and what is missing.

    Parameters
    ----------
    wanted
        Whether the user's settings allow it.
    """
    return ". ".join(part for part in _parts(observation, wanted) if part) + "."


def _parts(observation: Observation, wanted: bool) -> Iterator[str]:
    if not wanted:
        yield "their calls are not noted, as Green.remote is off"
        return
    if not is_installed():
        yield f"their calls are not noted: {_INSTALL}"
        return
    if not observation.is_on:
        yield "their calls are not noted while metering is off"
        return
    calls = wording.count(remote_total(observation.session()).calls, "call")
    if observation.observed:
        observed = _listed(observation.observed)
        yield f"{calls} noted of {observed}; estimated by EcoLogits, never part of the energy above"
    else:
        yield f"calls are noted once {_listed([client.NAME for client in CLIENTS.values()], 'or')} is used"
    if observation.unknown_models:
        yield f"EcoLogits does not know {_listed(observation.unknown_models)}: their energy is unknown"
    missed = [*observation.unobserved, *(name for module, name in _NOT_OBSERVED.items() if module in sys.modules)]
    if missed:
        yield f"Not observed, though imported: {_listed(missed)}"
    if observation.trouble:
        yield f"The last problem: {observation.trouble}"


def _listed(names: object, word: str = "and") -> str:
    *first, last = list(names)  # type: ignore[call-overload]
    return f"{', '.join(first)} {word} {last}" if first else str(last)

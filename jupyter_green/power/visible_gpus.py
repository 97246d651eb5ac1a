"""Which of the driver's GPUs this process may use: the meaning of ``CUDA_VISIBLE_DEVICES``.

https://docs.nvidia.com/cuda/cuda-programming-guide/05-appendices/environment-variables.html
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Board:
    """One GPU as the driver shows it.

    Attributes
    ----------
    index, uuid, model
        NVML's number, its identity and the product's name.
    handle
        NVML's, for calls.
    note
        What a reader of the label should know about the choice of this GPU; empty mostly.
    instances
        Names of the MIG instances that CUDA shows this process, where they were chosen by name.
    """

    index: int
    uuid: str
    model: str
    handle: object
    note: str = ""
    instances: tuple[str, ...] = ()


def visible(boards: Sequence[Board], mig_parent: Callable[[str], str | None]) -> list[Board]:
    """Return the GPUs that CUDA shows this process, in NVML's order.

    As CUDA does, the list is read up to its first invalid entry, so that ``-1`` and an empty list show none. An index
    counts GPUs from the fastest, unless ``CUDA_DEVICE_ORDER`` is ``PCI_BUS_ID``; NVML counts by bus. Where the models
    differ, an index thus says nothing certain: every GPU is then metered (those without a context of ours get none
    of the energy) rather than the wrong one.

    Parameters
    ----------
    boards
        Of this machine, in NVML's order.
    mig_parent
        Returns the UUID of the GPU of which a MIG device (``MIG-…``) is a slice.
    """
    value = os.environ.get("CUDA_VISIBLE_DEVICES")
    if value is None:
        return list(boards)
    tokens = [token.strip() for token in value.split(",")]
    mixed = len({board.model for board in boards}) > 1 and os.environ.get("CUDA_DEVICE_ORDER") != "PCI_BUS_ID"
    if mixed and tokens[0].isdecimal():
        return [replace(board, note="; CUDA_VISIBLE_DEVICES ignored: order of mixed GPUs unknown") for board in boards]
    chosen: dict[int, Board] = {}
    for token in tokens:
        board = _find(boards, token, mig_parent)
        if board is None:
            break
        known = chosen.get(board.index, board)
        chosen[board.index] = replace(known, instances=tuple(dict.fromkeys((*known.instances, *board.instances))))
    return [chosen[index] for index in sorted(chosen)]


def _find(boards: Sequence[Board], token: str, mig_parent: Callable[[str], str | None]) -> Board | None:
    if token.isdecimal():
        return next((board for board in boards if board.index == int(token)), None)
    if token.startswith("MIG-"):
        # Until 2021 a slice was named after its GPU: MIG-GPU-<uuid>/<instance>/<compute instance>.
        uuid = token[4:].partition("/")[0] if token.startswith("MIG-GPU-") else mig_parent(token)
        slices = [board for board in boards if board.uuid == uuid]
        return replace(slices[0], instances=(token,)) if slices else None
    matches = [board for board in boards if token.startswith("GPU-") and board.uuid.startswith(token)]
    return matches[0] if len(matches) == 1 else None

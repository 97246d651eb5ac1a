"""R09: generation that keeps no keys and values computes each earlier token anew for every new one."""

from __future__ import annotations

from ...work.generation_traits import Generation
from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..rule import Rule
from ..source_code.call_settings import Setting
from ..source_code.generators import writes
from ..suggestion import Finding

_FEW = 8  # new tokens; below, keeping them is worth nothing
_SETTING = Setting("use_cache", lambda given: not given, "True", objects=("GenerationConfig",))


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where calls of ``generate`` kept no cache, by argument or by the model's settings."""
    long = [each for each in cell.seen(Generation) if (each.new_tokens or 0) >= _FEW and each.caches]
    uncached = [each for each in long if not each.use_cache]
    if not uncached or _compares(long):
        return None
    longest = max(each.new_tokens or 0 for each in uncached)
    calls = f"{len(uncached)} calls" if len(uncached) > 1 else "One call"
    return Finding(
        f"{calls} of generate ran with use_cache=False, up to {longest} new tokens each: "
        "every token was computed from all tokens before it.",
        patch=_SETTING.edit(cell, notebook, writes(notebook)),
    )


def _compares(generations: list[Generation]) -> bool:
    """Whether one model wrote both with a cache and without in the cell: somebody wants to see what it does."""
    return len({(each.model, each.use_cache) for each in generations}) > len({each.model for each in generations})


RULE = Rule(
    id="R09",
    title="Generate with the key–value cache",
    effect="same result",
    saving=(0.35, 0.90),
    source="measured: 60 to 75 % less CPU time for 64 new tokens, 38 % for 16 (PyTorch 2.13 on a CPU)",
    see=see,
    needs=("transformers",),
)

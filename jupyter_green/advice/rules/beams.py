"""R11: beam search carries several answers along and throws away all but one."""

from __future__ import annotations

from ...work.generation_traits import Generation
from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..rule import Rule
from ..source_code.call_settings import Setting
from ..source_code.generators import writes
from ..suggestion import Finding

_FEW = 4  # new tokens; below, there is nothing to search
_SETTING = Setting("num_beams", lambda given: given != 1, "1", objects=("GenerationConfig",))
# Who names one of these wants what only beams have: other answers, their scores, words that have to occur.
_WANTED = (
    "num_beam_groups",
    "diversity_penalty",
    "force_words_ids",
    "constraints",
    "sequences_scores",
    "beam_indices",
    "compute_transition_scores",
)


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where calls of ``generate`` searched with beams and gave one answer each."""
    ran = [each for each in cell.seen(Generation) if (each.new_tokens or 0) >= _FEW]
    models = {each.model for each in ran if each.beams > 1}
    searched = [each for each in ran if each.model in models]
    if not searched or any(each.returned > 1 for each in searched):
        return None
    if _compares(searched, cell, notebook) or notebook.says(*_WANTED):
        return None
    beams = max(each.beams for each in searched)
    calls = f"{len(searched)} calls of generate" if len(searched) > 1 else "One call of generate"
    return Finding(
        f"{calls} carried {beams} beams along and gave one answer a prompt: each token was computed {beams} times. "
        "Answers may differ without them; this is for when a greedy answer will do.",
        saving=_SAVING[0] if beams < 4 else _SAVING[1],
        patch=_SETTING.edit(cell, notebook, writes(notebook)),
    )


def _compares(searched: list[Generation], cell: Evidence, notebook: Notebook) -> bool:
    """Whether these models wrote with different numbers of beams, here or earlier, or the cell says so."""
    earlier = [each for before in notebook.earlier for each in before.seen(Generation)]
    numbers = {(each.model, each.beams) for each in searched}
    models = {each.model for each in searched}
    numbers |= {(each.model, each.beams) for each in earlier if each.model in models}
    return len(numbers) > len(models) or len(set(_SETTING.literals(cell.code.nodes))) > 1


_SAVING = ((0.10, 0.40), (0.20, 0.75))
RULE = Rule(
    id="R11",
    title="Generate without beam search",
    effect="result changes",
    saving=_SAVING[1],
    source="measured: 33 to 50 % less CPU time from 4 beams to 1, 28 % from 2 (PyTorch 2.13 on a CPU)",
    see=see,
    needs=("transformers",),
)

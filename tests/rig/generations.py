"""Generations made by hand."""

from jupyter_green.work.generation_traits import Generation


def generation(**changes):
    values = {
        "model": "GPT2LMHeadModel",
        "rows": 1,
        "prompt_tokens": 8,
        "new_tokens": 64,
        "most_tokens": 64,
        "beams": 1,
        "returned": 1,
        "use_cache": False,
        "samples": False,
        "training": False,
    }
    return Generation(**{**values, **changes})

from rig.advice_case import look_alike, positive

from ._language_model import MODEL

_IDS = "ids = torch.randint(2, 11, (2, 8))"
CASES = [
    positive("R11", "an argument", MODEL, _IDS, "out = model.generate(ids, max_new_tokens=24, num_beams=4)"),
    positive(
        "R11",
        "a settings object in a function of an earlier cell",
        MODEL,
        _IDS,
        "from transformers import GenerationConfig\n"
        "def summarise(ids):\n"
        "    settings = GenerationConfig(max_new_tokens=24, num_beams=5, early_stopping=True)\n"
        "    return model.generate(ids, settings)",
        "out = summarise(ids)",
    ),
    look_alike(
        "R11",
        "several answers are wanted",
        MODEL,
        _IDS,
        "out = model.generate(ids, max_new_tokens=12, num_beams=4, num_return_sequences=4)",
    ),
    look_alike(
        "R11",
        "several samples, no beams",
        MODEL,
        _IDS,
        "out = model.generate(ids, max_new_tokens=12, do_sample=True, num_return_sequences=4)",
    ),
    look_alike(
        "R11",
        "compared with greedy answers",
        MODEL,
        _IDS,
        "greedy = model.generate(ids, max_new_tokens=12)",
        "searched = model.generate(ids, max_new_tokens=12, num_beams=4)",
    ),
]

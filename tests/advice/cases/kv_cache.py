from rig.advice_case import look_alike, positive

_MODEL = """
import torch
from transformers import GPT2Config, GPT2LMHeadModel

torch.manual_seed(0)
config = GPT2Config(n_layer=2, n_head=2, n_embd=64, vocab_size=200, bos_token_id=0, eos_token_id=0, pad_token_id=0)
model = GPT2LMHeadModel(config).eval()
ids = torch.randint(1, 200, (1, 8))
"""

CASES = [
    positive(
        "R09",
        "an argument turns it off",
        _MODEL,
        "out = model.generate(ids, max_new_tokens=64, min_new_tokens=64, use_cache=False)",
    ),
    positive(
        "R09",
        "left off by training with checkpointing",
        _MODEL,
        "model.config.use_cache = False\nmodel.generation_config.use_cache = False",
        "out = model.generate(ids, max_new_tokens=64, min_new_tokens=64)",
    ),
    positive(
        "R09",
        "a settings object in a function of an earlier cell",
        _MODEL,
        "from transformers import GenerationConfig\n"
        "def write(ids):\n"
        "    settings = GenerationConfig(max_new_tokens=48, min_new_tokens=48, use_cache=False)\n"
        "    return model.generate(ids, settings)",
        "out = write(ids)",
    ),
    look_alike(
        "R09",
        "compared with and without",
        _MODEL,
        "for use_cache in (True, False):\n"
        "    out = model.generate(ids, max_new_tokens=16, min_new_tokens=16, use_cache=use_cache)",
    ),
    look_alike("R09", "on by default", _MODEL, "out = model.generate(ids, max_new_tokens=32, min_new_tokens=32)"),
    look_alike(
        "R09",
        "off in training only",
        _MODEL,
        "optimizer = torch.optim.AdamW(model.parameters())\n"
        "model.train()\n"
        "for _ in range(3):\n"
        "    loss = model(input_ids=ids, labels=ids, use_cache=False).loss\n"
        "    loss.backward()\n"
        "    optimizer.step()\n"
        "    optimizer.zero_grad()",
    ),
]

from rig.advice_case import look_alike, positive

_MODEL = """
import torch
from torch.utils.data import DataLoader, TensorDataset
from transformers import BertConfig, BertForSequenceClassification

torch.manual_seed(0)
torch.set_num_threads(1)
config = BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, vocab_size=120,
                    max_position_embeddings=128)
model = BertForSequenceClassification(config)
optimizer = torch.optim.AdamW(model.parameters())
texts = [torch.randint(1, 120, (int(n),)) for n in torch.randint(8, 24, (96,))]
labels = torch.randint(0, 2, (96,))
"""

_FIXED = """
ids, mask = torch.zeros(96, 128, dtype=torch.long), torch.zeros(96, 128, dtype=torch.long)
for row, text in enumerate(texts):
    ids[row, : len(text)], mask[row, : len(text)] = text, 1
loader = DataLoader(TensorDataset(ids, mask, labels), batch_size=16)
"""

_LONGEST = """
def collate(batch):
    width = max(len(text) for text, _ in batch)
    ids, mask = torch.zeros(len(batch), width, dtype=torch.long), torch.zeros(len(batch), width, dtype=torch.long)
    for row, (text, _) in enumerate(batch):
        ids[row, : len(text)], mask[row, : len(text)] = text, 1
    return ids, mask, torch.stack([label for _, label in batch])

loader = DataLoader(list(zip(texts, labels)), batch_size=16, collate_fn=collate)
"""

_LOOP = """
for ids, mask, y in loader:
    loss = model(input_ids=ids, attention_mask=mask, labels=y).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""

_TRIMMED = _LOOP.replace(
    "in loader:\n", "in loader:\n    keep = mask.any(0)\n    ids, mask = ids[:, keep], mask[:, keep]\n"
)

_TRAINER = """
from transformers import Trainer, TrainingArguments
rows = [{"input_ids": i, "attention_mask": m, "labels": y} for i, m, y in TensorDataset(ids, mask, labels)]
args = TrainingArguments("out", per_device_train_batch_size=16, num_train_epochs=1, report_to=[], use_cpu=True,
                         save_strategy="no")
_ = Trainer(model, args, train_dataset=rows).train()
"""

# A model of the user's own, a mask of the user's own name.
_OWN = """
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

torch.manual_seed(0)
torch.set_num_threads(1)
texts = [torch.randint(1, 120, (100 if n % 4 == 0 else 8,)) for n in range(96)]

class Reader(nn.Module):
    def __init__(self, filler=None):
        super().__init__()
        self.words = nn.Embedding(120, 32, padding_idx=filler)
        self.layer = nn.TransformerEncoderLayer(32, 2, 64, batch_first=True)
        self.out = nn.Linear(32, 2)

    def forward(self, ids, blank=None, **masks):
        if blank is None:
            blank = masks.get("blank_mask", ids == -1)
        return self.out(self.layer(self.words(ids), src_key_padding_mask=blank)[:, 0])

model = Reader()
optimizer = torch.optim.AdamW(model.parameters(), fused=True)
"""
_OWN_LOOP = """
for first in range(0, 96, 8):
    ids = pad_sequence(texts[first : first + 8], batch_first=True)
    loss = model({}).pow(2).mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
_PACKED = """
class Packed(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(120, 32, padding_idx=0)
        self.rnn = nn.GRU(32, 32, batch_first=True)

    def forward(self, ids):
        lengths = (ids != 0).sum(1)
        packed = nn.utils.rnn.pack_padded_sequence(self.words(ids), lengths, batch_first=True, enforce_sorted=False)
        return self.rnn(packed)[1]

model = Packed()
optimizer = torch.optim.AdamW(model.parameters(), fused=True)
"""

CASES = [
    positive("R10", "all rows to one length", _MODEL, _FIXED, _LOOP, arms=(_LOOP, _TRIMMED)),
    positive("R10", "a Trainer's rows to one length", _MODEL, _FIXED, _TRAINER),
    positive(
        "R10",
        "a mask without its name",
        _MODEL,
        _FIXED,
        "model.eval()\nwith torch.inference_mode():\n    for ids, mask, _ in loader:\n        model(ids, mask)",
    ),
    positive(
        "R10",
        "lengths far apart in one batch",
        _MODEL,
        "texts = [torch.randint(1, 120, (120 if n % 4 == 0 else 8,)) for n in range(96)]",
        _LONGEST,
        _LOOP,
    ),
    positive("R10", "a mask of the user's own name", _OWN, _OWN_LOOP.format("ids, blank_mask=ids == 0")),
    positive("R10", "a mask that is 1 for tokens", _OWN, _OWN_LOOP.format("ids, ids == 0, token_mask=ids != 0")),
    positive("R10", "no mask, and an id for padding", _OWN, "model = Reader(0)" + _OWN_LOOP.format("ids")),
    positive(
        "R10",
        "a mask that numpy has no form for, and an id for padding",
        _OWN,
        "model = Reader(0)" + _OWN_LOOP.format("ids, ids == 0, soft_mask=(ids != 0).bfloat16()"),
    ),
    look_alike("R10", "packed", _OWN, _PACKED, _OWN_LOOP.format("ids")),
    look_alike("R10", "a zero that is a token as any other", _OWN, _OWN_LOOP.format("ids")),
    look_alike(
        "R10", "a mask of the beginning, not of padding", _OWN, _OWN_LOOP.format("ids, part_mask=ids.cumsum(1) < 300")
    ),
    look_alike("R10", "to the longest of the batch", _MODEL, _LONGEST, _LOOP),
    look_alike(
        "R10",
        "compiled for one length",
        _MODEL,
        _FIXED,
        "import torch\nif False:\n    model = torch.compile(model)",
        _LOOP,
    ),
    look_alike(
        "R10",
        "a causal mask",
        "import torch\nfrom torch import nn\n"
        "class Decoder(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)\n"
        "    def forward(self, x, attention_mask=None):\n"
        "        return self.layer(x, src_mask=attention_mask)\n"
        "decoder = Decoder().eval()\n"
        "additive = nn.Transformer.generate_square_subsequent_mask(12)\n"
        "boolean = torch.triu(torch.ones(12, 12, dtype=torch.bool), 1)",
        "with torch.no_grad():\n"
        "    for _ in range(4):\n"
        "        decoder(torch.randn(12, 12, 16), attention_mask=additive)\n"
        "        decoder(torch.randn(12, 12, 16), attention_mask=boolean)",
    ),
]

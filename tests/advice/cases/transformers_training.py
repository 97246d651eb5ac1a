"""R14, R15: fine-tuning as a whole, and activations that are computed twice."""

from rig.advice_case import look_alike, positive

_CHECKPOINT = """
import tempfile
import torch
from transformers import BertConfig, BertForSequenceClassification

torch.manual_seed(0)
config = BertConfig(num_hidden_layers=2, hidden_size=32, num_attention_heads=2, intermediate_size=64, vocab_size=100)
folder = tempfile.mkdtemp()
BertForSequenceClassification(config).save_pretrained(folder)
ids, labels = torch.randint(1, 100, (4, 12)), torch.tensor([0, 1, 0, 1])
"""
_LOAD = "model = BertForSequenceClassification.from_pretrained(folder)\n"
_LOOP = """
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
model.train()
for _ in range(5):
    loss = model(input_ids=ids, labels=labels).loss
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""
_BLOCKS = """
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

torch.manual_seed(0)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([nn.Sequential(nn.Linear(64, 64), nn.GELU()) for _ in range(4)])

    def forward(self, x):
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False)
        return x

model = Net()
x = torch.randn(32, 64)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, fused=True)
"""
_PLAIN = """
for _ in range(5):
    loss = model(x).pow(2).mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
"""

# Models that take a good part of the time: of tiny ones, adapters take more than they save.
_WIDER = (
    _CHECKPOINT.replace("num_hidden_layers=2, hidden_size=32", "num_hidden_layers=4, hidden_size=384")
    .replace("intermediate_size=64", "intermediate_size=1536")
    .replace("(4, 12)), torch.tensor([0, 1, 0, 1])", "(8, 64)), torch.tensor([0, 1] * 4)")
)
_LARGER = (
    _CHECKPOINT.replace("num_hidden_layers=2, hidden_size=32", "num_hidden_layers=6, hidden_size=192")
    .replace("intermediate_size=64", "intermediate_size=512")
    .replace("(4, 12)), torch.tensor([0, 1, 0, 1])", "(8, 48)), torch.tensor([0, 1] * 4)")
)
_FROZEN = """
for part in (model.bert.embeddings, *model.bert.encoder.layer[:4]):
    part.requires_grad_(False)
"""

CASES = [
    positive("R14", "all of it in one cell", _WIDER, _LOAD + _LOOP, also=("R02",)),
    positive("R14", "six layers", _LARGER, _LOAD + _LOOP, also=("R02",), arms=(_LOOP, _FROZEN + _LOOP)),
    positive(
        "R14",
        "the body of a model of the user's, by Trainer",
        _CHECKPOINT,
        _LOAD + "from transformers import Trainer, TrainingArguments\n"
        "rows = [dict(input_ids=i, labels=l) for i, l in zip(ids, labels)]\n"
        "trainer = Trainer(model, TrainingArguments(tempfile.mkdtemp(), max_steps=4, report_to='none', use_cpu=True,\n"
        "    per_device_train_batch_size=2, save_strategy='no', disable_tqdm=True), train_dataset=rows)",
        "trainer.train()",
    ),
    look_alike(
        "R14",
        "from scratch with the settings of a checkpoint",
        _CHECKPOINT,
        "from transformers import AutoConfig, AutoModelForSequenceClassification\n"
        "model = AutoModelForSequenceClassification.from_config(AutoConfig.from_pretrained(folder))\n" + _LOOP,
    ),
    look_alike(
        "R14",
        "LoRA already",
        _CHECKPOINT,
        _LOAD + "from peft import LoraConfig, get_peft_model\n"
        "model = get_peft_model(model, LoraConfig(task_type='SEQ_CLS', r=4, target_modules=['query', 'value']))\n"
        + _LOOP,
    ),
    look_alike(
        "R14",
        "the body is frozen",
        _CHECKPOINT,
        _LOAD + "for p in model.bert.parameters():\n    p.requires_grad = False\n" + _LOOP,
    ),
    positive(
        "R15",
        "a transformers model",
        _CHECKPOINT,
        "model = BertForSequenceClassification(config)\nmodel.gradient_checkpointing_enable()\n" + _LOOP,
    ),
    positive("R15", "blocks of the user's own", _BLOCKS, _PLAIN),
    look_alike(
        "R15",
        "in evaluation nothing is computed twice",
        _CHECKPOINT,
        "model = BertForSequenceClassification(config)\nmodel.gradient_checkpointing_enable()\nmodel.eval()",
        "with torch.no_grad():\n    for _ in range(5):\n        model(input_ids=ids)",
    ),
    look_alike(
        "R15",
        "batches grow longer",
        _CHECKPOINT,
        "model = BertForSequenceClassification(config)\nmodel.gradient_checkpointing_enable()\n"
        + _LOOP.replace("input_ids=ids", "input_ids=ids[:, : 4 + 2 * _]"),
    ),
    look_alike("R15", "off", _CHECKPOINT, "model = BertForSequenceClassification(config)\n" + _LOOP),
]

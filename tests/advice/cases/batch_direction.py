from rig.advice_case import look_alike, positive

_DATA = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
data = TensorDataset(torch.randn(2048, 16), torch.randint(0, 2, (2048,)))
model = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 2))
"""


def _train(size, *, optimizer="torch.optim.AdamW(model.parameters())", every=1, epochs=3):
    step = "optimizer.step(); optimizer.zero_grad()"
    return f"""
def train(epochs={epochs}):
    loader = DataLoader(data, batch_size={size}, shuffle=True)
    optimizer = {optimizer}
    for epoch in range(epochs):
        for i, (x, y) in enumerate(loader):
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            if (i + 1) % {every} == 0:
                {step}

train()
"""


CASES = [
    positive("R07", "two steps an epoch", _DATA, _train(1024)),
    positive("R07", "a constant for the size", _DATA, "BATCH = 512", _train("BATCH")),
    look_alike("R07", "a common size", _DATA, _train(32), also=("R18",)),
    look_alike("R07", "a small data set in small batches", _DATA, "data = TensorDataset(*data[:200])", _train(64)),
    look_alike("R07", "one epoch", _DATA, _train(512, epochs=1)),
    look_alike(
        "R07",
        "layer-wise steps, made for large batches",
        _DATA,
        "LARS = torch.optim.SGD",
        _train(1024, optimizer="LARS(model.parameters(), lr=0.1)"),
    ),
    look_alike(
        "R07",
        "large batches for inference",
        _DATA,
        "model.eval()\n"
        "with torch.inference_mode():\n"
        "    for _ in range(3):\n"
        "        for x, y in DataLoader(data, batch_size=1024):\n"
        "            model(x)",
    ),
    look_alike("R06", "no GPU", _DATA, _train(8), also=("R18",)),
    look_alike(
        "R06",
        "inference without a GPU",
        _DATA,
        "with torch.inference_mode():\n    for x, y in DataLoader(data, batch_size=8):\n        model(x)",
    ),
]

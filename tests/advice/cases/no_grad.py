from rig.advice_case import look_alike, positive

_MODEL = """
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 5))
data = torch.utils.data.TensorDataset(torch.randn(96, 32), torch.randint(0, 5, (96,)))
loader = torch.utils.data.DataLoader(data, batch_size=8)
"""
_TRAIN = """
optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
for epoch in range(2):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
"""
_ALSO = ("R18", "R26")

CASES = [
    positive(
        "R13",
        "an evaluation in a loop",
        _MODEL,
        "model.eval()\nhits = 0\nfor x, y in loader:\n    hits += (model(x).argmax(1) == y).sum().item()",
    ),
    positive(
        "R13",
        "in a function of another cell",
        _MODEL,
        "def accuracy(net, batches):\n"
        "    net.eval()\n"
        "    right = 0\n"
        "    for x, y in batches:\n"
        "        out = net(x)\n"
        "        right += int((out.argmax(1) == y).sum())\n"
        "    return right / len(data)",
        "print(accuracy(model, loader))",
    ),
    positive(
        "R13",
        "after each epoch of training",
        _MODEL,
        _TRAIN
        + "    model.eval()\n    val = sum(nn.functional.cross_entropy(model(x), y).item() for x, y in loader)\n",
        also=_ALSO,
    ),
    look_alike(
        "R13",
        "without gradients already",
        _MODEL,
        "model.eval()\nwith torch.inference_mode():\n    outputs = [model(x) for x, _ in loader]",
    ),
    look_alike(
        "R13",
        "saliency of the input",
        _MODEL,
        "model.eval()\n"
        "maps = []\n"
        "for x, y in loader:\n"
        "    x = x.requires_grad_()\n"
        "    maps.append(torch.autograd.grad(model(x).max(1).values.sum(), x)[0])",
    ),
    look_alike(
        "R13",
        "training with frozen statistics",
        _MODEL,
        _TRAIN.replace("model.train()", "model.eval()"),
        also=_ALSO,
    ),
    look_alike(
        "R13",
        "losses summed for one backward pass",
        _MODEL,
        "model.eval()\ntotal = sum(nn.functional.cross_entropy(model(x), y) for x, y in loader)\ntotal.backward()",
    ),
]

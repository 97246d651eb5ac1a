"""R01, R02: 64-bit numbers that nobody wanted, and 32-bit ones where 16 bits would do."""

import textwrap

from rig.advice_case import look_alike, positive

_ALSO = ("R18", "R26")  # networks this small are mostly optimizer and waiting, rightly said

_DATA = """
import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
rng = np.random.default_rng(0)
X = rng.normal(size=(256, 32))
Y = X @ rng.normal(size=(32, 1))
"""
_LOOP = """
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
for _ in range(10):
    for i in range(0, 256, 64):
        loss = nn.functional.mse_loss(model(x[i:i + 64]), y[i:i + 64])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
"""
_NETWORK = "nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 1))"

# Over 1 M parameters and 5 ms a step, whatever the size of cells.
_WIDE = """
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10))
x, y = torch.randn(128, 1024), torch.randint(0, 10, (128,))
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
"""
_STEPS = """
for _ in range(6):
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""

CASES = [
    positive(
        "R01",
        "the model follows its data's type",
        _DATA,
        f"x, y = torch.from_numpy(X), torch.from_numpy(Y)\nmodel = {_NETWORK}.to(x.dtype)" + _LOOP,
        also=_ALSO,
    ),
    positive(
        "R01",
        "tensors and model are made in the cell that trains",
        _DATA,
        f"x = torch.from_numpy(X)\ny = torch.tensor(Y)\nmodel = {_NETWORK}.to(x)" + _LOOP,
        also=_ALSO,
    ),
    positive(
        "R01",
        "weights of a user's own module are NumPy's",
        _DATA,
        "class Linear(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.w = nn.Parameter(torch.from_numpy(rng.normal(size=(32, 1))))\n"
        "    def forward(self, x):\n"
        "        return x @ self.w\n"
        "model = Linear()\n"
        "x, y = torch.as_tensor(X), torch.as_tensor(Y)",
        _LOOP,
        also=_ALSO,
        arms=(_LOOP, "model, x, y = model.float(), x.float(), y.float()" + _LOOP),
    ),
    look_alike(
        "R01",
        "asked for",
        _DATA,
        f"x, y = torch.from_numpy(X), torch.from_numpy(Y)\nmodel = {_NETWORK}.double()" + _LOOP,
        also=_ALSO,
    ),
    look_alike(
        "R01",
        "the default was set in a function",
        _DATA,
        "def setup():\n    torch.set_default_dtype(torch.float64)\nsetup()",
        f"x, y = torch.from_numpy(X), torch.from_numpy(Y)\nmodel = {_NETWORK}" + _LOOP,
        "torch.set_default_dtype(torch.float32)",
        also=_ALSO,
    ),
    look_alike(
        "R01",
        "only the data are of 64 bits",
        _DATA,
        f"x, y = torch.from_numpy(X).float(), torch.from_numpy(Y).float()\nmodel = {_NETWORK}" + _LOOP,
        also=_ALSO,
    ),
    positive("R02", "a loop", _WIDE, _STEPS, also=("R18",)),
    positive(
        "R02",
        "a loop in a function",
        _WIDE,
        "def train(net, steps):\n"
        "    for _ in range(steps):\n"
        "        out = net(x)\n"
        "        loss = nn.functional.cross_entropy(out, y)\n"
        "        loss.backward()\n"
        "        optimizer.step()\n"
        "        optimizer.zero_grad()",
        "train(model, 6)",
        also=("R18",),
    ),
    look_alike(
        "R02",
        "autocast already",
        _WIDE,
        "for _ in range(4):\n"
        "    with torch.autocast('cpu', dtype=torch.bfloat16):\n"
        "        loss = nn.functional.cross_entropy(model(x), y)\n"
        "    loss.backward()\n"
        "    optimizer.step()\n"
        "    optimizer.zero_grad()",
        also=("R18",),
    ),
    look_alike(
        "R02",
        "a tiny network",
        _DATA,
        f"x, y = torch.randn(256, 32), torch.randn(256, 1)\nmodel = {_NETWORK}" + _LOOP,
        also=_ALSO,
        arms=(_LOOP, f"with torch.autocast('cpu', dtype=torch.bfloat16):\n{textwrap.indent(_LOOP, '    ')}"),
    ),
    look_alike(
        "R02",
        "one row at a time",
        _WIDE,
        "for i in range(8):\n"
        "    loss = nn.functional.cross_entropy(model(x[i:i + 1]), y[i:i + 1])\n"
        "    optimizer.zero_grad()\n"
        "    loss.backward()\n"
        "    optimizer.step()",
        also=("R18",),
    ),
]

"""R18, R26: an optimizer in many small operations, and threads that wait for each other."""

from rig.advice_case import look_alike, positive

_DEEP = """
import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)  # two would wait for each other on a busy machine, whoever steps
model = nn.Sequential(*[nn.Sequential(nn.Linear(48, 48), nn.ReLU()) for _ in range(12)])
x = torch.randn(16, 48)
"""
_LOOP = """
for _ in range(40):
    loss = model(x).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""
_HEAVY = """
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Conv2d(16, 8, 3))
x = torch.randn(8, 8, 64, 64)
optimizer = torch.optim.AdamW(model.parameters())
"""
_SMALL = """
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 128))
x = torch.randn(64, 128)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
"""
_MANY = """
for _ in range(400):
    loss = model(x).pow(2).mean()
    optimizer.zero_grad(); loss.backward(); optimizer.step()
"""
_ONE = "torch.set_num_threads(1)"
_RESTORED = "torch.set_num_threads(2)"

CASES = [
    positive(
        "R18",
        "Adam in the cell that trains",
        _DEEP,
        "optimizer = torch.optim.Adam(model.parameters())" + _LOOP,
        also=("R26",),
    ),
    positive(
        "R18",
        "AdamW made in a function",
        _DEEP,
        "from torch.optim import AdamW\n"
        "def make(net):\n"
        "    return AdamW(net.parameters(), lr=1e-3)\n"
        "optimizer = make(model)",
        _LOOP,
        also=("R26",),
    ),
    look_alike(
        "R18",
        "fused already",
        _DEEP,
        "optimizer = torch.optim.Adam(model.parameters(), fused=True)" + _LOOP,
        also=("R26",),
    ),
    look_alike(
        "R18",
        "the user chose foreach",
        _DEEP,
        "optimizer = torch.optim.Adam(model.parameters(), foreach=True)" + _LOOP,
        also=("R26",),
    ),
    look_alike(
        "R18",
        "plain SGD has nothing to fuse",
        _DEEP,
        "optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)" + _LOOP,
        arms=(_LOOP, "optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, fused=True)" + _LOOP),
    ),
    look_alike("R18", "the model takes the time", _HEAVY, _LOOP, also=("R26",)),
    look_alike(
        "R18",
        "sparse gradients",
        "import torch\nfrom torch import nn\nmodel = nn.EmbeddingBag(500, 16, sparse=True)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\nx = torch.randint(0, 500, (8, 4))",
        _LOOP,
        also=("R26",),
    ),
    positive(
        "R26",
        "more threads than cores",
        _SMALL + "torch.set_num_threads(16)",
        _MANY,
        _RESTORED,
        also=("R18",),
        arms=(_MANY, _RESTORED + _MANY),
    ),
    positive(
        "R26",
        "operations on matrices, without a model",
        "import torch\ntorch.set_num_threads(16)\na = torch.randn(300, 300)",
        "for _ in range(400):\n    b = torch.tanh(a @ a)",
        _RESTORED,
    ),
    positive("R26", "threads for tiny operations", _SMALL, _MANY, also=("R18",), arms=(_MANY, _ONE + _MANY)),
    positive(
        "R26",
        "threads for each step of a recurrent layer",
        "import torch\nfrom torch import nn\ntorch.manual_seed(0)\n"
        "class Forecaster(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.rnn, self.out = nn.GRU(4, 48, batch_first=True), nn.Linear(48, 1)\n"
        "    def forward(self, x):\n"
        "        return self.out(self.rnn(x)[0][:, -1])\n"
        "model, x = Forecaster(), torch.randn(32, 40, 4)\n"
        "optimizer = torch.optim.Adam(model.parameters(), fused=True)",
        _MANY,
        arms=(_MANY, _ONE + _MANY),
    ),
    look_alike(
        "R26",
        "so tiny that threads are never used",
        "import torch\nfrom torch import nn\nmodel = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 16))\n"
        "x = torch.randn(8, 16)\noptimizer = torch.optim.SGD(model.parameters(), lr=1e-4)",
        _MANY,
        also=("R18",),
    ),
    look_alike("R26", "one thread was chosen", _SMALL + "torch.set_num_threads(1)", _MANY, _RESTORED, also=("R18",)),
    look_alike(
        "R26",
        "work that fills its threads",
        "import torch\nfrom torch import nn\n"
        "model = nn.Sequential(nn.Linear(768, 768), nn.ReLU(), nn.Linear(768, 768))\nx = torch.randn(256, 768)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)",
        _MANY.replace("400", "25"),
        also=("R02", "R18"),
    ),
]

from rig.advice_case import look_alike, positive

_MODEL = """
import random
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
model = nn.Linear(256, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

def train(loader, epochs=3):
    for epoch in range(epochs):
        for x, y in loader:
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
"""


def _dataset(body, *, items=96, init="", first=""):
    return f"""
class Signals(Dataset):
    def __init__(self, n={items}):
        self.x = np.random.default_rng(0).standard_normal((n, 256)).astype("float32")
        {init or "pass"}

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        {first or "pass"}
        x = self.x[i]
        {body}
        return torch.from_numpy(np.asarray(x, dtype="float32")), int(i) % 2
"""


_WORK = "for _ in range(20): x = np.tanh(np.fft.fft(x).real)"
_RUN = "train(DataLoader(Signals(), batch_size=16, shuffle=True))"

CASES = [
    positive(
        "R17",
        "spectra made anew in each epoch",
        _MODEL,
        _dataset(_WORK) + "\ndata = Signals()\n",
        "train(DataLoader(data, batch_size=16, shuffle=True))",
        arms=(
            "train(DataLoader(data, batch_size=16, shuffle=True))",
            "kept = [data[i] for i in range(len(data))]\ntrain(DataLoader(kept, batch_size=16, shuffle=True))",
        ),
    ),
    positive("R17", "class and loop in one cell", _MODEL, _dataset(_WORK) + "\n" + _RUN),
    positive(
        "R17",
        "a part of the data, an epoch a cell",
        _MODEL,
        _dataset(_WORK),
        "from torch.utils.data import random_split\nfit, check = random_split(Signals(), [80, 16])\n"
        "loader = DataLoader(fit, batch_size=8, shuffle=True)",
        "train(loader, epochs=1)",
        "train(loader, epochs=1)",
    ),
    look_alike(
        "R17",
        "noise for learning, none for checking",
        _MODEL,
        _dataset(_WORK + "\n        x = x + self.noise * np.random.randn(256) if self.noise else x").replace(
            "n=96):", "n=96, noise=0.0):\n        self.noise = noise"
        ),
        "fit, check = DataLoader(Signals(noise=0.1), batch_size=16), DataLoader(Signals(64), batch_size=16)",
        "for epoch in range(3):\n"
        "    train(fit, epochs=1)\n"
        "    with torch.no_grad():\n"
        "        for x, y in check:\n"
        "            model(x)",
    ),
    look_alike("R17", "noise added", _MODEL, _dataset(_WORK + "\n        x = x + 0.1 * np.random.randn(256)"), _RUN),
    look_alike(
        "R17",
        "rarely turned over, by a generator of its own",
        _MODEL,
        _dataset(
            _WORK + "\n        x = -x if self.rng.random() < 0.3 else x", init="self.rng = np.random.default_rng(1)"
        ),
        _RUN,
    ),
    look_alike(
        "R17",
        "seldom turned over, by everybody's generator",
        _MODEL,
        _dataset(_WORK + "\n        x = -x if random.random() < 0.01 else x"),
        _RUN,
    ),
    look_alike("R17", "one pass", _MODEL, _dataset(_WORK), "train(DataLoader(Signals(), batch_size=16), epochs=1)"),
    look_alike("R17", "looked up, not made", _MODEL, _dataset("pass"), _RUN),
    look_alike(
        "R17",
        "tensors in memory",
        _MODEL,
        "train(DataLoader(TensorDataset(torch.randn(320, 256), torch.zeros(320).long()), batch_size=16))",
    ),
    look_alike(
        "R17",
        "kept already",
        _MODEL,
        _dataset(
            _WORK + "\n        self.kept[i] = torch.from_numpy(x.astype('float32')), int(i) % 2",
            init="self.kept = {}",
            first="if i in self.kept: return self.kept[i]",
        ),
        "data = Signals()\ntrain(DataLoader(data, batch_size=16, shuffle=True))",
    ),
    positive(
        "R16",
        "a slow disk, read in the loop's own process",
        _MODEL,
        _dataset("x = x + 0.1 * np.random.randn(256)", first="time.sleep(0.004)"),
        _RUN,
        arms=(_RUN, _RUN.replace("shuffle=True", "shuffle=True, num_workers=2")),
    ),
    positive(
        "R16",
        "a slow server, iterated by turns",
        _MODEL,
        "class Stream(torch.utils.data.IterableDataset):\n"
        "    def __iter__(self):\n"
        "        info = torch.utils.data.get_worker_info()\n"
        "        for i in range(96) if info is None else range(info.id, 96, info.num_workers):\n"
        "            time.sleep(0.004)\n"
        "            yield torch.randn(256), i % 2",
        "train(DataLoader(Stream(), batch_size=16))",
    ),
    look_alike(
        "R16",
        "a stream that each worker would read from its beginning",
        _MODEL,
        "class Stream(torch.utils.data.IterableDataset):\n"
        "    def __iter__(self):\n"
        "        for i in range(96):\n"
        "            time.sleep(0.004)\n"
        "            yield torch.randn(256), i % 2",
        "train(DataLoader(Stream(), batch_size=16))",
    ),
    look_alike(
        "R16",
        "in memory",
        _MODEL,
        "data = TensorDataset(torch.randn(640, 256), torch.zeros(640).long())\ntrain(DataLoader(data, batch_size=16))",
        arms=("train(DataLoader(data, batch_size=16))", "train(DataLoader(data, batch_size=16, num_workers=2))"),
    ),
    look_alike(
        "R16",
        "a busy processor, and nothing that waits",
        _MODEL,
        _dataset(_WORK + "\n        x = x + 0.1 * np.random.randn(256)"),
        _RUN,
    ),
    look_alike(
        "R16",
        "no worker, as the user says",
        _MODEL,
        _dataset("x = x + 0.1 * np.random.randn(256)", first="time.sleep(0.004)"),
        _RUN.replace("shuffle=True", "shuffle=True, num_workers=0"),
    ),
    look_alike(
        "R16",
        "workers are there",
        _MODEL,
        _dataset("x = x + 0.1 * np.random.randn(256)", first="time.sleep(0.002)"),
        "train(DataLoader(Signals(), batch_size=16, num_workers=1), epochs=1)",
    ),
]

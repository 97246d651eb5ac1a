from rig.advice_case import look_alike, positive

_SLOW = """
import numpy as np

data = np.arange(2000.0)

def slow(values, rounds=400_000):
    total = 0.0
    for k in range(rounds):
        total += float(values[k % len(values)]) ** 0.5
    return total
"""
_RUN = "result = slow(data)"

CASES = [
    positive("R22", "a function of the notebook", _SLOW, _RUN, _RUN),
    positive(
        "R22",
        "comments and layout differ, others ran in between",
        _SLOW,
        _RUN,
        "other = 1",
        "# again\nresult = slow( data )",
    ),
    positive(
        "R22",
        "a loop of its own, shown by print",
        "n = 600_000",
        "total = 0\nfor k in range(n):\n    total += k * k\nprint(total)",
        "total = 0\nfor k in range(n):\n    total += k * k\nprint(total)",
    ),
    positive(
        "R22",
        "seeded in the cell",
        "import numpy as np",
        "rng = np.random.default_rng(0)\nbest = max(float(rng.random()) for _ in range(250_000))",
        "rng = np.random.default_rng(0)\nbest = max(float(rng.random()) for _ in range(250_000))",
    ),
    positive(
        "R22",
        "a new column of a frame",
        _SLOW,
        "import pandas as pd\nframe = pd.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', 'z']})",
        "frame['c'] = [slow(data, 100_000 * a) for a in frame['a']]",
        "frame['c'] = [slow(data, 100_000 * a) for a in frame['a']]",
    ),
    positive(
        "R22",
        "a fit of scikit-learn",
        "from sklearn.datasets import make_classification\n"
        "from sklearn.ensemble import RandomForestClassifier\n"
        "X, y = make_classification(400, random_state=0)",
        "forest = RandomForestClassifier(100, random_state=0).fit(X, y)\nscore = forest.score(X, y)",
        "forest = RandomForestClassifier(100, random_state=0).fit(X, y)\nscore = forest.score(X, y)",
        also=("R25",),
    ),
    look_alike("R22", "one element was changed", _SLOW, _RUN, "data[1234] += 1", _RUN),
    look_alike("R22", "the function was changed", _SLOW, _RUN, _SLOW.replace("** 0.5", "** 0.4"), _RUN),
    look_alike(
        "R22",
        "random numbers",
        "import random",
        "hits = sum(random.random() < 0.5 for _ in range(600_000))",
        "hits = sum(random.random() < 0.5 for _ in range(600_000))",
    ),
    look_alike(
        "R22",
        "a new seed each time",
        "import numpy as np",
        "mean = [np.random.default_rng().random() for _ in range(5000)][-1]",
        "mean = [np.random.default_rng().random() for _ in range(5000)][-1]",
    ),
    look_alike(
        "R22",
        "training goes on",
        "import torch\n"
        "torch.manual_seed(0)\n"
        "model = torch.nn.Linear(20, 1)\n"
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.01)\n"
        "x, y = torch.randn(64, 20), torch.randn(64, 1)",
        *[
            "for _ in range(300):\n"
            "    optimizer.zero_grad()\n"
            "    loss = torch.nn.functional.mse_loss(model(x), y)\n"
            "    loss.backward()\n"
            "    optimizer.step()"
        ]
        * 2,
        also=("R26",),
    ),
    look_alike("R22", "a counter", "n = 0", *["for _ in range(900_000):\n    n += 1"] * 2),
    look_alike(
        "R22",
        "a file is read",
        "from pathlib import Path\nPath('numbers.txt').write_text(' '.join(map(str, range(200_000))))",
        *["total = 0\nfor _ in range(4):\n    total += sum(map(int, open('numbers.txt').read().split()))"] * 2,
    ),
    look_alike(
        "R22",
        "sorted in place",
        "import random\nx = [random.random() for _ in range(300_000)]",
        *["top = x[:10]\nfor _ in range(9):\n    x.sort()"] * 3,
    ),
    look_alike("R22", "it only defines", *["import numpy\n\ndef f(x):\n    return x"] * 2),
    look_alike("R22", "it waits", "import time", *["time.sleep(0.2)"] * 2),
]

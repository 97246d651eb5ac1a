from rig.advice_case import look_alike, positive

_FILE = """
import pandas as pd

pd.DataFrame({"a": range(20_000), "b": [f"text {k}" for k in range(20_000)]}).to_csv("data.csv", index=False)
"""
_TWO_ARMS = (
    "for k in range(5):\n    frame = pd.read_csv('data.csv')\n    part = frame['a'][frame['a'] % 5 == k].sum()",
    "as_read = pd.read_csv('data.csv')\n"
    "for k in range(5):\n    frame = as_read.copy()\n    part = frame['a'][frame['a'] % 5 == k].sum()",
)

CASES = [
    positive(
        "R28",
        "in three cells",
        _FILE,
        "frame = pd.read_csv('data.csv')",
        "other = pd.read_csv('data.csv')",
        "again = pd.read_csv('data.csv')",
        arms=("pd.read_csv('data.csv')", "again.copy()"),
        also=("R22",),
    ),
    positive("R28", "in a loop", _FILE, _TWO_ARMS[0], arms=_TWO_ARMS),
    positive(
        "R28",
        "by a function, with an absolute path",
        _FILE,
        "from pathlib import Path\n"
        "from pandas import read_csv\n"
        "\n"
        "def load(name):\n"
        "    return read_csv(Path.cwd() / name, engine='c')",
        "parts = [load('data.csv')['a'].max() for _ in range(3)]",
    ),
    positive(
        "R28",
        "lines of JSON, for each station",
        "import pandas as pd\n"
        "log = pd.DataFrame({'station': [k % 5 for k in range(8_000)], 'dust': range(8_000)})\n"
        "log.to_json('log.jsonl', orient='records', lines=True)",
        "means = []\n"
        "for station in range(5):\n"
        "    log = pd.read_json('log.jsonl', lines=True)\n"
        "    means.append(log['dust'][log['station'] == station].mean())",
    ),
    look_alike(
        "R28",
        "one table of many lines of JSON, in chunks",
        "import pandas as pd\npd.DataFrame({'dust': range(8_000)}).to_json('log.jsonl', orient='records', lines=True)",
        "n = 0\n"
        "for _ in range(3):\n"
        "    for chunk in pd.read_json('log.jsonl', lines=True, chunksize=2000):\n"
        "        n += len(chunk)",
    ),
    look_alike(
        "R28",
        "it was changed in between",
        _FILE,
        *["pd.read_csv('data.csv').head(15_000 + len(globals())).to_csv('data.csv', index=False)"] * 3,
    ),
    look_alike(
        "R28",
        "in chunks",
        _FILE,
        "n = 0\nfor _ in range(3):\n    for chunk in pd.read_csv('data.csv', chunksize=5000):\n        n += len(chunk)",
    ),
    look_alike("R28", "looks at its head", _FILE, "for n in (1, 2, 3, 4):\n    pd.read_csv('data.csv', nrows=n)"),
    look_alike(
        "R28",
        "three files",
        _FILE,
        "import shutil\n"
        "for name in 'xyz':\n"
        "    shutil.copy('data.csv', f'{name}.csv')\n"
        "parts = [pd.read_csv(f'{name}.csv') for name in 'xyz']",
    ),
    look_alike("R28", "read twice", _FILE, "frame = pd.read_csv('data.csv')", "other = pd.read_csv('data.csv')"),
]

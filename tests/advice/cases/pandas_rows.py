from rig.advice_case import look_alike, positive

_FRAME = """
import numpy as np
import pandas as pd

random = np.random.default_rng(0)
df = pd.DataFrame({"price": random.random(4000), "weight": random.random(4000) + 1})
df["kind"] = random.choice(["a", "b"], 4000)
numbers = df[["price", "weight"]].copy()
"""

CASES = [
    positive(
        "R27",
        "a loop that appends",
        _FRAME,
        "totals = []\nfor _, row in df.iterrows():\n    totals.append(row['price'] * row['weight'])",
    ),
    positive(
        "R27", "apply along the rows", _FRAME, "df['total'] = df.apply(lambda r: r['price'] * r.weight + 1, axis=1)"
    ),
    positive(
        "R27",
        "a function with branches on numbers, defined before",
        _FRAME,
        "def label(row):\n"
        "    if row['price'] > 0.7:\n"
        "        return 'dear'\n"
        "    elif row['price'] > 0.3:\n"
        "        return 'fair'\n"
        "    return 'cheap'",
        "df['label'] = df.apply(label, axis='columns')",
    ),
    positive(
        "R27",
        "a sum in a function",
        _FRAME,
        "def total(frame):\n"
        "    s = 0.0\n"
        "    for i, row in frame.iterrows():\n"
        "        if row['kind'] == 'a':\n"
        "            s += row['price']\n"
        "    return s",
        "total(df)",
    ),
    positive(
        "R27",
        "cells set one by one",
        _FRAME,
        "for i, row in df.iterrows():\n    df.at[i, 'ratio'] = row['price'] / row['weight']",
    ),
    look_alike(
        "R27",
        "objects are made and asked",
        _FRAME,
        "class Item:\n"
        "    def __init__(self, price):\n"
        "        self.price = price\n"
        "    def cost(self):\n"
        "        return self.price * 2",
        "items = []\nfor _, row in df.iterrows():\n    items.append(Item(row['price']).cost())",
    ),
    look_alike(
        "R27",
        "one row leaves something for the next",
        _FRAME,
        "level, levels = 0.0, []\n"
        "for _, row in df.iterrows():\n"
        "    level = 0.9 * level + row['price']\n"
        "    levels.append(level)",
    ),
    look_alike(
        "R27",
        "files are written",
        _FRAME,
        "for i, row in df.head(300).iterrows():\n"
        "    with open('row.txt', 'w') as file:\n"
        "        file.write(str(row['price']))",
    ),
    look_alike(
        "R27", "a tiny frame", _FRAME, "small = df.head(20)", "s = [row['price'] for _, row in small.iterrows()]"
    ),
    look_alike(
        "R27",
        "the rest takes the time",
        _FRAME,
        "few = [r['price'] for _, r in df.head(120).iterrows()]\nt = 0\nfor k in range(1_500_000):\n    t += k",
    ),
    look_alike(
        "R27",
        "along the columns",
        _FRAME,
        "means = numbers.apply(lambda c: c.mean(), axis=0)\n"
        "for name in numbers:\n"
        "    numbers[name].apply(lambda v: v * 2)",
    ),
    look_alike(
        "R27",
        "tuples of the standard library's kind",
        _FRAME,
        "s = 0.0\nfor row in df.itertuples():\n    s += row.price",
    ),
]

"""R17: a data set that makes the same items anew in each pass."""

from __future__ import annotations

from ...work.loader_items import ItemsAgain
from ..edits import Places, apply
from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..passes import passes
from ..rule import Rule
from ..suggestion import Edit, Finding, Snippet

_ENOUGH = 12  # items that came again: of one in four that changes, one check in 30 sees nothing
_LOOKUP = 30e-6  # s for an item; a dictionary and a call take a few
_SHARE = 0.10  # of the cell's time
_ROOM = 2 << 30  # bytes that may stay in memory


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where all items that came again were as before, no chance in them, and making them took its time."""
    newest = {each.data: each for each in cell.seen(ItemsAgain)}
    found = max(newest.values(), key=lambda each: _seconds(cell, each), default=None)
    if found is None or found.drew or not found.compared == found.same >= _ENOUGH or found.seconds < _LOOKUP:
        return None
    share = min(1.0, _seconds(cell, found) / cell.duration)
    begun = [each.begun for each in passes(cell) if each.begun.data == found.data]
    if share < _SHARE or not begun or begun[-1].workers:
        return None
    count, items = begun[-1].passes, begun[-1].items or 0
    room = found.size * items
    most = 0.98 * share * (count - 1) / count  # the first pass makes them
    return Finding(
        f"{found.same} of {found.compared} items of {begun[-1].dataset} that came again in pass {count} were the same, "
        f"byte for byte, and drew no random numbers; making items took {share:.0%} of the cell. All {items} are "
        f"{room / 2**20:.0f} MB.",
        saving=(0.6 * most, most),
        patch=_patch(cell, begun[-1].dataset, in_memory=room <= _ROOM),
    )


def _seconds(cell: Evidence, found: ItemsAgain) -> float:
    """Return how long a cell made items of one data set, at the least, s."""
    gone = [each for each in passes(cell) if each.begun.data == found.data]
    if not gone:
        return 0.0
    made = [each.ended.batches * (each.begun.batch_size or 1) for each in gone if each.ended is not None]
    written = sum(made) / len(made) if made else 0.0
    return found.seconds * written * (gone[-1].begun.passes - gone[0].begun.passes + 1)


def _patch(cell: Evidence, dataset: str, *, in_memory: bool) -> Edit | Snippet:
    if not in_memory:
        return Snippet(_ON_DISK)
    for node in cell.code.tree.body:
        if getattr(node, "name", "") == dataset:
            for method in getattr(node, "body", ()):
                if getattr(method, "name", "") == "__getitem__" and not method.decorator_list:
                    source, places = cell.code.source, Places(cell.code.source)
                    above = "import functools\n\n"
                    changes = places.before(node, above), places.before(method, "@functools.cache")
                    return Edit(cell.cell, source, apply(source, *changes))
    return Snippet(_IN_MEMORY)


_IN_MEMORY = '''\
class Kept(torch.utils.data.Dataset):
    """Keeps each item of a data set that makes it the same way every time."""

    def __init__(self, data):
        self.data, self.items = data, {}

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        if index not in self.items:
            self.items[index] = self.data[index]
        return self.items[index]


# DataLoader(Kept(data), ...)
'''

_ON_DISK = '''\
class Kept(torch.utils.data.Dataset):
    """Keeps each item of a data set on disk that makes it the same way every time."""

    def __init__(self, data, folder="items"):
        self.data, self.folder = data, pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        file = self.folder / f"{index}.joblib"
        if not file.exists():
            joblib.dump(self.data[index], file)
        return joblib.load(file)


# import joblib, pathlib; DataLoader(Kept(data), ...)
'''


RULE = Rule(
    id="R17",
    title="Keep the items that the data set makes anew in each pass",
    effect="same result",
    saving=(0.10, 0.90),
    source="measured: 98 % less time to load from the second pass on (PyTorch 2.13 on a CPU)",
    see=see,
    needs=("torch",),
)

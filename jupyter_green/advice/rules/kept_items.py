"""R17: a data set that makes the same items anew in each pass."""

from __future__ import annotations

from statistics import mean

from ...work.loader_items import ItemsAgain
from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..passes import count, passes, training
from ..rule import Rule
from ..source_code.edits import Places, apply
from ..suggestion import Edit, Finding, Snippet

_ENOUGH = 12  # items that came again: of one in four that changes, one check in 30 sees nothing
_LOOKUP = 40e-6  # s for an item; one that is looked up in memory takes a few
_SHARE = 0.10  # of the time of the loop, and of the cell
_ROOM = 2 << 30  # bytes that may stay in memory


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where all items that came again were as before, no chance in them, and making them took its time."""
    found = _newest(cell)
    if found is None or found.drew or not found.compared == found.same >= _ENOUGH or found.seconds < _LOOKUP:
        return None
    gone = [each for each in passes(cell) if each.begun.data == found.data]
    if not any(each.ended for each in gone) or gone[-1].begun.workers:
        return None
    times, items, name = gone[-1].begun.passes, gone[-1].begun.items or 0, gone[-1].begun.dataset
    seconds = _seconds(cell, found)
    of_loop = min(1.0, seconds / (mean(each.ended.seconds for each in gone if each.ended is not None) * count(gone)))
    share = min(1.0, seconds / cell.duration)
    if times < 2 or of_loop < _SHARE or not gates.at_least(share, _SHARE):
        return None
    room = found.size * items
    most = 0.98 * share * (times - 1) / times  # the first pass makes them
    return Finding(
        f"{found.same} of {found.compared} items of {name} that came again in pass {times} were the same, "
        f"byte for byte, and drew no random numbers; making items took {of_loop:.0%} of the loop over them. All "
        f"{items} need {max(1, room / 2**20):.0f} MB.",
        saving=(0.6 * most, most),
        patch=_patch(cell, name, in_memory=room <= _ROOM),
    )


def _newest(cell: Evidence) -> ItemsAgain | None:
    """Return what is known of the items that took most time; where models learn, of those that they learn from."""
    newest = {each.data: each for each in cell.seen(ItemsAgain)}
    learned = {each.begun.data for each in training(cell)}
    found = (each for each in newest.values() if not learned or each.data in learned)
    return max(found, key=lambda each: _seconds(cell, each), default=None)


def _seconds(cell: Evidence, found: ItemsAgain) -> float:
    """Return how long a cell made items of one data set, at the least, s."""
    gone = [each for each in passes(cell) if each.begun.data == found.data]
    made = [
        min(each.ended.batches * (each.begun.batch_size or 1), each.begun.items or 0)
        for each in gone
        if each.ended is not None
    ]
    return found.seconds * mean(made) * count(gone) if made else 0.0


def _patch(cell: Evidence, dataset: str, *, in_memory: bool) -> Edit | Snippet:
    if not in_memory:
        return Snippet(_ON_DISK)
    for node in cell.code.tree.body:
        if getattr(node, "name", "") == dataset:
            for method in getattr(node, "body", ()):
                if getattr(method, "name", "") == "__getitem__" and not method.decorator_list:
                    source, places = cell.code.source, Places(cell.code.source)
                    above = "import functools"
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

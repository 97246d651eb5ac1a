"""What is known of passes over DataLoaders, and of the items that came."""

import gc
import random
import threading
import weakref

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset, random_split

from jupyter_green.work import torch_loops
from jupyter_green.work.item_fingerprint import fingerprint
from jupyter_green.work.loader_items import ItemsAgain
from jupyter_green.work.loader_traits import Loaded, Loading
from jupyter_green.work.traits import TRAITS


@pytest.fixture(autouse=True)
def probed():
    remove = torch_loops.install(torch)
    yield
    remove()


class Numbers(Dataset):
    """Sixty-four items; *change* may make one another."""

    def __init__(self, change=lambda item: item):
        self.change = change
        self.asked = 0

    def __len__(self):
        return 64

    def __getitem__(self, index):
        self.asked += 1
        return {"x": self.change(torch.full((8,), float(index))), "name": f"item {index}"}


class Stream(IterableDataset):
    def __iter__(self):
        return iter(range(20))


def seen(loader, passes=2, until=None):
    """Go through a loader some times; return what was noted."""
    begin = TRAITS.begin()
    for _ in range(passes):
        for number, _ in enumerate(loader):
            if number == until:
                break
    noted = TRAITS.between(begin, TRAITS.end)
    return [[each for each in noted if isinstance(each, kind)] for kind in (Loading, Loaded, ItemsAgain)]


def test_a_pass_is_described_when_it_begins_and_when_it_ends():
    loader = DataLoader(Numbers(), batch_size=16, shuffle=True)
    begun, ended, _ = seen(loader)
    first, second = begun
    assert (first.dataset, first.items, first.sampler) == ("Numbers", 64, "RandomSampler")
    assert (first.batch_size, first.batches, first.workers, first.pinned) == (16, 4, 0, False)
    assert (first.data, second.passes - first.passes) == (second.data, 1)
    assert [each.batches for each in ended] == [4, 4]
    assert [each.number for each in ended] == [first.number, second.number]


def test_a_pass_that_is_broken_off_ends_there():
    _, ended, _ = seen(DataLoader(Numbers(), batch_size=16), until=1)
    assert [each.batches for each in ended] == [2, 2]


def test_backward_passes_in_a_pass():
    weight = torch.nn.Parameter(torch.zeros(8))
    begin = TRAITS.begin()
    for batch in DataLoader(Numbers(), batch_size=16):
        (batch["x"] @ weight).sum().backward()
    (ended,) = [each for each in TRAITS.between(begin, TRAITS.end) if isinstance(each, Loaded)]
    assert ended.backwards == 4
    assert ended.seconds > 0


def test_what_waits_for_a_clock_does_not_work():
    pause = threading.Event()
    begin = TRAITS.begin()
    for _ in DataLoader(Numbers(lambda item: pause.wait(0.002) or item), batch_size=16):
        pass
    (ended,) = [each for each in TRAITS.between(begin, TRAITS.end) if isinstance(each, Loaded)]
    assert ended.worked < 0.5 * ended.waited


def test_many_quick_passes_leave_room_for_others():
    begun, ended, again = seen(DataLoader(Numbers(), batch_size=64), passes=50)
    assert len(begun) == len(ended) <= 8
    assert len(again) < 8


def test_streams_and_samples_without_batches():
    (begun, *_), _, again = seen(DataLoader(Stream(), batch_size=4))
    assert (begun.items, begun.batches, begun.batch_size) == (None, None, 4)
    assert again == []
    (begun, *_), _, again = seen(DataLoader(Numbers(), batch_size=None))
    assert (begun.batch_size, begun.batches) == (None, 64)
    assert again[-1].same == again[-1].compared > 0


def test_a_part_has_its_data_sets_name():
    part, _ = random_split(Numbers(), [48, 16])
    assert seen(DataLoader(part))[0][0].dataset == "Numbers"


def test_items_that_come_again_are_the_same():
    data = Numbers()
    again = seen(DataLoader(data, batch_size=16, shuffle=True))[2][-1]
    assert again.compared == again.same >= 24
    assert not again.drew
    assert data.asked == 128  # nobody asked but the loader


@pytest.mark.parametrize(
    "change",
    [
        lambda item: item + torch.rand(8),
        lambda item: item if random.random() < 0.99 else -item,
        lambda item: item if np.random.rand() < 0.99 else -item,
    ],
)
def test_chance_is_seen_even_where_it_changed_nothing(change):
    assert seen(DataLoader(Numbers(change), batch_size=16))[2][-1].drew


def test_chance_of_the_data_sets_own_is_seen_by_what_it_does():
    own = np.random.default_rng(0)
    again = seen(DataLoader(Numbers(lambda item: item if own.random() < 0.5 else -item), batch_size=16))[2][-1]
    assert not again.drew
    assert again.same < again.compared


def test_a_collator_that_draws_makes_no_item_random():
    def masked(items):
        return torch.stack([item["x"] for item in items]) * (torch.rand(8) > 0.5)

    again = seen(DataLoader(Numbers(), batch_size=16, collate_fn=masked))[2][-1]
    assert again.compared == again.same
    assert not again.drew


def test_random_numbers_are_the_same_with_and_without_looks():
    def drawn():
        torch.manual_seed(1)
        data = Numbers(lambda item: item + torch.rand(8))
        return torch.cat([batch["x"] for _ in range(2) for batch in DataLoader(data, batch_size=16, shuffle=True)])

    TRAITS.begin()
    looked = drawn()
    while any(looks.left > 0 for looks in TRAITS._looks):
        for looks in TRAITS._looks:
            looks.left = 0
    assert torch.equal(looked, drawn())


def test_what_the_user_raises_goes_through_and_the_loader_is_as_it_was():
    def fails(item):
        raise KeyError("no such file")

    data = Numbers(fails)
    loader = DataLoader(data)
    for _ in range(2):
        with pytest.raises(KeyError, match="no such file"):
            next(iter(loader))
    iterator = iter(DataLoader(Numbers()))
    collate = iterator._dataset_fetcher.collate_fn
    next(iterator)
    assert iterator._dataset_fetcher.collate_fn is collate


def test_nothing_is_kept_alive():
    data = Numbers()
    gone = weakref.ref(data)
    iterator = iter(DataLoader(data, batch_size=16))
    ended = weakref.ref(iterator)
    next(iterator)
    del iterator
    assert ended() is None
    del data
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (torch.zeros(3), torch.zeros(3, 1)),
        (torch.zeros(3), torch.ones(3)),
        (torch.zeros(2, dtype=torch.bfloat16), torch.ones(2, dtype=torch.bfloat16)),
        (np.zeros(3), np.ones(3)),
        ({"a": 1}, {"a": 2}),
        ([1, "a"], [1, "b"]),
        (np.zeros(3_000_000), np.eye(1, 3_000_000)[0]),
    ],
)
def test_what_differs_has_another_fingerprint(one, other):
    assert fingerprint(one, torch.Tensor)[0] != fingerprint(other, torch.Tensor)[0]
    assert fingerprint(one, torch.Tensor) == fingerprint(one, torch.Tensor)


def test_of_what_holds_anything_no_fingerprint_is_taken():
    with pytest.raises(TypeError):
        fingerprint([object()], torch.Tensor)
    again = seen(DataLoader(Numbers(lambda item: object()), batch_size=16, collate_fn=list))[2]
    assert again == []


def test_data_in_memory_are_no_items_that_are_made():
    begun, _, again = seen(DataLoader([torch.zeros(2)] * 8, batch_size=2))
    assert begun[0].dataset == "list"
    assert begun[0].data == begun[1].data
    assert begun[1].passes - begun[0].passes == 1
    assert again == []
    (last,) = seen(DataLoader(TensorDataset(torch.zeros(64, 2)), batch_size=16))[2][-1:]
    assert last.seconds < 30e-6

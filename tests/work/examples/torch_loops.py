"""Training and inference with nothing but PyTorch, as people write it."""

import contextlib
import copy
import io
import signal
import threading
import traceback

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
from torch.utils.data import DataLoader, TensorDataset
from work.examples import ExpectedError

torch.manual_seed(0)
DATA = TensorDataset(torch.randn(50, 4), torch.randint(0, 2, (50,)))
LOSS = nn.CrossEntropyLoss()


def network():
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Sequential(nn.Dropout(0.1), nn.Linear(8, 2)))


def epoch_of_seven_batches():
    model = network()
    optimizer = torch.optim.AdamW(model.parameters())
    for x, y in DataLoader(DATA, batch_size=8):
        optimizer.zero_grad()
        LOSS(model(x), y).backward()
        optimizer.step()


def accumulation_over_two_batches():
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for i, (x, y) in enumerate(DataLoader(DATA, batch_size=10)):
        (LOSS(model(x), y) / 2).backward()
        if i % 2:
            optimizer.step()
            optimizer.zero_grad()


def two_optimizers():
    body, head = nn.Linear(4, 8), nn.Linear(8, 2)
    model = nn.Sequential(body, head)
    first, second = torch.optim.SGD(body.parameters(), lr=0.1), torch.optim.Adam(head.parameters())
    for x, y in DataLoader(DATA, batch_size=25):
        LOSS(model(x), y).backward()
        first.step()
        second.step()


def inference():
    model = network().eval()
    with torch.inference_mode():
        for x, _ in DataLoader(DATA, batch_size=16):
            model(x)


class Grumbling(nn.Module):
    def __init__(self, at, grumble):
        super().__init__()
        self.layer, self.calls, self.at, self.grumble = nn.Linear(4, 2), 0, at, grumble

    def forward(self, batch):
        out = self.layer(batch["x"])
        self.calls += 1
        if self.calls == self.at:
            self.grumble()
        return out


def fail():
    raise ExpectedError


def interrupt():
    signal.raise_signal(signal.SIGINT)


def exception_in_the_third_forward():
    train(Grumbling(3, fail))


def interrupt_in_the_third_forward():
    train(Grumbling(3, interrupt))


def epoch_after_the_interrupt():
    epoch_of_seven_batches()


def train(model):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, y in DataLoader(DATA, batch_size=10):
        LOSS(model({"mask": None, "x": x}), y).backward()
        optimizer.step()


def interrupt_that_the_loop_survives():
    model, other = Grumbling(2, interrupt), network()
    optimizer = torch.optim.SGD([*model.parameters(), *other.parameters()], lr=0.1)
    for x, y in DataLoader(DATA, batch_size=10):
        try:
            LOSS(model({"x": x}), y).backward()
        except KeyboardInterrupt:
            continue
        optimizer.step()
    for x, _ in DataLoader(DATA, batch_size=50):
        other(x)


class BadRow(torch.utils.data.Dataset):
    def __len__(self):
        return 50

    def __getitem__(self, i):
        return DATA[i] if i < 35 else fail()


def exception_in_the_data():
    model = network()
    for x, _ in DataLoader(BadRow(), batch_size=10):
        model(x)


def lbfgs_with_three_closures_a_step():
    model = network()
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=3, max_eval=3, line_search_fn=None)
    x, y = DATA[:10]
    closures = 0

    def closure():
        nonlocal closures
        closures += 1
        optimizer.zero_grad()
        loss = LOSS(model(x), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    assert closures == 3


class Checkpointed(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([network(), nn.Linear(2, 2)])

    def forward(self, x):
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False)
        return x


def recomputed_parts_are_no_samples():
    Checkpointed()(torch.randn(7, 4)).sum().backward()


def models_in_three_threads():
    def run():
        model = network()
        for _ in range(200):
            model(torch.randn(3, 4))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def compiled_module():
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*global hooks.*")
        model = torch.compile(network(), backend="eager")
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for x, y in DataLoader(DATA, batch_size=10):
            LOSS(model(x), y).backward()
            optimizer.step()


def module_that_compiles_itself():
    model = network()
    model.compile(backend="eager")
    for x, _ in DataLoader(DATA, batch_size=25):
        model(x)


def compiled_parts_and_hooks_of_the_user():
    model, seen = network(), []
    model[2].register_forward_hook(lambda module, args, output: seen.append(len(output)))
    model[0] = torch.compile(model[0], backend="eager")
    for x, _ in DataLoader(DATA, batch_size=25):
        model(x)
    assert seen == [25, 25]


def compiled_function_without_breaks():
    model = network().eval()
    function = torch.compile(lambda x: model(x) + 1, backend="eager", fullgraph=True)
    with torch.no_grad():
        torch.testing.assert_close(function(DATA[:5][0]), model(DATA[:5][0]) + 1)


def exported_and_traced():
    model, x = network().eval(), DATA[:5][0]
    exported = torch.export.export(model, (x,)).module()
    traced = torch.jit.trace(model, x, check_trace=False)
    symbolic = torch.fx.symbolic_trace(model)
    assert "size" not in str(traced.graph)
    for made in (exported, traced, symbolic):  # the three forward passes that are one
        made(x)


def batches_from_workers():
    model = network()
    with torch.no_grad():
        for x, _ in DataLoader(DATA, batch_size=10, num_workers=2, multiprocessing_context="fork"):
            model(x)


def copies_on_several_devices():
    """As DataParallel makes them, each called in a thread of its own while the whole is called in the main thread."""
    model = nn.DataParallel(nn.Linear(4, 2))
    replicas = [model.module._replicate_for_data_parallel() for _ in range(2)]
    for replica in replicas:
        for name, parameter in model.module._parameters.items():
            replica._parameters[name] = parameter

    def forward(x):
        parts = [None, None]

        def run(i):
            parts[i] = replicas[i](x[i::2])

        threads = [threading.Thread(target=run, args=(i,)) for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return torch.cat(parts)

    model.forward = forward
    assert len(model(torch.randn(6, 4))) == 6


def distributed_with_accumulation():
    torch.distributed.init_process_group("gloo", store=torch.distributed.HashStore(), rank=0, world_size=1)
    try:
        model = nn.parallel.DistributedDataParallel(network())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for i, (x, y) in enumerate(DataLoader(DATA, batch_size=10)):
            with contextlib.nullcontext() if i % 2 else model.no_sync():
                LOSS(model(x), y).backward()
            if i % 2:
                optimizer.step()
    finally:
        torch.distributed.destroy_process_group()


def adversaries():
    maker, judge = nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 2))
    first, second = torch.optim.SGD(maker.parameters(), lr=0.1), torch.optim.SGD(judge.parameters(), lr=0.1)
    for x, y in DataLoader(DATA, batch_size=25):
        LOSS(judge(maker(x)), y).backward()
        first.step()
        LOSS(judge(x), y).backward()
        second.step()


def tracebacks_read_as_ever():
    try:
        network()(torch.randn(2, 3))
    except RuntimeError as error:
        frames = traceback.extract_tb(error.__traceback__)
    (call, *_) = [frame for frame in frames if frame.name == "_wrapped_call_impl"]
    assert call.line == "return self._call_impl(*args, **kwargs)"
    assert not [frame for frame in frames if "jupyter_green" in frame.filename]


def saved_copied_scripted():
    model = network().eval()
    model(DATA[:5][0])
    file = io.BytesIO()
    torch.save(model, file)
    assert b"jupyter" not in file.getvalue()
    assert not copy.deepcopy(model)._forward_hooks
    torch.jit.script(model)(DATA[:5][0])


def nothing_that_has_parameters():
    LOSS(torch.randn(5, 2), torch.zeros(5, dtype=torch.long))
    nn.Sequential(nn.Sigmoid(), nn.Flatten())(torch.randn(5, 2))


def outputs_are_the_same():
    torch.manual_seed(1)
    layer = nn.TransformerEncoderLayer(8, 2, batch_first=True).eval()
    x = torch.randn(3, 5, 8)
    with torch.no_grad():
        layer(x)
        assert not layer._forward_hooks


EXAMPLES = [
    epoch_of_seven_batches,
    accumulation_over_two_batches,
    two_optimizers,
    inference,
    exception_in_the_third_forward,
    interrupt_in_the_third_forward,
    epoch_after_the_interrupt,
    interrupt_that_the_loop_survives,
    exception_in_the_data,
    lbfgs_with_three_closures_a_step,
    recomputed_parts_are_no_samples,
    models_in_three_threads,
    compiled_module,
    module_that_compiles_itself,
    compiled_parts_and_hooks_of_the_user,
    compiled_function_without_breaks,
    exported_and_traced,
    batches_from_workers,
    copies_on_several_devices,
    distributed_with_accumulation,
    adversaries,
    tracebacks_read_as_ever,
    saved_copied_scripted,
    nothing_that_has_parameters,
    outputs_are_the_same,
]

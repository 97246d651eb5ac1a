"""R07: a batch that does not fit, or that leaves a model too few steps to learn in."""

from __future__ import annotations

from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..passes import steps_a_pass, training
from ..rule import Rule
from ..source_code.batch_size import SWEEP, UNTESTED, changed, rows
from ..suggestion import Finding

# Steps an epoch below which batches of so many samples leave few to learn in. CIFAR-100 in batches of 1024 has 49; of
# smaller batches nobody says that they are too large, unless they are most of the data.
_FEW = ((512, 50), (256, 16), (128, 4))
_EPOCHS = 2
_FAULTS = 1000  # pages of 4 KB or more
_SWAPPED = 64 << 20  # bytes
# Methods that ask for large batches: full gradients, negatives within the batch, steps scaled by layer.
_ON_PURPOSE = (
    "LBFGS", "LARS", "LAMB", "Lamb", "NTXentLoss", "InfoNCE", "info_nce", "info_nce_loss", "contrastive_loss",
    "ContrastiveLoss", "SupConLoss", "CLIPModel", "ClipLoss", "MultipleNegativesRankingLoss", "VICReg", "BarlowTwins",
)  # fmt: skip


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where memory was short, or where epochs have few steps of large batches."""
    size = rows(cell)
    if size is None or size < 2:
        return None
    why = _short_of_memory(cell, notebook) or _few_steps(cell, notebook, size)
    if why is None:
        return None
    return Finding(f"{why} {UNTESTED} {SWEEP}", patch=changed(notebook, size, size // 2))


def _short_of_memory(cell: Evidence, notebook: Notebook) -> str | None:
    before = notebook.earlier[-1].machine.memory_retries if notebook.earlier else 0
    retries = cell.machine.memory_retries - before
    if retries > 0:
        return f"PyTorch found no room on the GPU {retries} times and had to empty its cache, or gave up."
    if cell.major_faults >= _FAULTS and cell.machine.swapped >= _SWAPPED and cell.work.samples:
        return (
            f"Memory was short: {cell.major_faults} pages came back from disk, {cell.machine.swapped / 2**20:.0f} MB "
            "of this process are swapped out."
        )
    return None


def _few_steps(cell: Evidence, notebook: Notebook, size: int) -> str | None:
    gone = training(cell)
    steps = steps_a_pass(cell, gone)
    if steps is None or steps < 1 or gone[-1].begun.batch_size != size:
        return None
    if not any(size >= large and steps < few for large, few in _FEW):
        return None
    epochs = gone[-1].begun.passes
    if epochs < _EPOCHS or notebook.says(*_ON_PURPOSE):
        return None
    return (
        f"With {size} samples a batch an epoch had {steps:.3g} optimizer step{'s' if steps != 1 else ''}, in {epochs} "
        "epochs: few to learn in."
    )


RULE = Rule(
    id="R07",
    title="Try a smaller batch",
    effect="result changes",
    saving=None,  # none per sample: what may fall is the energy to an accuracy
    source="CIFAR-100, batch 1024 to 128: energy to the same accuracy 56–67 % less, though more an epoch, on all of 4 "
    "GPUs (Zeus's traces)",
    see=see,
    needs=("torch",),
)

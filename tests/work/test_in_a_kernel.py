"""A real kernel, in which every probed library is imported and used before, while and after the extension is loaded."""

import subprocess
import sys
from pathlib import Path

import pytest
from rig.kernel import Kernel
from work.conftest import SURROUNDINGS

PREPARE = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent.parent)!r})
import copy, cloudpickle, deepspeed, joblib, keras, torch, transformers.generation.utils
from diffusers import DDPMPipeline
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from torch import nn
from tqdm import tqdm

class Written(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer, self.saved = nn.Linear(3, 2), None
    def forward(self, x):
        self.saved = None
        self.saved = cloudpickle.dumps(self)
        return self.layer(x)

def train():
    model, x = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)), torch.randn(5, 3)
    optimizer = torch.optim.Adam(model.parameters())
    for _ in tqdm(range(3), disable=None):
        model(x).sum().backward()
        optimizer.step()
    return model, optimizer
train()
"""
LOOK = "from work.traces import changed, functions, traces; before = functions()"
SAVE = """
model, optimizer = train()
written = Written()
written(torch.randn(2, 3))
torch.save(model, "model.pt")
torch.save(optimizer.state_dict(), "optimizer.pt")
torch.jit.save(torch.jit.script(model), "scripted.pt")
search = GridSearchCV(LogisticRegression(), {"C": [1, 2]}, cv=2).fit([[0], [1], [2], [3]], [0, 1, 0, 1])
objects = [model, copy.deepcopy(model), optimizer, search, torch.utils.data.DataLoader([1, 2])]
joblib.dump(objects, "objects.joblib")
with open("notebook.pickle", "wb") as file:
    cloudpickle.dump([written, written.saved, Written, train], file)
"""
LOAD = """
import sys
sys.modules["jupyter_green"] = None  # as if it were not installed
import joblib, pickle, torch
model = torch.load("model.pt", weights_only=False)
model(torch.randn(2, 3)).sum().backward()
torch.optim.Adam(model.parameters()).load_state_dict(torch.load("optimizer.pt"))
torch.jit.load("scripted.pt")(torch.randn(2, 3))
first, second, optimizer, search, loader = joblib.load("objects.joblib")
first(torch.randn(2, 3)); second(torch.randn(2, 3)); optimizer.step(); search.predict([[1]]); list(loader)
with open("notebook.pickle", "rb") as file:
    written, saved, Written, train = pickle.load(file)
pickle.loads(saved)(torch.randn(2, 3)); Written()(torch.randn(2, 3)); written(torch.randn(2, 3)); train()
print("works", [name for name in sys.modules if name.startswith("jupyter_green.")])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kernel")


@pytest.fixture(scope="module")
def seen(folder):
    """What there is of us in the libraries while the extension is loaded, and after."""
    with Kernel(folder, SURROUNDINGS, metered=False) as kernel:

        def run(code):
            outcome = kernel.run(code, timeout=300)
            assert outcome.status == "ok", outcome.error["evalue"] + outcome.text
            return outcome

        run(PREPARE)
        run(LOOK)
        run("%load_ext jupyter_green")
        record = run("%%carbon\n" + SAVE).record
        metered = kernel.value("[changed(before, functions()), traces()]")
        run("%unload_ext jupyter_green")
        return record, metered, kernel.value("[changed(before, functions()), traces()]")


@pytest.mark.parametrize(
    "part",
    [
        "torch.nn.modules.module.Module._wrapped_call_impl",
        "torch.optim.optimizer._global_optimizer_post_hooks",
        "transformers.generation.utils.GenerationMixin.generate",
        "diffusers.pipelines.ddpm.pipeline_ddpm.DDPMPipeline.__call__",
        "deepspeed.runtime.engine.DeepSpeedEngine._take_model_step",
        "keras.src.callbacks.callback_list.CallbackList.on_train_batch_end",
        "sklearn.utils.parallel.Parallel.__call__",
        "tqdm.std.tqdm.close",
    ],
)
def test_what_is_probed_is_the_same_object_again_after_unloading(seen, part):
    _record, (metered, ours), (after, left) = seen
    assert part in [name.rstrip(".") for name in metered]
    assert part in ours
    assert after == []
    assert left == []


def test_the_cell_is_counted(seen):
    record, *_ = seen
    assert record["work"] == {"amount": 3 * 5 + 2, "unit": "sample"}


def test_what_was_saved_meanwhile_loads_where_we_are_not_installed(seen, folder):
    names = ("model.pt", "optimizer.pt", "scripted.pt", "objects.joblib", "notebook.pickle")
    assert [name for name in names if b"jupyter" in (folder / name).read_bytes()] == []
    done = subprocess.run([sys.executable, "-c", LOAD], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.stdout == "works []\n", done.stderr

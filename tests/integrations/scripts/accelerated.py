"""Trains a tiny language model by Accelerate, with the tracker by name and as an object; tells what it notes."""

import gc
import json
import threading
import time

import torch
from accelerate import Accelerator
from accelerate.tracking import LOGGER_TYPE_TO_CLASS, GeneralTracker
from torch.utils.data import DataLoader

import jupyter_green as green
from jupyter_green.integrations.accelerate import JupyterGreenTracker


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Embedding(40, 16), torch.nn.Linear(16, 40))

    def forward(self, input_ids):
        return self.layers(input_ids)


class Other(GeneralTracker):
    name = "other"
    requires_logging_directory = False
    tracker = None

    def __init__(self):
        super().__init__()
        self.seen = []

    def log(self, values, step=None, **kwargs):
        self.seen.append(dict(values))


def train(accelerator):
    model = Model()
    lessons = DataLoader(torch.randint(0, 40, (24, 10)), batch_size=4)
    model, optimizer, lessons = accelerator.prepare(model, torch.optim.SGD(model.parameters(), lr=0.1), lessons)
    for step, ids in enumerate(lessons, start=1):
        with accelerator.accumulate(model):
            scores = model(input_ids=ids)
            loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), ids.flatten())
            accelerator.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
        accelerator.log({"loss": loss.item()}, step=step)


def facts(tracker):
    footprint = tracker.footprint
    joules = footprint.energy
    return {
        "label": footprint.label,
        "status": footprint.status,
        "tokens": footprint.units if footprint.unit == "token" else None,
        "range": [joules.low, joules.joules, joules.high],
        "history": tracker.history,
    }


def by_name():
    other = Other()
    accelerator = Accelerator(cpu=True, log_with=["jupyter_green", other], gradient_accumulation_steps=2)
    accelerator.init_trackers("by name", config={"lr": 0.1})
    train(accelerator)
    accelerator.end_training()
    tracker = accelerator.get_tracker("jupyter_green")
    return {
        "others": other.seen,
        "unwrapped": accelerator.get_tracker("jupyter_green", unwrap=True) is tracker,
    } | facts(tracker)


def as_an_object():
    accelerator = Accelerator(cpu=True, log_with=JupyterGreenTracker("as an object"))
    accelerator.init_trackers("ignored by Accelerate")
    train(accelerator)
    accelerator.end_training()
    return facts(accelerator.get_tracker("jupyter_green"))


def two_at_once():
    accelerator = Accelerator(cpu=True, log_with=[JupyterGreenTracker("first"), JupyterGreenTracker("second")])
    accelerator.init_trackers("ignored by Accelerate")
    train(accelerator)
    accelerator.end_training()
    return [facts(tracker) for tracker in accelerator.trackers]


def forgotten():
    tracker = JupyterGreenTracker("forgotten")
    tracker.start()
    del tracker
    gc.collect()
    deadline = time.monotonic() + 30
    while green.session().meter.running and time.monotonic() < deadline:
        time.sleep(0.05)
    return len(green.session().meter.running)


def too_early():
    try:
        JupyterGreenTracker().figures()
    except RuntimeError as error:
        return str(error)


SITUATIONS = [by_name, as_an_object, two_at_once, forgotten, too_early]
told = {situation.__name__: situation() for situation in SITUATIONS}
told["trackers"] = sorted(LOGGER_TYPE_TO_CLASS)
told["watches"] = [thread.name for thread in threading.enumerate() if thread.name == "jupyter-green-training"]

cut_short = Accelerator(cpu=True, log_with="jupyter_green")
cut_short.init_trackers("never ended")
train(cut_short)
print(json.dumps(told))

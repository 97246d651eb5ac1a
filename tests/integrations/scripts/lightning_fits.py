"""Trains a tiny module by Lightning under both of its names; tells what was logged."""

import copy
import csv
import json
import threading
import warnings
from contextlib import suppress
from pathlib import Path

import pytorch_lightning
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from jupyter_green.integrations.lightning import JupyterGreenCallback  # isort: skip
import lightning.pytorch

import jupyter_green as green

warnings.filterwarnings("ignore")
DATA = TensorDataset(torch.randn(40, 4), torch.randint(0, 2, (40,)))


def module(library, raising_in_batch=None, error=None):
    class Classifier(library.LightningModule):
        def __init__(self):
            super().__init__()
            self.network = nn.Linear(4, 2)

        def training_step(self, batch, i):
            if i == raising_in_batch:
                raise error
            x, y = batch
            loss = nn.functional.cross_entropy(self.network(x), y)
            self.log("train_loss", loss)
            return loss

        def validation_step(self, batch, i):
            self.network(batch[0])

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    return Classifier()


def fitted(library, model, *callbacks, **options):
    trainer = library.Trainer(
        accelerator="cpu",
        callbacks=list(callbacks),
        enable_checkpointing=False,
        enable_model_summary=False,
        enable_progress_bar=False,
        num_sanity_val_steps=0,
        **{"max_epochs": 2, "log_every_n_steps": 2, "logger": False, **options},
    )
    trainer.fit(model, DataLoader(DATA, batch_size=5), DataLoader(DATA, batch_size=20))
    return trainer


def facts(callback):
    footprint = callback.footprint
    joules = footprint.energy.joules
    return {"status": footprint.status, "label": footprint.label, "samples": footprint.units, "joules": joules}


def tried(callback):
    try:
        return facts(callback)
    except RuntimeError as error:
        return str(error)


def logged(library):
    logger = library.loggers.CSVLogger("logs", name=library.__name__)
    callback, second = JupyterGreenCallback(), JupyterGreenCallback("second")
    trainer = fitted(library, module(library), callback, second, logger=logger, accumulate_grad_batches=2)
    with open(Path(logger.log_dir, "metrics.csv")) as file:
        rows = list(csv.DictReader(file))
    copied = copy.deepcopy(callback)
    metrics = {name: float(value) for name, value in trainer.callback_metrics.items()}
    return {
        "rows": rows,
        "callback_metrics": metrics,
        "second": facts(second),
        "copied": tried(copied),
        **facts(callback),
    }


def cut_short(error):
    callback = JupyterGreenCallback()
    with suppress(ValueError, SystemExit):
        fitted(lightning.pytorch, module(lightning.pytorch, 3, error), callback)
    return facts(callback)


told = {library.__name__: logged(library) for library in (lightning.pytorch, pytorch_lightning)}
told["failed"] = cut_short(ValueError("as expected"))
told["interrupted"] = cut_short(KeyboardInterrupt())
told["left_open"] = len(green.session().meter.running)
told["watches"] = [thread.name for thread in threading.enumerate() if thread.name == "jupyter-green-training"]
print(json.dumps(told))

"""Trains a tiny language model by ``Trainer``, in every way that the tests ask for; tells what was logged."""

import json
import threading
import time
from contextlib import suppress

import torch
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainerCallback, TrainerState, TrainingArguments

import jupyter_green as green
from jupyter_green.integrations.transformers import JupyterGreenCallback

CONFIG = GPT2Config(vocab_size=40, n_positions=16, n_embd=16, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0)
LESSONS = [{"input_ids": torch.arange(10), "labels": torch.arange(10)} for _ in range(24)]


class Reporter(TrainerCallback):
    """Stands where TensorBoard's and W&B's callbacks stand: before those of the user."""

    def __init__(self):
        self.seen = []

    def on_log(self, args, state, control, logs=None, **kwargs):
        self.seen.append(dict(logs))


class StopsWhen(TrainerCallback):
    """Ends a training once something is so, or half a minute is over."""

    def __init__(self, is_so):
        self.is_so = is_so
        self.deadline = time.monotonic() + 30

    def on_step_end(self, args, state, control, **kwargs):
        control.should_training_stop = self.is_so() or time.monotonic() > self.deadline


class Raising(TrainerCallback):
    def __init__(self, error):
        self.error = error

    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step == 2 and self.error is not None:
            raise self.error


def trainer(*callbacks, **options):
    arguments = TrainingArguments(
        "out",
        use_cpu=True,
        report_to=[],
        disable_tqdm=True,
        log_level="error",
        **{
            "save_strategy": "no",
            "num_train_epochs": 2,
            "per_device_train_batch_size": 4,
            "logging_steps": 2,
            **options,
        },
    )
    return Trainer(
        GPT2LMHeadModel(CONFIG), arguments, train_dataset=LESSONS, eval_dataset=LESSONS[:8], callbacks=list(callbacks)
    )


def facts(callback):
    footprint = callback.footprint
    return {
        "status": footprint.status,
        "label": footprint.label,
        "tokens": footprint.units if footprint.unit == "token" else None,
        "joules": footprint.energy.joules,
        "low": footprint.energy.low,
        "high": footprint.energy.high,
    }


def left_open():
    """Whether a watch of ours, or a row of the ledger, is still there after a while."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        watches = [thread for thread in threading.enumerate() if thread.name == "jupyter-green-training"]
        if not watches and not green.session().meter.running:
            return False
        time.sleep(0.05)
    return True


def logged():
    callback, reporter = JupyterGreenCallback(), Reporter()
    trained = trainer(reporter, callback, gradient_accumulation_steps=3, eval_strategy="epoch", logging_steps=1)
    with green.measure() as around:
        metrics = trained.train().metrics
    trained.evaluate()
    return {
        "metrics": metrics,
        "history": trained.state.log_history,
        "seen": reporter.seen,
        "around": around.footprint.energy.joules,
        **facts(callback),
    }


def two_at_once():
    first, second = JupyterGreenCallback("first"), JupyterGreenCallback("second")
    trainer(first, second).train()
    return [facts(first), facts(second)]


def resumed():
    callback = JupyterGreenCallback()
    trainer(callback, save_strategy="steps", save_steps=6, num_train_epochs=1).train()
    again = trainer(JupyterGreenCallback(), num_train_epochs=2)
    metrics = again.train(resume_from_checkpoint="out/checkpoint-6").metrics
    return {"metrics": metrics, "history": again.state.log_history}


def failed_interrupted_and_trained_again():
    outcomes = []
    raising, callback = Raising(ValueError()), JupyterGreenCallback()
    trained = trainer(raising, callback)
    for error in (ValueError("as expected"), KeyboardInterrupt()):
        raising.error = error
        with suppress(ValueError, KeyboardInterrupt):
            trained.train()
        outcomes.append({"left_open": left_open(), **facts(callback)})
    raising.error = None
    trained.train()
    return [*outcomes, facts(callback)]


def failed_and_tried_again_at_once():
    raising, first, second = Raising(ValueError("as expected")), JupyterGreenCallback(), JupyterGreenCallback()
    with suppress(ValueError):
        trainer(raising, first).train()
    over = StopsWhen(lambda: first.footprint.status == "error")
    trainer(over, second, max_steps=1_000_000, logging_steps=1_000).train()
    return [facts(first), facts(second)]


def not_the_main_process():
    callback = JupyterGreenCallback()
    callback.on_train_begin(None, TrainerState(is_world_process_zero=False), None, model=None)
    logs = {"loss": 1.0}
    callback.on_log(None, TrainerState(), None, logs=logs)
    callback.on_train_end(None, TrainerState(), None)
    try:
        return str(callback.footprint)
    except RuntimeError as error:
        return [str(error), logs]


torch.manual_seed(0)
trainer().train()  # what is slow the first time
SITUATIONS = [
    logged,
    two_at_once,
    resumed,
    failed_interrupted_and_trained_again,
    failed_and_tried_again_at_once,
    not_the_main_process,
]
told = {situation.__name__: situation() for situation in SITUATIONS}
told["cells_open_at_the_end"] = len(green.session().meter.running)
print(json.dumps(told))

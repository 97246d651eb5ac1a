"""Runs each library's own loops, metered, and tells what they said of their progress from within.

``python -m work.announced`` prints JSON: by loop, a row of name, units done, total and initial as of each step, and
what is left of us once metering has ended.
"""

import json
import sys
import tempfile

import jupyter_green as green
from jupyter_green.work.library_loops import library_loops

STEPS = []


def note(*_, **__):
    STEPS.append([[loop.name, loop.done, loop.total, loop.initial, loop.why_no_total] for loop in library_loops()])


def trainer():
    from transformers import Trainer, TrainingArguments

    class Noting(Trainer):
        def training_step(self, *args, **kwargs):
            note()
            return super().training_step(*args, **kwargs)

    def train(epochs, **options):
        arguments = TrainingArguments(
            folder, use_cpu=True, report_to=[], disable_tqdm=True, save_steps=2, num_train_epochs=epochs
        )
        arguments.per_device_train_batch_size = 4
        model = GPT2LMHeadModel(GPT2Config(vocab_size=40, n_positions=64, n_embd=16, n_layer=1, n_head=2))
        data = [{"input_ids": list(range(10)), "labels": list(range(10))}] * 16
        Noting(model, arguments, train_dataset=data).train(**options)

    from transformers import GPT2Config, GPT2LMHeadModel

    with tempfile.TemporaryDirectory() as folder:
        train(1)
        yield "trainer"
        train(2, resume_from_checkpoint=True)
        yield "trainer from a checkpoint"


def generation():
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    model = GPT2LMHeadModel(
        GPT2Config(vocab_size=40, n_positions=64, n_embd=16, n_layer=1, n_head=2, eos_token_id=3, pad_token_id=0)
    )
    model.transformer.register_forward_hook(note)
    prompt = torch.randint(4, 40, (3, 5))
    model.generate(prompt, max_new_tokens=6, min_new_tokens=6)
    yield "generation of fixed length"
    model.generate(prompt, max_new_tokens=6)
    yield "generation that may end"
    model.generate(prompt, max_length=9, eos_token_id=None)
    yield "generation of fixed length with its prompt"


def lightning():
    import lightning
    import torch
    from torch.utils.data import DataLoader

    class Model(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(4, 1)

        def training_step(self, batch, _):
            note()
            if len(STEPS) == 9:
                self.trainer.should_stop = True
            return self.layer(batch).mean()

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    def fit(**options):
        lightning.Trainer(
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_model_summary=False,
            enable_progress_bar=False,
            **options,
        ).fit(Model(), DataLoader(torch.randn(40, 4), batch_size=10))

    fit(max_epochs=2)
    yield "lightning"
    fit(max_steps=3, accumulate_grad_batches=2)
    yield "lightning by steps"
    fit(max_epochs=-1)
    yield "lightning without end"


def keras():
    import keras
    import numpy

    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    noting = keras.callbacks.LambdaCallback(on_train_batch_begin=note)
    x, y = numpy.random.rand(40, 4), numpy.random.rand(40)
    options = {"batch_size": 10, "verbose": 0, "callbacks": [noting]}
    model.fit(x, y, epochs=2, **options)
    yield "keras"
    model.fit(x, y, epochs=3, initial_epoch=2, validation_data=(x, y), **options)
    yield "keras from an epoch"


def searches():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, RandomizedSearchCV

    class Noting(LogisticRegression):
        def fit(self, *args):
            note()
            return super().fit(*args)

    x, y = [[i % 7, i % 3] for i in range(40)], [i % 2 for i in range(40)]
    GridSearchCV(Noting(), {"C": [0.1, 1.0]}, cv=2).fit(x, y)
    yield "grid"
    RandomizedSearchCV(Noting(), {"C": [0.1, 1.0, 2.0]}, n_iter=1, cv=2, refit=False).fit(x, y)
    yield "random search"


def main():
    session = green.session()
    said = {}
    for library in (trainer, generation, lightning, keras, searches):
        for name in library():
            said[name] = STEPS.copy()
            STEPS.clear()
    over = len(library_loops())
    trouble = dict(session.probes.trouble)
    session.stop()
    print("SAID " + json.dumps({"said": said, "running": over, "trouble": trouble, "left": left()}))


def left():
    """Return what still has code of ours among the places that are probed."""
    modules = sys.modules
    places = [
        modules["transformers.trainer"].Trainer.train,
        modules["transformers.trainer"].CallbackHandler.on_train_begin,
        modules["transformers.generation.utils"].GenerationMixin.generate,
        modules["lightning.pytorch.loops.fit_loop"]._FitLoop.run,
        modules["lightning.pytorch.trainer.call"]._call_strategy_hook,
        modules["keras.src.backend.torch.trainer"].TorchTrainer.fit,
        modules["keras.src.callbacks.callback_list"].CallbackList.on_train_begin,
        modules["sklearn.model_selection._search"].BaseSearchCV.fit,
        modules["sklearn.model_selection._search"].Parallel.__init__,
    ]
    return [str(place) for place in places if "jupyter_green" in place.__code__.co_filename]


if __name__ == "__main__":
    main()

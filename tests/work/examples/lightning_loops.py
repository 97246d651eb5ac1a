"""Lightning's automatic and manual optimization."""

import lightning
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from transformers import GPT2Config, GPT2LMHeadModel
from work.examples import ExpectedError

DATA = TensorDataset(torch.randn(40, 4), torch.randint(0, 2, (40,)))


class Automatic(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.network = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))

    def training_step(self, batch, i):
        x, y = batch
        return nn.functional.cross_entropy(self.network(x), y)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


class Manual(Automatic):
    automatic_optimization = False

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False

    def training_step(self, batch, i):
        first, second = self.optimizers()
        self.manual_backward(super().training_step(batch, i))
        first.step()
        second.step()

    def configure_optimizers(self):
        return [torch.optim.SGD(self.network[i].parameters(), lr=0.1) for i in (0, 2)]


class Failing(Automatic):
    def training_step(self, batch, i):
        if i == 3:
            raise ExpectedError
        return super().training_step(batch, i)


class Parts(Automatic):
    """Calls its parts by themselves, as Lightning's own first example does."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(4, 2), nn.Linear(2, 4)

    def training_step(self, batch, i):
        return nn.functional.mse_loss(self.decoder(self.encoder(batch["x"])), batch["x"])

    def validation_step(self, batch, i):
        self.encoder(batch["x"])

    def predict_step(self, batch, i):
        return self(batch["x"])

    def forward(self, x):
        return self.encoder(x)


class Distilled(lightning.LightningModule):
    """A teacher and a student read the same ids, of a batch that names nothing; what is checked is written."""

    def __init__(self):
        super().__init__()
        tiny = GPT2Config(vocab_size=40, n_positions=32, n_embd=8, n_layer=1, n_head=2, eos_token_id=None)
        self.teacher, self.student = GPT2LMHeadModel(tiny), GPT2LMHeadModel(tiny)

    def training_step(self, batch, i):
        (ids,) = batch
        with torch.no_grad():
            wanted = self.teacher(input_ids=ids).logits
        return nn.functional.mse_loss(self.student(ids).logits, wanted)

    def validation_step(self, batch, i):
        self.student.generate(batch[0][:, :2], max_new_tokens=3, min_new_tokens=3, do_sample=False)

    def configure_optimizers(self):
        return torch.optim.SGD(self.student.parameters(), lr=0.1)


def trainer(**options):
    return lightning.Trainer(
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
        enable_progress_bar=False,
        **options,
    )


def fit(module, **options):
    trainer(**options).fit(module, DataLoader(DATA, batch_size=5))


def two_epochs_with_accumulation():
    fit(Automatic(), max_epochs=2, accumulate_grad_batches=4)


def two_optimizers_by_hand():
    fit(Manual(), max_epochs=1)


def exception_in_the_fourth_batch():
    fit(Failing(), max_epochs=1)


def parts_by_themselves():
    """Eight batches of training, two of validation, two of prediction: each sample counts once."""
    batches = DataLoader([{"x": x} for x, _ in DATA], batch_size=5)
    fewer = DataLoader([{"x": x} for x, _ in DATA], batch_size=20)
    module, by = Parts(), trainer(max_epochs=1, num_sanity_val_steps=0)
    by.fit(module, batches, fewer)
    by.predict(module, fewer)


def ids_that_no_batch_names():
    """Four batches of training, and one of validation."""
    lessons = TensorDataset(torch.randint(1, 40, (12, 10)))
    by = trainer(max_epochs=1, num_sanity_val_steps=0)
    by.fit(Distilled(), DataLoader(lessons, batch_size=3), DataLoader(lessons, batch_size=12))


EXAMPLES = [
    two_epochs_with_accumulation,
    two_optimizers_by_hand,
    exception_in_the_fourth_batch,
    parts_by_themselves,
    ids_that_no_batch_names,
]

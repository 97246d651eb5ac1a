"""Small trainings of every kind that a trial has to leave as they were: each builds a step and tells its state."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.optim import lr_scheduler

Step = Callable[[], Any]
TRAININGS: dict[str, Callable[[], tuple[Step, list[Any]]]] = {}
"""By name: returns the step and all that has a state."""


def training(name: str):
    def keep(build):
        TRAININGS[name] = build
        return build

    return keep


def seed(number: int = 0) -> None:
    torch.manual_seed(number)
    np.random.seed(number)
    random.seed(number)


def state(holders: list[Any]) -> list[Any]:
    """Return a copy of everything that has a state, the random number generators among it."""
    found: list[Any] = [torch.get_rng_state().clone(), np.random.get_state(), random.getstate()]
    for holder in holders:
        if isinstance(holder, nn.Module):
            found.append({name: value.clone() for name, value in holder.state_dict().items()})
            found.append([None if p.grad is None else p.grad.clone() for p in holder.parameters()])
            found.append([p.requires_grad for p in holder.parameters()])
            found.append([module.training for module in holder.modules()])
        elif hasattr(holder, "state_dict"):
            found.append(copy.deepcopy(holder.state_dict()))
        elif isinstance(holder, torch.Generator):
            found.append(holder.get_state().clone())
        elif isinstance(holder, np.random.Generator):
            found.append(copy.deepcopy(holder.bit_generator.state))
        else:
            found.append(copy.deepcopy(holder))
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two states are the same, bit for bit."""
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and one.shape == other.shape and torch.equal(_bits(one), _bits(other))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.tobytes() == other.tobytes()
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and (one == other or (one != one and other != other))


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8)


def _net(*, norm: bool = False, dropout: float = 0.0) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Linear(8, 16), nn.ReLU()]
    if norm:
        layers.insert(1, nn.BatchNorm1d(16))
    if dropout:
        layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers, nn.Linear(16, 3))


def _data() -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(12, 8), torch.randint(0, 3, (12,))


def _plain(make_optimizer, make_scheduler=None, **options):
    def build():
        model = _net(**options)
        optimizer = make_optimizer(model.parameters())
        scheduler = None if make_scheduler is None else make_scheduler(optimizer)
        x, y = _data()

        def step():
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            if scheduler is not None:
                scheduler.step()
            return loss

        return step, [model, optimizer, *([] if scheduler is None else [scheduler])]

    return build


for _name, _optimizer in {
    "AdamW": lambda p: torch.optim.AdamW(p, 1e-2),
    "AdamW, AMSGrad": lambda p: torch.optim.AdamW(p, 1e-2, amsgrad=True),
    "AdamW, fused": lambda p: torch.optim.AdamW(p, 1e-2, fused=True),
    "SGD": lambda p: torch.optim.SGD(p, 1e-2),
    "SGD, momentum": lambda p: torch.optim.SGD(p, 1e-2, momentum=0.9, nesterov=True),
    "RMSprop": lambda p: torch.optim.RMSprop(p, 1e-3, momentum=0.5),
    "Adagrad": lambda p: torch.optim.Adagrad(p, 1e-2),
    "NAdam": lambda p: torch.optim.NAdam(p, 1e-2),
    "Rprop": lambda p: torch.optim.Rprop(p, 1e-2),
}.items():
    TRAININGS[_name] = _plain(_optimizer)
for _name, _scheduler in {
    "step schedule": lambda o: lr_scheduler.StepLR(o, 3),
    "cosine schedule": lambda o: lr_scheduler.CosineAnnealingLR(o, 20),
    "one-cycle schedule": lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=200),
    "warm restarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 4),
    "warm-up, then cosine": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o, 0.1, total_iters=5), lr_scheduler.CosineAnnealingLR(o, 20)], [5]
    ),
}.items():
    TRAININGS[_name] = _plain(lambda p: torch.optim.SGD(p, 0.1, momentum=0.9), _scheduler)
TRAININGS["dropout"] = _plain(lambda p: torch.optim.AdamW(p), dropout=0.3)
TRAININGS["batch norm"] = _plain(lambda p: torch.optim.AdamW(p), norm=True)


@training("schedule on a plateau")
def _plateau():
    model = _net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)
    x, y = _data()

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        scheduler.step(loss.item() + 1)
        return loss.item()

    return step, [model, optimizer, scheduler]


@training("gradient accumulation")
def _accumulation():
    model = _net(norm=True)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-2)
    x, y = _data()
    counts = {"steps": 0}

    def step():
        loss = F.cross_entropy(model(x), y) / 4
        loss.backward()
        counts["steps"] += 1
        if counts["steps"] % 4 == 0:
            optimizer.step()
            optimizer.zero_grad(set_to_none=counts["steps"] % 8 == 0)
        return loss

    return step, [model, optimizer, counts]


@training("LoRA (peft)")
def _lora():
    from peft import LoraConfig, get_peft_model

    model = get_peft_model(_net(dropout=0.1), LoraConfig(r=2, target_modules=["0", "3"], lora_dropout=0.2))
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], 1e-2)
    x, y = _data()

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return step, [model, optimizer]


@training("shared parameters")
def _shared():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(20, 8)
            self.head = nn.Linear(8, 20, bias=False)
            self.head.weight = self.embed.weight

        def forward(self, ids):
            return self.head(self.embed(ids))

    model = Tied()
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    ids = torch.randint(0, 20, (4, 6))

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(ids).flatten(0, 1), ids.flatten())
        loss.backward()
        optimizer.step()
        return loss

    return step, [model, optimizer]


@training("two models, two optimizers")
def _adversarial():
    made, judge = nn.Linear(4, 8), nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1))
    makes, judges = torch.optim.Adam(made.parameters(), 1e-2), torch.optim.RMSprop(judge.parameters(), 1e-2)

    def step():
        real, noise = torch.randn(6, 8), torch.randn(6, 4)
        judges.zero_grad()
        loss = judge(made(noise).detach()).mean() - judge(real).mean()
        loss.backward()
        judges.step()
        makes.zero_grad()
        (-judge(made(noise)).mean()).backward()
        makes.step()
        return loss

    return step, [made, judge, makes, judges]


@training("a class with its own counters")
def _object():
    class Trainer:
        def __init__(self):
            self.model = _net(dropout=0.2)
            self.optimizer = torch.optim.AdamW(self.model.parameters(), 1e-2)
            self.history: list[float] = []
            self.steps = 0
            self.best = None
            self.x, self.y = _data()
            self.average = copy.deepcopy(self.model)

        def train_step(self):
            self.model.train()
            self.optimizer.zero_grad()
            loss = F.cross_entropy(self.model(self.x), self.y)
            loss.backward()
            self.optimizer.step()
            self.steps += 1
            self.history.append(loss.item())
            with torch.no_grad():
                for one, other in zip(self.average.parameters(), self.model.parameters(), strict=True):
                    one.lerp_(other, 0.1)
            if self.best is None or loss.item() < self.best[0]:
                self.best = (loss.item(), {k: v.clone() for k, v in self.model.state_dict().items()})
            self.model.eval()
            return loss

        def state_dict(self):
            return {"steps": self.steps, "history": list(self.history), "best": self.best}

    trainer = Trainer()
    return trainer.train_step, [trainer, trainer.model, trainer.average, trainer.optimizer]


@training("generators of its own")
def _generators():
    model = _net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    own, numpy = torch.Generator().manual_seed(1), np.random.default_rng(1)
    x, y = _data()

    def step():
        chosen = torch.randint(0, 12, (6,), generator=own)
        noise = torch.from_numpy(numpy.normal(size=(6, 8))).float() * np.random.rand() * random.random()
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x[chosen] + noise), y[chosen])
        loss.backward()
        optimizer.step()
        return loss

    return step, [model, optimizer, own, numpy]


@training("gradient scaler")
def _scaler():
    model = _net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=3)
    x, y = _data()

    def step():
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            loss = F.cross_entropy(model(x), y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        return loss

    return step, [model, optimizer, scaler]


@training("frozen layers that thaw")
def _thawing():
    model = _net()
    model[0].requires_grad_(False)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-2)
    x, y = _data()
    done = [0]

    def step():
        done[0] += 1
        if done[0] == 6:
            model[0].requires_grad_(True)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return step, [model, optimizer, done]


@training("a recurrent state")
def _recurrent():
    cell, head = nn.GRUCell(4, 8), nn.Linear(8, 2)
    optimizer = torch.optim.AdamW([*cell.parameters(), *head.parameters()], 1e-2)
    hidden = torch.zeros(3, 8)

    def step():
        nonlocal hidden
        hidden = cell(torch.randn(3, 4), hidden.detach())
        loss = head(hidden).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    def held() -> Iterator[torch.Tensor]:
        yield hidden

    return step, [cell, head, optimizer, _Held(held)]


class _Held:
    def __init__(self, get) -> None:
        self._get = get

    def state_dict(self):
        return [value.detach().clone() for value in self._get()]

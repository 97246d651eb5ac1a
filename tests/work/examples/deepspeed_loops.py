"""DeepSpeed's engine on a CPU, alone."""

import os

os.environ |= {"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0"}

import deepspeed
import torch
from deepspeed.runtime.engine import DeepSpeedEngine
from torch import nn


def with_accumulation_and_two_groups():
    body, head = nn.Linear(4, 8), nn.Linear(8, 2)
    network = nn.Sequential(body, head)
    groups = [{"params": body.parameters()}, {"params": head.parameters(), "lr": 0.2}]
    engine, *_ = deepspeed.initialize(
        model=network,
        optimizer=torch.optim.SGD(groups, lr=0.1),
        config={"train_micro_batch_size_per_gpu": 5, "gradient_accumulation_steps": 2},
    )
    for _ in range(6):
        loss = engine(torch.randn(5, 4)).sum()
        engine.backward(loss)
        engine.step()


def attributes():
    yield DeepSpeedEngine._take_model_step


EXAMPLES = [with_accumulation_and_two_groups]

"""DeepSpeed's engine on a CPU, alone."""

import os

os.environ |= {"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0"}

import deepspeed
import torch
from torch import nn

# Processes that share memory would be served by an operator that is compiled for a minute; here is one alone.
deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False


def train(**config):
    body, head = nn.Linear(4, 8), nn.Linear(8, 2)
    groups = [{"params": body.parameters()}, {"params": head.parameters(), "lr": 0.2}]
    engine, *_ = deepspeed.initialize(
        model=nn.Sequential(body, head),
        optimizer=torch.optim.SGD(groups, lr=0.1),
        config={"train_micro_batch_size_per_gpu": 5, "gradient_accumulation_steps": 2, **config},
    )
    for _ in range(6):
        loss = engine(torch.randn(5, 4)).sum()
        engine.backward(loss)
        engine.step()


def with_accumulation_and_two_groups():
    train()


def with_divided_optimizer_states():
    train(zero_optimization={"stage": 1}, zero_allow_untested_optimizer=True)


EXAMPLES = [with_accumulation_and_two_groups, with_divided_optimizer_states]

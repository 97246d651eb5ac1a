"""A tiny random diffusion pipeline."""

import torch
from diffusers import DDPMPipeline, DDPMScheduler, UNet2DModel
from work.examples import ExpectedError

BLOCKS = {"down_block_types": ("DownBlock2D",), "up_block_types": ("UpBlock2D",), "block_out_channels": (8,)}


def pipeline():
    network = UNet2DModel(sample_size=8, layers_per_block=1, norm_num_groups=4, **BLOCKS)
    made = DDPMPipeline(network, DDPMScheduler(num_train_timesteps=10))
    made.set_progress_bar_config(disable=True)
    return made


def three_images():
    pipeline()(batch_size=3, num_inference_steps=2)


def four_arrays_as_tuple():
    pipeline()(batch_size=4, num_inference_steps=2, output_type="np", return_dict=False)


class Failing(DDPMPipeline):
    def __call__(self, *args, **kwargs):
        super().__call__(*args, **kwargs)
        raise ExpectedError


def one_that_fails():
    network = pipeline().unet
    Failing(network, DDPMScheduler(num_train_timesteps=10))(num_inference_steps=2)


def training_its_network():
    network = pipeline().unet
    optimizer = torch.optim.AdamW(network.parameters())
    for _ in range(3):
        noise = torch.randn(2, 3, 8, 8)
        torch.nn.functional.mse_loss(network(noise, torch.tensor([1, 2])).sample, noise).backward()
        optimizer.step()


EXAMPLES = [three_images, four_arrays_as_tuple, one_that_fails, training_its_network]

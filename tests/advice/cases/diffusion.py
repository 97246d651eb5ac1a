from rig.advice_case import look_alike, positive

_PIPELINE = """
import torch
from diffusers import DDIMPipeline, DDIMScheduler, DiTPipeline, DiTTransformer2DModel, AutoencoderKL, UNet2DModel

torch.manual_seed(0)
blocks = {"down_block_types": ("DownBlock2D",), "up_block_types": ("UpBlock2D",), "block_out_channels": (8,)}
unet = UNet2DModel(sample_size=16, layers_per_block=1, norm_num_groups=4, **blocks)
pipe = DDIMPipeline(unet, DDIMScheduler(num_train_timesteps=100))
pipe.set_progress_bar_config(disable=True)
"""
_GUIDED = """
vae = AutoencoderKL(block_out_channels=(8,), norm_num_groups=4, latent_channels=4)
transformer = DiTTransformer2DModel(
    num_attention_heads=2, attention_head_dim=8, in_channels=4, out_channels=8, num_layers=1, sample_size=8
)
guided = DiTPipeline(transformer, vae, DDIMScheduler())
guided.set_progress_bar_config(disable=True)
"""

CASES = [
    positive(
        "R29",
        "fifty steps",
        _PIPELINE,
        _GUIDED,
        "images = guided([1, 2], guidance_scale=4.0, num_inference_steps=50).images",
    ),
    positive(
        "R29",
        "the steps that a pipeline takes of itself, guided, in a function of an earlier cell",
        _PIPELINE,
        _GUIDED,
        "def draw(label):\n    return guided([label], guidance_scale=4.0).images",
        "images = [draw(label) for label in (1, 2)]",
    ),
    look_alike("R29", "few steps", _PIPELINE, _GUIDED, "images = guided([1, 2], num_inference_steps=20).images"),
    look_alike(
        "R29",
        "no guidance: each step asks the network once",
        _PIPELINE,
        "images = pipe(batch_size=2, num_inference_steps=50).images",
    ),
    look_alike(
        "R29",
        "guidance turned off",
        _PIPELINE,
        _GUIDED,
        "images = guided([1, 2], guidance_scale=1.0, num_inference_steps=50).images",
    ),
    look_alike(
        "R29",
        "steps are compared",
        _PIPELINE,
        _GUIDED,
        "images = [guided([1], guidance_scale=4.0, num_inference_steps=steps).images for steps in (10, 25, 50)]",
    ),
    look_alike(
        "R29",
        "after drafts, the finished image",
        _PIPELINE,
        _GUIDED,
        "drafts = guided([1, 1, 1, 1], guidance_scale=4.0, num_inference_steps=10).images",
        "finished = guided([1], guidance_scale=4.0, num_inference_steps=50).images",
    ),
    look_alike(
        "R29",
        "training its network",
        _PIPELINE,
        "optimizer = torch.optim.AdamW(unet.parameters())\n"
        "for step in range(45):\n"
        "    noise = torch.randn(2, 3, 16, 16)\n"
        "    torch.nn.functional.mse_loss(unet(noise, torch.tensor([1, 2])).sample, noise).backward()\n"
        "    optimizer.step()\n"
        "    optimizer.zero_grad()",
        also=("R18",),
    ),
]

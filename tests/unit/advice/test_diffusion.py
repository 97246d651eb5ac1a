import pytest
from rig.evidence import cell, notebook, said

from jupyter_green.advice.rules.diffusion import RULE
from jupyter_green.work.pipeline_traits import Diffusion


def diffusion(**changes):
    values = {
        "pipeline": "StableDiffusionPipeline",
        "scheduler": "PNDMScheduler",
        "steps": 50,
        "guidance": 7.5,
        "width": 512,
        "height": 512,
        "images": 4,
        "scheduled": False,
        "seconds": 60.0,
    }
    return Diffusion(**{**values, **changes})


LOADED = cell("pipe = StableDiffusionPipeline.from_pretrained(name).to('cuda')", number=1)


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("pipe(p, num_inference_steps=50).images", "pipe(p, num_inference_steps=25).images"),
        ("pipe(p, num_inference_steps=steps).images", "pipe(p, num_inference_steps=25).images"),
        (
            "images = pipe(p, guidance_scale=7).images",
            "images = pipe(p, guidance_scale=7, num_inference_steps=25).images",
        ),
    ],
)
def test_half_the_steps(source, after):
    found = said(RULE, notebook(LOADED, cell(source, diffusion(), number=2)))
    assert found.patch.after == after
    assert "4 images of 512 × 512 pixels in 50 steps" in found.evidence
    assert found.share == 0.5


def test_the_function_of_an_earlier_cell_is_changed_there():
    draw = cell("def draw(p):\n    return pipe(p).images[0]", number=2)
    found = said(RULE, notebook(LOADED, draw, cell("draw('a cat')", diffusion(), number=3)))
    assert (found.patch.cell, found.patch.after) == (
        2,
        draw.code.source.replace("(p).", "(p, num_inference_steps=25)."),
    )


@pytest.mark.parametrize(
    "changes", [{"steps": 30}, {"scheduled": True}, {"images": 0}, {"guidance": 1.0}, {"guidance": None}], ids=str
)
def test_silence(changes):
    assert said(RULE, notebook(LOADED, cell("pipe(p)", diffusion(**changes), number=2))) is None


def test_who_compares_or_has_drafted_wants_the_steps():
    assert said(RULE, notebook(cell("compare()", diffusion(), diffusion(steps=80)))) is None
    drafted = cell("pipe(p, num_inference_steps=15)", diffusion(steps=15), number=1)
    assert said(RULE, notebook(drafted, cell("pipe(p)", diffusion(), number=2))) is None

"""How forward passes of PyTorch models went: the model, what went in, which settings were in force."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from .attention_masks import lengths_of
from .counts import COUNTS
from .model_facts import MODELS, Model, type_name
from .traits import TRAITS

_LOOKS = TRAITS.looks()
_RECOMPUTED = TRAITS.looks()


@dataclass(frozen=True, slots=True)
class Forward:
    """One forward pass of a root module.

    Attributes
    ----------
    model
        The model as it was.
    at
        When the pass ended, s; only differences mean anything.
    samples, backwards
        Counters as the pass ended, it included. Of two looks with nothing between them the samples differ by ``rows``.
    larger
        Whether it was part of a generation or a pipeline, and counted as no sample.
    rows
        First dimension of its first tensor.
    width
        Of token numbers, rows × width, or of the attention mask: how many to a row, padding included. 0: none.
    dtype
        Of its first floating-point tensor or, where there is none, of its first tensor: ``float32`` and the like.
    training
        Whether the model was in training mode.
    grad
        Whether the output requires a gradient.
    grad_enabled, inference
        Whether gradients were on, and whether ``inference_mode`` was in force.
    autocast
        The type in force for the model's device, such as ``bfloat16``; ``wrapped``: Accelerate casts within;
        empty if off.
    items
        What the model's matrices are multiplied with, as far as the first tensor tells: rows, tokens, or pixels.
    lengths
        Real tokens of each row by the attention mask; empty where there is none or it was not read.
    """

    model: Model
    at: float
    samples: int
    backwards: int
    larger: bool
    rows: int
    width: int
    dtype: str
    training: bool
    grad: bool
    grad_enabled: bool
    inference: bool
    autocast: str
    items: int = 0
    lengths: tuple[int, ...] = ()

    @property
    def padding(self) -> float | None:
        """The share of the tokens that is padding; ``None`` where there is no mask."""
        given = len(self.lengths) * self.width
        return 1 - sum(self.lengths) / given if given else None


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A part of a checkpointed model that was computed anew in a backward pass.

    Attributes
    ----------
    part
        Its class, where it is known.
    """

    part: str = ""


class ForwardLooks:
    """Takes closer looks at forward passes, and at what is called in backward passes.

    Attributes
    ----------
    looks
        How many are left.
    training
        The training flag of the pass that was looked at last: a change of it is worth a look.
    """

    def __init__(self, torch: Any) -> None:  # noqa: ANN401 - a library that we do not import
        self._torch = torch
        self._modes = torch._C._len_torch_dispatch_stack, torch._C._len_torch_function_stack
        self.looks = _LOOKS
        self.training: bool | None = None

    def look(
        self,
        module: Any,  # noqa: ANN401
        args: Any,  # noqa: ANN401
        kwargs: Any,  # noqa: ANN401
        output: Any,  # noqa: ANN401
        first: Any,  # noqa: ANN401
        *,
        larger: bool = False,
    ) -> None:
        """Note a forward pass that has ended; *first* is its first tensor."""
        looks = self.looks
        if module.training is not self.training:
            self.training = module.training
            looks.change()
        if looks.left <= 0:
            return
        looks.left -= 1
        with suppress(Exception):  # a model or tensors unlike any others: the call stands
            TRAITS.note(self._forward(module, args, kwargs, output, first, larger))

    def recomputed(self, module: Any) -> None:  # noqa: ANN401
        """Note a part that was called in a backward pass."""
        if _RECOMPUTED.left > 0:
            _RECOMPUTED.left -= 1
            TRAITS.note(Recomputed(type(module).__name__))

    def _forward(
        self,
        module: Any,  # noqa: ANN401
        args: Any,  # noqa: ANN401
        kwargs: Any,  # noqa: ANN401
        output: Any,  # noqa: ANN401
        first: Any,  # noqa: ANN401
        larger: bool,
    ) -> Forward:
        model = MODELS.facts(module, self.looks.cell)
        device = first.device.type
        read = not larger and self._may_read(device)
        width, lengths = lengths_of(module, args, kwargs, first, padding=model.padding, read=read)
        return Forward(
            model=model,
            at=perf_counter(),
            samples=COUNTS.samples,
            backwards=COUNTS.backwards,
            larger=larger,
            rows=int(first.shape[0]) if first.shape else 1,
            width=width,
            dtype=type_name(self._floating(args, kwargs, first)),
            training=bool(module.training),
            grad=self._requires_grad(output),
            grad_enabled=bool(self._torch.is_grad_enabled()),
            inference=bool(self._torch.is_inference_mode_enabled()),
            autocast=self._autocast(module, device),
            items=_items(first),
            lengths=lengths,
        )

    def _may_read(self, device: str) -> bool:
        # Under a mode of the user's that counts or traces operations, ours would be seen; in a CUDA graph they fail.
        return not any(mode() for mode in self._modes) and not (
            device == "cuda" and self._torch.cuda.is_current_stream_capturing()
        )

    def _floating(self, args: Any, kwargs: Any, first: Any) -> Any:  # noqa: ANN401
        if first.is_floating_point():
            return first.dtype
        tensor = self._torch.Tensor
        given = (each for each in (*args, *kwargs.values()) if isinstance(each, tensor) and each.is_floating_point())
        return next((each.dtype for each in given), first.dtype)

    def _autocast(self, module: Any, device: str) -> str:  # noqa: ANN401
        if "_original_forward" in vars(module):
            return "wrapped"
        try:
            on = self._torch.is_autocast_enabled(device)
        except TypeError:  # before PyTorch 2.4 there was one function for each device
            cpu = device == "cpu"
            on = self._torch.is_autocast_cpu_enabled() if cpu else self._torch.is_autocast_enabled()
            kind = self._torch.get_autocast_cpu_dtype if cpu else self._torch.get_autocast_gpu_dtype
            return type_name(kind()) if on else ""
        return type_name(self._torch.get_autocast_dtype(device)) if on else ""

    def _requires_grad(self, output: Any, depth: int = 3) -> bool:  # noqa: ANN401
        if isinstance(output, self._torch.Tensor):
            return bool(output.requires_grad)
        if depth and output is not None:
            values = getattr(output, "values", None)
            parts = values() if callable(values) else output
            if isinstance(parts, (list, tuple)) or callable(values):
                return any(self._requires_grad(part, depth - 1) for part in parts)
        return False


def _items(first: Any) -> int:  # noqa: ANN401
    features = int(first.shape[-1]) if first.is_floating_point() and first.dim() > 1 else 1
    return int(first.numel()) // max(1, features)

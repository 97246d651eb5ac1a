"""What PyTorch models are made of: numbers of parameters by what rules ask of them, and a serial number each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

_MANY = 512  # tensors; of a larger model the facts are read once a cell: 0.5 µs each
_WRAPPERS = {"OptimizedModule": "_orig_mod", "DataParallel": "module", "DistributedDataParallel": "module"}
_LOOKED_UP = frozenset({"Embedding", "EmbeddingBag"})  # their weights are read by row, never multiplied
_RECURRENT = frozenset({"LSTM", "GRU", "RNN"})
_8_BIT = "Linear8bitLt"


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it was at one look.

    Attributes
    ----------
    name
        Its class; of a compiled or distributed one the class of what is within.
    serial
        The same for the same model in all cells; ``Evidence.variables`` has it too.
    parameters, trainable
        Numbers of parameters, each tensor counted once.
    tensors
        How many tensors they are in.
    multiplied
        Parameters of matrices and kernels, embeddings left out: what takes time in proportion to rows.
    largest
        Parameters in the largest of those, recurrent layers left out.
    dtypes, devices
        Numbers of parameters by ``float32`` and the like, and by ``cpu``, ``cuda`` and the like.
    checkpointing
        Whether it is set to compute activations anew in backward passes, as transformers' models are.
    adapters
        Whether there are adapters of PEFT in it.
    eight_bit
        Layers of bitsandbytes with weights of 8 bits.
    recurrent
        Parameters in the largest matrix of its recurrent layers, which take one step after the other; 0 for none.
    pretrained
        Parameters of those parts that came from ``from_pretrained``.
    padding
        The id that its embeddings take for padding, where they agree on one.
    """

    name: str
    serial: int
    parameters: int = 0
    trainable: int = 0
    tensors: int = 0
    multiplied: int = 0
    largest: int = 0
    dtypes: tuple[tuple[str, int], ...] = ()
    devices: tuple[tuple[str, int], ...] = ()
    checkpointing: bool = False
    adapters: bool = False
    eight_bit: int = 0
    recurrent: int = 0
    pretrained: int = 0
    padding: int | None = None

    def share(self, dtype: str) -> float:
        """Return the share of the parameters that have that type."""
        return dict(self.dtypes).get(dtype, 0) / max(1, self.parameters)

    def on(self, device: str) -> float:
        """Return the share of the parameters that are on that kind of device."""
        return dict(self.devices).get(device, 0) / max(1, self.parameters)


class Models:
    """The models that were seen. None is kept alive."""

    def __init__(self) -> None:
        self._serials: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self._pretrained: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()
        self._read: WeakKeyDictionary[Any, tuple[int, Model]] = WeakKeyDictionary()
        self._next = count(1)

    def serial(self, module: Any) -> int | None:  # noqa: ANN401
        """Return the number of a model, or ``None`` if it has not been seen."""
        return self._serials.get(unwrapped(module))

    def pretrained(self, module: Any) -> None:  # noqa: ANN401
        """Remember that its weights were read from somewhere."""
        self._pretrained[module] = True

    def facts(self, module: Any, cell: int) -> Model:  # noqa: ANN401
        """Return what a model is now; a large one as it was first seen in the *cell* of that number."""
        inner = unwrapped(module)
        known = self._read.get(inner)
        if known is not None and known[0] == cell and known[1].tensors > _MANY:
            return known[1]
        serial = self._serials.get(inner)
        if serial is None:
            serial = self._serials[inner] = next(self._next)
        facts = self._count(inner, serial)
        self._read[inner] = cell, facts
        return facts

    def _count(self, root: Any, serial: int) -> Model:  # noqa: ANN401
        seen: set[int] = set()
        matrices: set[int] = set()
        dtypes: Counter[str] = Counter()
        devices: Counter[str] = Counter()
        parameters = trainable = multiplied = largest = recurrent = eight_bit = pretrained = 0
        checkpointing = adapters = False
        paddings: set[int] = set()
        for module, loaded in self._parts(root):
            kind = type(module).__name__
            own = vars(module)
            checkpointing = checkpointing or own.get("gradient_checkpointing") is True
            adapters = adapters or "lora_A" in module._modules or "peft_config" in own
            eight_bit += kind == _8_BIT
            if kind in _LOOKED_UP and own.get("padding_idx") is not None:
                paddings.add(own["padding_idx"])
            for parameter in module._parameters.values():
                if parameter is None:
                    continue
                if kind not in _LOOKED_UP and id(parameter) not in matrices and parameter.dim() > 1:
                    matrices.add(id(parameter))  # among them those that an embedding shares with the last layer
                    multiplied += parameter.numel()
                    if kind in _RECURRENT:
                        recurrent = max(recurrent, parameter.numel())
                    else:
                        largest = max(largest, parameter.numel())
                if id(parameter) in seen:
                    continue
                seen.add(id(parameter))
                size = parameter.numel()
                parameters += size
                trainable += size if parameter.requires_grad else 0
                pretrained += size if loaded else 0
                dtypes[type_name(parameter.dtype)] += size
                devices[parameter.device.type] += size
        return Model(
            name=type(root).__name__,
            serial=serial,
            parameters=parameters,
            trainable=trainable,
            tensors=len(seen),
            multiplied=multiplied,
            largest=largest,
            dtypes=tuple(dtypes.most_common()),
            devices=tuple(devices.most_common()),
            checkpointing=checkpointing,
            adapters=adapters,
            eight_bit=eight_bit,
            recurrent=recurrent,
            pretrained=pretrained,
            padding=paddings.pop() if len(paddings) == 1 else None,
        )

    def _parts(self, root: Any) -> Iterator[tuple[Any, bool]]:  # noqa: ANN401
        """Yield each module once, and whether it is in one that came from ``from_pretrained``."""
        seen = {id(root)}
        stack = [(root, root in self._pretrained)]
        while stack:
            module, loaded = stack.pop()
            yield module, loaded
            for part in module._modules.values():
                if part is not None and id(part) not in seen:
                    seen.add(id(part))
                    stack.append((part, loaded or part in self._pretrained))


def type_name(dtype: Any) -> str:  # noqa: ANN401
    """Return ``float32`` of ``torch.float32``."""
    return str(dtype).removeprefix("torch.")


def unwrapped(module: Any) -> Any:  # noqa: ANN401
    """Return the model in a compiled or distributed one."""
    for _ in range(4):
        inner = module._modules.get(_WRAPPERS.get(type(module).__name__, ""))
        if inner is None:
            break
        module = inner
    return module


MODELS = Models()

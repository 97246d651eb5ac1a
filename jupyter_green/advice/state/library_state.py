"""Arrays, frames and tensors: all of their bytes, with what says how these are to be read. No library is imported."""

from __future__ import annotations

import sys
from typing import Any

from .hasher import Feed, Hasher, UnknownState, of_type

_BYTES_PER_SECOND = 1e9  # a copy's, roughly: one that would take longer than there is time is not begun


def reader_of(kind: type) -> Feed | None:
    """Return what takes in values of a library's type, if it is one of those; no subclass is."""
    # The module's name is the user's to set, so the type has to be the very one that the library has.
    for library, names in _TYPES.items():
        module = sys.modules.get(library)
        if module is not None:
            for name, read in names.items():
                if getattr(module, name, None) is kind:
                    return read
    numpy = sys.modules.get("numpy")
    return (
        _numpy_scalar
        if numpy is not None and issubclass(kind, numpy.generic) and of_type(kind, "__module__") == "numpy"
        else None
    )


def _ndarray(value: Any, hasher: Hasher) -> None:  # noqa: ANN401 - as all below: of libraries that we do not import
    hasher.mark("ndarray", *value.shape)
    _dtype(value.dtype, hasher)
    if value.dtype.hasobject:
        if value.dtype.fields is not None:
            raise UnknownState("objects in a structured array")
        hasher.value(value.reshape(-1).tolist())
        return
    if not value.flags.c_contiguous:
        if value.nbytes / _BYTES_PER_SECOND > hasher.budget.left:
            raise UnknownState("out of time")
        value = value.copy(order="C")
    numpy = sys.modules["numpy"]
    hasher.data(value.reshape(-1).view(numpy.uint8) if value.size else b"")


def _numpy_scalar(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("scalar")
    if value.dtype.hasobject:
        raise UnknownState("objects in a scalar")
    _dtype(value.dtype, hasher)
    hasher.data(value.tobytes())


def _dtype(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("dtype")
    hasher.text(f"{type(value).__name__} {value!r} {getattr(value, 'str', '')} {getattr(value, 'metadata', None)}")


def _ufunc(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    name = str(value.__name__)
    if vars(sys.modules["numpy"]).get(name) is not value:
        raise UnknownState("a function of somebody else")
    hasher.mark("ufunc")
    hasher.text(name)


def _dispatcher(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("numpy function")
    hasher.text(f"{value.__module__}.{value.__qualname__}")


def _generator(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("generator")
    hasher.value(value.bit_generator.state)


def _random_state(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("random state")
    hasher.value(value.get_state(legacy=False))


def _frame(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    rows, columns = value.shape
    hasher.mark("frame", rows, columns)
    hasher.value(value.columns)
    hasher.value(value.index)
    hasher.value(value.attrs)
    for at in range(columns):
        hasher.value(value.iloc[:, at].array)


def _series(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("series")
    for each in (value.name, value.index, value.attrs, value.array):
        hasher.value(each)


def _index(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark(type(value).__name__)
    hasher.value(list(value.names))
    hasher.text(str(getattr(value, "freq", "")))
    hasher.value(value.array)


def _range_index(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("range index", value.start, value.stop, value.step)
    hasher.value(value.name)


def _multi_index(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("multi index")
    hasher.value(list(value.names))
    for codes, level in zip(value.codes, value.levels, strict=True):
        hasher.value(codes)
        hasher.value(level)


def _extension_array(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark(type(value).__name__)
    _dtype(value.dtype, hasher)
    hasher.value(value._ndarray)


def _masked_array(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark(type(value).__name__)
    hasher.value(value._data)
    hasher.value(value._mask)


def _categorical(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("categorical", value.ordered)
    hasher.value(value.codes)
    hasher.value(value.categories)


def _tensor(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    torch = sys.modules["torch"]
    if value.device.type != "cpu" or value.layout is not torch.strided or value.grad_fn is not None:
        raise UnknownState("a tensor that is elsewhere, sparse, or within a graph")
    hasher.mark(type(value).__name__, int(value.requires_grad), *value.shape)
    hasher.text(f"{value.dtype} {value.is_conj()} {value.is_neg()} {value.is_quantized}")
    if not value.is_contiguous() and value.nbytes / _BYTES_PER_SECOND > hasher.budget.left:
        raise UnknownState("out of time")
    plain = value.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
    hasher.data(plain.view(torch.uint8).numpy() if plain.numel() else b"")
    hasher.value(value.grad if value.is_leaf else None)
    hasher.value(value.__dict__)


def _constant(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("torch")
    hasher.text(str(value))


def _torch_generator(value: Any, hasher: Hasher) -> None:  # noqa: ANN401
    hasher.mark("torch generator")
    hasher.value(value.get_state())


_TYPES: dict[str, dict[str, Feed]] = {
    "numpy": {"ndarray": _ndarray, "dtype": _dtype, "ufunc": _ufunc},
    "numpy._core.overrides": {"_ArrayFunctionDispatcher": _dispatcher},
    "numpy.random": {"Generator": _generator, "RandomState": _random_state},
    "pandas": {
        "DataFrame": _frame,
        "Series": _series,
        "Index": _index,
        "DatetimeIndex": _index,
        "TimedeltaIndex": _index,
        "CategoricalIndex": _index,
        "RangeIndex": _range_index,
        "MultiIndex": _multi_index,
        "Categorical": _categorical,
    },
    "pandas.arrays": {
        "NumpyExtensionArray": _extension_array,
        "DatetimeArray": _extension_array,
        "TimedeltaArray": _extension_array,
        "PeriodArray": _extension_array,
        "StringArray": _extension_array,
        "IntegerArray": _masked_array,
        "FloatingArray": _masked_array,
        "BooleanArray": _masked_array,
    },
    "pandas.core.arrays.string_": {"StringArrayNumpySemantics": _extension_array},
    "torch": {"Tensor": _tensor, "device": _constant, "dtype": _constant, "Generator": _torch_generator},
    "torch.nn": {"Parameter": _tensor},
}

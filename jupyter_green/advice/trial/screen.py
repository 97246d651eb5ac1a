"""Sees, by its code, what must not be run fifty times: what writes, sends, starts or deletes something."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ..source_code.code import argument, constant, dotted, last_name
from .refusal import Refusal

_WRITING: Final = re.compile(r"[wax+]")
_URL: Final = re.compile(r"(https?|ftp|s3|gs)://", re.IGNORECASE)

# Whatever is called of these packages.
_PACKAGES: Final = {
    **dict.fromkeys(("requests", "urllib", "urllib3", "httpx", "aiohttp", "socket", "smtplib", "ftplib", "paramiko",
                     "boto3", "botocore", "openai", "anthropic", "mistralai", "google.genai", "http"),
                    "talks to the network"),
    **dict.fromkeys(("wandb", "mlflow", "comet_ml", "neptune", "clearml", "trackio"), "logs to a service"),
    **dict.fromkeys(("subprocess", "multiprocessing", "pexpect"), "starts processes"),
    **dict.fromkeys(("shutil", "tempfile", "zipfile", "tarfile"), "writes or deletes files"),
    **dict.fromkeys(("sqlite3", "psycopg", "psycopg2", "pymongo", "redis", "sqlalchemy"), "talks to a data base"),
}  # fmt: skip
_FULL: Final = {
    **dict.fromkeys(("os.system", "os.popen", "os.fork", "os.posix_spawn", "os.execv", "os.spawnv"),
                    "starts processes"),
    **dict.fromkeys(("os.remove", "os.unlink", "os.rmdir", "os.removedirs", "os.rename", "os.replace", "os.truncate"),
                    "deletes or moves files"),
    **dict.fromkeys(("os.mkdir", "os.makedirs", "os.symlink", "os.link", "os.write"), "writes files"),
    **dict.fromkeys(("os._exit", "os.kill", "os.abort", "sys.exit"), "ends processes"),
    "os.chdir": "changes the directory",
    **dict.fromkeys(("input", "builtins.input", "getpass.getpass"), "asks for input"),
    **dict.fromkeys(("exec", "eval", "builtins.exec", "builtins.eval"), "runs code that cannot be seen"),
    **dict.fromkeys(("json.dump", "pickle.dump", "joblib.dump", "yaml.dump", "torch.save", "numpy.save", "numpy.savez",
                     "numpy.savez_compressed", "numpy.savetxt"), "writes files"),
    **dict.fromkeys(("joblib.Memory", "joblib.memory.Memory"), "keeps results on disk"),
}  # fmt: skip
# Whoever has a method of that name.
_METHODS: Final = {
    **dict.fromkeys(("write_text", "write_bytes", "to_csv", "to_parquet", "to_pickle", "to_excel", "to_hdf",
                     "to_feather", "to_stata", "to_netcdf", "tofile", "save", "save_file", "savez", "savez_compressed",
                     "savetxt", "save_pretrained", "save_model", "save_weights", "save_state", "save_to_disk",
                     "save_checkpoint", "dump_to_file", "imsave", "imwrite", "write_image", "write_html", "write_video",
                     "mkdir", "makedirs", "symlink_to", "touch"), "writes files"),
    "savefig": "plots to a file",
    **dict.fromkeys(("unlink", "rmdir", "rmtree"), "deletes files"),
    **dict.fromkeys(("push_to_hub", "urlopen", "urlretrieve", "upload_file", "upload_folder"), "talks to the network"),
    "to_sql": "talks to a data base",
    **dict.fromkeys(("add_scalar", "add_scalars", "add_histogram", "add_image", "add_graph", "SummaryWriter",
                     "CSVLogger", "TensorBoardLogger", "WandbLogger"), "writes logs"),
}  # fmt: skip
_TRAINERS: Final = {"Trainer", "Seq2SeqTrainer", "SFTTrainer"}


def side_effect(tree: ast.AST, namespace: Mapping[str, Any] | None = None) -> str | None:
    """Return what code does that must not be done again and again, such as ``to_csv writes files``; ``None``: nothing.

    Parameters
    ----------
    namespace
        What the names in it stand for.
    """
    nodes = list(ast.walk(tree))
    aliases = dict(_aliases(nodes))
    for node in nodes:
        if isinstance(node, ast.Call):
            told = _call(node, aliases, namespace or {})
            if told is not None:
                return told
    return None


def screen_functions(functions: Iterable[types.FunctionType]) -> None:
    """Refuse functions of the user's that have side effects, as far as their source is there.

    Raises
    ------
    Refusal
        In one line that names the function.
    """
    for function in functions:
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        except (OSError, TypeError, SyntaxError, ValueError):
            continue
        if function.__name__ == "<lambda>":
            continue
        told = side_effect(tree, function.__globals__)
        if told is not None:
            raise Refusal(f"{function.__name__} cannot be repeated, as {told}: try a step without it")


def _call(call: ast.Call, aliases: Mapping[str, str], namespace: Mapping[str, Any]) -> str | None:
    written = dotted(call.func)
    full, last = _full(written, aliases, namespace), last_name(call.func)
    if full in _FULL:
        return f"{written} {_FULL[full]}"
    for package, what in _PACKAGES.items():
        if full == package or full.startswith(f"{package}."):
            return f"{written} {what}"
    if last in _METHODS:
        return f"{last} {_METHODS[last]}"
    if last == "to_json" and (call.args or any(each.arg == "path_or_buf" for each in call.keywords)):
        return "to_json writes files"
    if last == "open" and _opens_for_writing(call, method=isinstance(call.func, ast.Attribute)):
        return "open writes files"
    if last.startswith(("read_", "load")) and call.args and _URL.match(str(constant(call.args[0]))):
        return f"{last} talks to the network"
    if _trains_with_checkpoints(call, last, namespace):
        return f"{last} writes checkpoints and logs"
    return None


def _opens_for_writing(call: ast.Call, *, method: bool) -> bool:
    mode = argument(call, "mode", 0 if method and not dotted(call.func).startswith(("io.", "gzip.", "bz2.")) else 1)
    if mode is None:
        return False
    value = constant(mode)
    return not isinstance(value, str) or _WRITING.search(value) is not None


def _trains_with_checkpoints(call: ast.Call, last: str, namespace: Mapping[str, Any]) -> bool:
    if last in _TRAINERS:
        return True
    if last not in ("train", "fit", "evaluate", "predict") or not isinstance(call.func, ast.Attribute):
        return False
    owner = namespace.get(dotted(call.func.value))
    if type(owner).__module__.split(".", 1)[0] not in ("transformers", "trl", "lightning", "pytorch_lightning"):
        return False
    if not any(base.__name__ == "Trainer" for base in type(owner).__mro__):
        return False
    return last in ("train", "fit") and str(getattr(getattr(owner, "args", None), "save_strategy", "")) != "no"


def _full(written: str, aliases: Mapping[str, str], namespace: Mapping[str, Any]) -> str:
    """Return what a dotted name stands for: ``numpy.save`` of ``np.save``."""
    head, _, rest = written.partition(".")
    if head in aliases:
        head = aliases[head]
    elif head in namespace:
        value = namespace[head]
        if isinstance(value, types.ModuleType):
            head = value.__name__
        elif isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
            head = f"{value.__module__}.{value.__qualname__}"
        else:
            head = ""
    return f"{head}.{rest}" if rest and head else head


def _aliases(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for name in node.names:
                yield (
                    (name.asname or name.name.split(".", 1)[0]),
                    (name.name if name.asname else name.name.split(".")[0]),
                )
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for name in node.names:
                yield (name.asname or name.name), f"{node.module}.{name.name}"

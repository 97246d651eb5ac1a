"""Why a cell may have to be run again though it reads the same: chance, time, the world outside, changes in place.

Hashes before and after tell of most changes; this is for what no variable shows, and for changes in place that leave
the same each time.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .code import Code, argument, constant, dotted, inside, last_name


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FRESH = _names(
    """
    SystemRandom urandom uuid1 uuid4 token_hex token_bytes token_urlsafe getrandbits
    """
)
_SEEDED = _names(
    """
    default_rng RandomState Random seed PCG64 MT19937 SeedSequence
    """
)  # unless they are given a number
_CLOCKS = _names(
    """
    time time_ns perf_counter perf_counter_ns monotonic monotonic_ns process_time now utcnow today localtime
    gmtime ctime
    """
)
_OUTSIDE = _names(
    """
    open input load loadtxt genfromtxt fromfile imread from_pretrained load_dataset urlopen urlretrieve
    listdir scandir iterdir glob iglob rglob getenv system popen connect write writelines write_text
    write_bytes save savez savetxt savefig dump imsave tofile save_pretrained push_to_hub snapshot_download
    hf_hub_download download upload execute commit unlink remove_file mkdir makedirs rmtree exists stat
    getmtime start_run log_metric
    """
)
_PREFIXES = ("read_", "fetch_", "to_csv", "to_parquet", "to_pickle", "to_sql", "to_excel", "to_json", "to_feather")
_WORLDS = _names(
    """
    requests httpx aiohttp urllib urllib3 socket sqlite3 subprocess shutil boto3 psycopg2 sqlalchemy pymongo
    redis paramiko ftplib smtplib wandb mlflow secrets openai anthropic
    """
)
# Methods that change what they are called on, and leave it the same when they are called once more.
_IN_PLACE = _names(
    """
    sort update add discard setdefault clear fill eval train drop difference_update intersection_update
    requires_grad_ fill_ zero_ clamp_ clip_ abs_ relu_ load_state_dict set_params set_index resize partition
    seed put copy_
    """
)
_PLOTS = _names(
    """
    plot hist scatter bar barh imshow boxplot heatmap show figure subplots pairplot lineplot scatterplot
    histplot savefig matshow contour contourf pie violinplot displot
    """
)
_MAGIC = re.compile(
    r"^\s*(?:!|%(?!%|time\b|matplotlib\b|config\b|autoreload\b|carbon\b))|=\s*(?:!|%[a-zA-Z]\w*\s)|^%%timeit", re.M
)
_CREATE = _names(
    """
    manual_seed seed set_seed eval train to cpu cuda arange zeros ones empty full linspace randn rand randint tensor
    array asarray default_rng parameters named_parameters range len list dict tuple set int float str from_pretrained
    """
)
_COMPUTE = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BinOp)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass)


def doubt(code: Code, functions: list[ast.AST], modules: frozenset[str]) -> str | None:
    """Return why the cell may be worth its re-run, in a word; ``None`` where nothing speaks for that.

    Parameters
    ----------
    code
        The cell's.
    functions
        Definitions that it uses.
    modules
        Names that stand for modules in the notebook.
    """
    if _MAGIC.search(code.source) and _MAGIC.search(_outside_strings(code)):
        return "magic"
    for tree in (code.tree, *functions):
        for node in ast.walk(tree):
            found = _doubt_of(node)
            if found is not None:
                return found
    if any(_changes(code.tree, None, modules)) or any(any(_changes(each, each, modules)) for each in functions):
        return "change in place"
    return None


def makes_nothing(code: Code) -> bool:
    """Whether a cell only defines, only shows, or leaves nothing that could be kept."""
    body = [each for each in code.tree.body if not _only_defines(each)]
    if not body:
        return True
    made = {name for each in body for name in _bound(each)} - _loop_variables(code)
    calls = {last_name(node.func) for each in body for node in ast.walk(each) if isinstance(node, ast.Call)}
    if calls & _PLOTS and made <= {"fig", "ax", "axes", "axs", "figure", "_"}:
        return True
    if "sleep" in {last_name(n.func) for n in code.nodes if isinstance(n, ast.Call) and _is_top(n, code)}:
        return True
    stores = any(isinstance(n, (ast.Subscript, ast.Attribute)) and isinstance(n.ctx, ast.Store) for n in code.nodes)
    shows = isinstance(body[-1], ast.Expr) or not calls.isdisjoint({"print", "display"})
    return not (made or stores or shows)


def _doubt_of(node: ast.AST) -> str | None:
    if isinstance(node, (ast.Global, ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield)):
        return "global" if isinstance(node, ast.Global) else None if isinstance(node, ast.Yield) else "await"
    if isinstance(node, ast.Attribute) and node.attr == "environ":
        return "environment"
    if not isinstance(node, ast.Call):
        return None
    name, path = last_name(node.func), dotted(node.func)
    if name in _FRESH or (name in _SEEDED and not any(constant(each) is not None for each in _given(node))):
        return "chance"
    if name in _CLOCKS and not node.args:
        return "time"
    if name in _OUTSIDE or name.startswith(_PREFIXES) or path.partition(".")[0] in _WORLDS:
        return "the world outside"
    return "change in place" if constant(argument(node, "inplace")) is True else None


def _given(call: ast.Call) -> list[ast.expr]:
    # A seed that is a variable is an input as others are.
    given = [*call.args, *(each.value for each in call.keywords)]
    return [ast.Constant(0) if isinstance(each, (ast.Name, ast.BinOp, ast.Attribute)) else each for each in given]


def _changes(tree: ast.AST, function: ast.AST | None, modules: frozenset[str]) -> Iterator[bool]:
    """Yield for each change in place of something that is not the code's own."""
    own = _own(tree) if function is None else _own(tree) - _parameters(function)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            name, root = last_name(node.value.func), _root(node.value.func)
            if (
                isinstance(node.value.func, ast.Attribute)
                and name in _IN_PLACE
                and root not in own | modules | {"self"}
            ):
                yield True
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            root = _root(node)
            if root not in own | {"self"} and not (function is None and _is_new_column(node, tree)):
                yield True


def _is_new_column(node: ast.AST, tree: ast.AST) -> bool:
    """Whether what is stored is not read again: then what the code reads did not change by it."""
    key = constant(node.slice) if isinstance(node, ast.Subscript) else None
    if not isinstance(key, str):
        return False
    return not any(
        isinstance(each, (ast.Subscript, ast.Attribute))
        and isinstance(each.ctx, ast.Load)
        and (constant(each.slice) if isinstance(each, ast.Subscript) else each.attr) == key
        for each in ast.walk(tree)
    )


def _own(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _parameters(function: ast.AST) -> set[str]:
    return {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _only_defines(statement: ast.stmt) -> bool:
    if isinstance(statement, _DEFINITIONS):
        return True
    value = getattr(statement, "value", None)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)) or any(inside(statement, _COMPUTE)):
        return False
    return value is None or constant(value) is not None or all(map(_sets_up, inside(statement, ast.Call)))


def _sets_up(call: ast.AST) -> bool:
    """Whether a call makes an object to work with: of a class, or an array of given size."""
    name = last_name(call.func) if isinstance(call, ast.Call) else ""
    return name[:1].isupper() or name in _CREATE


def _bound(statement: ast.stmt) -> set[str]:
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _loop_variables(code: Code) -> set[str]:
    loops = [node.target for node in code.nodes if isinstance(node, (ast.For, ast.comprehension))]
    return {n.id for target in loops for n in ast.walk(target) if isinstance(n, ast.Name)}


def _is_top(call: ast.Call, code: Code) -> bool:
    """Whether a call is in the cell's own lines, not in a function that it defines."""
    inner = {id(n) for each in code.tree.body if isinstance(each, ast.FunctionDef) for n in ast.walk(each)}
    return id(call) not in inner


def _outside_strings(code: Code) -> str:
    """Return the source without the lines that are within strings."""
    lines = code.source.split("\n")
    for node in code.nodes:
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and (node.end_lineno or 0) > node.lineno:
            for line in range(node.lineno, node.end_lineno or node.lineno):
                lines[line] = ""
    return "\n".join(lines)

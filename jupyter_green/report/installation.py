"""Whether the parts of jupyter-green are installed and enabled in this environment, and reach what they extend."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..version import __version__
from .check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAB: Final = "jupyter-green"
_SERVER: Final = "jupyter_green"
_NBCONVERT: Final = "jupyter_nbconvert_config"
_FOOTNOTE: Final = "jupyter_green.report.preprocessor.FootnotePreprocessor"
_REINSTALL: Final = "`pip install --force-reinstall --no-deps jupyter-green` mends it"


def checks() -> Iterator[Check]:
    """Look at the package, the extensions of JupyterLab and of its server, and the footnote in nbconvert."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield Check("package", "ok", f"jupyter-green {__version__}, Python {python} in {sys.prefix}")
    yield _lab_extension()
    yield _server_extension()
    yield _footnote()


def _lab_extension() -> Check:
    title = "JupyterLab"
    if not (_has("jupyterlab") or _has("notebook")):
        return Check(
            title,
            "note",
            "neither JupyterLab nor Notebook is in this environment: for the panel install jupyter-green in theirs too",
        )
    from jupyter_core.paths import jupyter_path

    folders = [Path(place) / _LAB for place in jupyter_path("labextensions")]
    installed = next((folder for folder in folders if (folder / "package.json").is_file()), None)
    if installed is None:
        return Check(title, "broken", f"its extension is not installed, so there is no panel; {_REINSTALL}")
    version = _json(installed / "package.json").get("version")
    if version != __version__:
        return Check(
            title, "broken", f"its extension is {version}, the package {__version__}; {_REINSTALL}; then reload"
        )
    off = _disabled(jupyter_path("lab", "settings"))
    if off:
        return Check(title, "broken", f"{off} is disabled; `jupyter labextension enable {off}` mends it")
    return Check(title, "ok", f"its extension {version} in {installed.parent}")


def _disabled(settings: list[str]) -> str | None:
    """Return what is disabled of the extension: its name, or that of one of its plugins."""
    from jupyter_core.paths import jupyter_config_path

    places = [*settings, *(str(Path(place) / "labconfig") for place in jupyter_config_path())]
    decided: dict[str, bool] = {}
    for place in reversed(places):
        entries = _json(Path(place) / "page_config.json").get("disabledExtensions", {})
        if isinstance(entries, list):
            entries = dict.fromkeys(entries, True)
        if isinstance(entries, dict):
            decided.update({name: bool(off) for name, off in entries.items()})
    return next((name for name, off in decided.items() if off and name.split(":")[0] == _LAB), None)


def _server_extension() -> Check:
    title = "server"
    if not _has("jupyter_server"):
        return Check(title, "note", "not in this environment; exports from its menu need jupyter-green there")
    from jupyter_core.paths import jupyter_config_path

    decided: dict[str, Any] = {}
    for place in reversed(jupyter_config_path()):
        folder = Path(place)
        files = sorted((folder / "jupyter_server_config.d").glob("*.json"))
        for file in (*files, folder / "jupyter_server_config.json"):
            section = _json(file).get("ServerApp", {})
            entries = section.get("jpserver_extensions", {}) if isinstance(section, dict) else {}
            if isinstance(entries, dict) and _SERVER in entries:
                decided[_SERVER] = entries[_SERVER]
    if _SERVER not in decided:
        return Check(title, "broken", f"its extension is not installed: menu exports lack the footnote; {_REINSTALL}")
    if not decided[_SERVER]:
        return Check(title, "broken", f"its extension is off; `jupyter server extension enable {_SERVER}` mends it")
    return Check(title, "ok", "its extension is enabled: exports from the menu carry the footnote")


def _footnote() -> Check:
    title = "nbconvert"
    if not _has("nbconvert"):
        return Check(title, "note", "not in this environment: it cannot export notebooks")
    from jupyter_core.paths import jupyter_config_path

    places = jupyter_config_path()
    try:
        if _FOOTNOTE in _html_preprocessors(places):
            return Check(title, "ok", "HTML exports carry the footnote")
    except Exception as error:  # noqa: BLE001 - a user's configuration may hold anything
        line = " ".join(f"{type(error).__name__}: {error}".split())[:160]
        return Check(title, "broken", f"its configuration cannot be loaded, so that it will not run as set ({line})")
    files = [Path(place) / f"{_NBCONVERT}.{suffix}" for place in places for suffix in ("py", "json")]
    ours = [file for file in files if file.is_file() and "jupyter_green" in _text(file)]
    if not ours:
        return Check(title, "broken", f"the footnote is not installed in it; {_REINSTALL}")
    culprits = [file for file in files if file.is_file() and file not in ours and "preprocessors" in _text(file)]
    named = culprits[0] if culprits else "its configuration"
    return Check(
        title,
        "broken",
        f"no footnote: {named} assigns the list of preprocessors; write `c.Exporter.preprocessors.append(…)` there, "
        f'or add "{_FOOTNOTE}" to its list',
    )


def _html_preprocessors(places: list[str]) -> list[Any]:
    """Return what nbconvert's HTML exporter runs beside its own, by its configuration files in *places*."""
    from nbconvert.exporters import HTMLExporter
    from nbconvert.nbconvertapp import NbConvertApp
    from traitlets.config import Application
    from traitlets.config.loader import ConfigFileNotFound

    app = NbConvertApp(raise_config_file_errors=True)
    for name in ("jupyter_config", _NBCONVERT):
        try:
            Application.load_config_file(app, name, path=places)
        except ConfigFileNotFound:
            continue
    return list(HTMLExporter(config=app.config).preprocessors)  # type: ignore[no-untyped-call]


def _has(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _json(path: Path) -> dict[str, Any]:
    """Return the object in a file; an empty one where there is none."""
    try:
        content = json.loads(_text(path) or "{}")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}

"""A page of a real JupyterLab in headless Chromium, with its profiler and its processes' CPU time."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..rig.lab import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from ..rig.lab import LabServer

OURS = "jupyter-green/static"
PANEL = "#jupyter-green-panel"
_WATCH = (Path(__file__).parent / "watched_page.js").read_text(encoding="utf-8")
_IDLE = """(() => {
  const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
  const kernel = context?.isReady ? context.session?.kernel : undefined;
  return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
})()"""
_OPEN = "window.jupyterapp.commands.execute('jupyter-green:open')"
_CLOSE = "window.jupyterapp.shell.collapseRight()"
_RUN = """async ({index, code}) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  notebook.activeCell.model.sharedModel.setSource(code);
  await window.jupyterapp.commands.execute('notebook:run-cell');
}"""


class LabPage:
    """One notebook; a context manager.

    Parameters
    ----------
    browser, lab
        Where.
    name
        The notebook's file.
    """

    def __init__(self, browser: Browser, lab: LabServer, name: str) -> None:
        self.page = browser.new_page(viewport={"width": 1400, "height": 950})
        self._address = lab.url(f"lab/tree/{name}?reset")
        self._browser = browser.new_browser_cdp_session()
        self._tools = self.page.context.new_cdp_session(self.page)
        self._bodies: dict[str, int] = {}
        self.page.add_init_script(_WATCH)
        self.page.on("response", self._note)

    def __enter__(self) -> LabPage:
        self.page.goto(self._address)
        self.page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell", timeout=120_000)
        self.wait_idle(120)
        self._tools.send("Performance.enable", {"timeDomain": "threadTicks"})  # CPU time, not the clock's
        self.show(False)
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()

    def _note(self, response: Any) -> None:
        if OURS in response.url and response.ok:
            self._bodies[response.url] = len(gzip.compress(response.body(), 6))

    def wait_idle(self, seconds: float = 60) -> None:
        """Wait until the kernel has nothing to do."""
        wait_until(lambda: self.page.evaluate(_IDLE), "an idle kernel", seconds, self.page)

    def show(self, visible: bool) -> None:
        """Open or close the panel."""
        self.page.evaluate(_OPEN if visible else _CLOSE)
        self.page.locator(PANEL).wait_for(state="visible" if visible else "hidden")

    def wait_for_chart(self) -> None:
        """Wait until the chart is drawn, not only described."""
        self.page.locator(f"{PANEL} .jp-green-chart-figure > *").wait_for()

    def run(self, code: str, index: int = 0) -> None:
        """Run code in a cell and wait for its end."""
        self.page.evaluate(_RUN, {"index": index, "code": code})
        self.wait_idle()

    def watched(self) -> dict[str, Any]:
        """Return what ``watched_page.js`` saw."""
        seen: dict[str, Any] = self.page.evaluate("window.watched")
        return seen

    def transferred(self) -> int:
        """Return the compressed bytes of our files that the page has fetched."""
        self.page.wait_for_load_state("networkidle")
        return sum(self._bodies.values())

    def each(self, code: str, seconds: float, profile: bool = False) -> dict[str, float]:
        """Run code that tells snapshots; return the CPU seconds for each after the first ones.

        Parameters
        ----------
        code
            It must go on for longer.
        seconds
            How long to look.
        profile
            Whether to sample stacks, which costs time itself.

        Returns
        -------
        dict
            Of the page's main thread, in scripts and in all, of all processes of the browser, and with *profile* the
            seconds in which our code was on the stack.
        """
        begun = self._frames()
        self.page.evaluate(_RUN.replace("await window", "void window"), {"index": 0, "code": code})
        wait_until(lambda: self._frames() >= begun + 2, "the first snapshots", page=self.page)
        self.page.wait_for_timeout(1500)  # what the cell itself changed in the document has been read
        if profile:
            self.begin_profile()
        frames, before = self._frames(), self._spent()
        self.page.wait_for_timeout(seconds * 1e3)
        after, told = self._spent(), self._frames() - frames
        ours = {"ours": self.end_profile() / told} if profile else {}
        self.wait_idle()
        return {part: (after[part] - before[part]) / told for part in after} | ours

    def _frames(self) -> int:
        count: int = self.page.evaluate("window.watched.frames.length")
        return count

    def _spent(self) -> dict[str, float]:
        metrics = {m["name"]: m["value"] for m in self._tools.send("Performance.getMetrics")["metrics"]}
        processes = self._browser.send("SystemInfo.getProcessInfo")["processInfo"]
        browser = sum(process["cpuTime"] for process in processes)
        return {"script": metrics["ScriptDuration"], "task": metrics["TaskDuration"], "browser": browser}

    def begin_profile(self) -> None:
        """Begin to sample the page's stacks."""
        self._tools.send("Profiler.enable")
        self._tools.send("Profiler.setSamplingInterval", {"interval": 200})
        self._tools.send("Profiler.start")

    def end_profile(self) -> float:
        """Return the seconds in which our code was on the stack."""
        profile = self._tools.send("Profiler.stop")["profile"]
        nodes = {node["id"]: node for node in profile["nodes"]}
        ours: set[int] = set()
        waiting = [(profile["nodes"][0]["id"], False)]
        while waiting:
            identity, below = waiting.pop()
            node = nodes[identity]
            mine = below or OURS in node["callFrame"]["url"]
            if mine:
                ours.add(identity)
            waiting += [(child, mine) for child in node.get("children", [])]
        pairs = zip(profile["samples"], profile["timeDeltas"], strict=True)
        return sum(delta for sample, delta in pairs if sample in ours) * 1e-6

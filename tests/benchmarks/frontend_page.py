"""The figures of the frontend as a page of Markdown."""

from __future__ import annotations

from typing import Any

Figures = dict[str, Any]


def page(figures: Figures) -> str:
    """Return ``results/frontend.md``."""
    machine = figures["machine"]
    kind = "virtual machine, " if machine["virtual"] else ""
    head = [
        "# Frontend",
        "",
        f"{figures['date']} · {kind}{machine['cores']} cores of {machine['cpu']}, {machine['memory_gb']} GB · "
        f"{machine['system']}, Python {machine['python']} · load average {figures['load_average']:.1f} · "
        f"jupyter-green {figures['version']}, headless Chromium {figures['chromium']}, drawing without a GPU",
        "",
        "Written by `python -m tests.benchmarks.frontend`. A real JupyterLab; snapshots come from a kernel, scripted",
        "where their number matters: three components, five minutes, 16 cells. What JupyterLab itself does with such",
        "messages is measured with the same ones under a name that nobody listens to, and taken off; it differs from",
        f"round to round by {figures['update_script_noise_ms']:.1f} ms of scripting a message, and by "
        f"{100 * figures['share_task_noise']:.1f} % of a core at one a second. CPU time of the page's main thread.",
        "",
        "| | measured | target | |",
        "| --- | ---: | ---: | --- |",
    ]
    return "\n".join([*head, *(_line(*row) for row in _rows(figures)), ""])


def _rows(figures: Figures) -> list[tuple[str, float, str, float | None, int]]:
    """Return title, figure, unit, target (at most; none for what explains another figure) and decimals."""
    arrived, sent, told = figures["arrived_to_changed"], figures["sent_to_changed"], figures["snapshot_bytes"]
    activate = figures["activate_ms"]
    percent = {name: 100 * value for name, value in figures.items() if name.startswith("share_")}
    return [
        (f"Kernel's message to changed figure, median of {sent['n']}", sent["median_ms"], "ms", 100, 1),
        ("… 99th percentile", sent["p99_ms"], "ms", 100, 1),
        ("Its arrival in the page to changed figure, median", arrived["median_ms"], "ms", None, 1),
        ("… 99th percentile", arrived["p99_ms"], "ms", None, 1),
        (f"Snapshot after 500 cells, history of {told['steps']} steps", told["full"] / 1000, "KB", 8, 2),
        (
            f"Scripting per update, panel open, {figures['records']} records in the document",
            figures["update_script_ms"],
            "ms",
            4,
            2,
        ),
        (
            "… with our own code on the stack (profiler's clock)",
            figures["update_profile_ms"],
            "ms",
            None,
            2,
        ),
        ("… with layout, painting and all", figures["update_task_ms"], "ms", None, 2),
        ("CPU at one snapshot a second, panel open: page's main thread", percent["share_task_open"], "%", 3, 2),
        ("… panel closed", percent["share_task_closed"], "%", max(0.1, percent["share_task_noise"]), 2),
        ("… panel open: all processes of the browser", percent["share_browser_open"], "%", 3, 2),
        ("… panel closed", percent["share_browser_closed"], "%", max(0.1, percent["share_browser_noise"]), 2),
        ("Fetched before the panel is first opened, compressed", figures["before_kb"], "KB", 50, 1),
        ("… for the chart afterwards", figures["chart_kb"], "KB", 220, 1),
        (f"Our plugins' `activate`, in sum, median of {activate['n']}", activate["median_ms"], "ms", 20, 1),
        ("… slowest", activate["slowest_ms"], "ms", None, 1),
        ("Panel open, nothing runs, 5 s: timers of ours that went off", figures["idle_timers"], "", 0, 0),
        ("… animations", figures["idle_animations"], "", 0, 0),
        ("… our own code on the stack (profiler)", figures["idle_profile_ms"], "ms", 0, 1),
    ]


def _line(title: str, figure: float, unit: str, target: float | None, decimals: int) -> str:
    shown = f"{figure:.{decimals}f} {unit}".rstrip()
    if target is None:
        return f"| {title} | {shown} | | |"
    verdict = "met" if figure <= target else "**missed**"
    return f"| {title} | {shown} | ≤ {target:.3g} {unit}".rstrip() + f" | {verdict} |"

"""What could be saved, and the measurement of it that runs, as HTML of the live view: every text escaped."""

from __future__ import annotations

import math
from html import escape

from ..record import Json
from ..report import quantities
from ..report.advice import saving_in_words


def suggestions(snapshot: Json) -> str:
    """Return what could be saved, with what is known of each; nothing when there is nothing to say."""
    offered, trial = snapshot.get("suggestions") or [], snapshot.get("trial")
    if not offered and trial is None:
        return ""
    said = "".join(map(_suggestion, offered))
    return f"<h4>Suggestions</h4>{'' if trial is None else _trial(trial)}{said}"


def _suggestion(each: Json) -> str:
    mark = "⚠ " if each["severity"] == "warning" else ""
    saving = each["saving"]
    worth = [] if saving is None else [f"published: {saving_in_words((saving['low'], saving['high']))}"]
    worth += [each["effect"]] if each["effect"] else []
    lines = [
        f"<b>{mark}{escape(each['title'])}</b>",
        escape(each["evidence"]),
        f'<span class="soft">{escape(" · ".join(worth))}</span>' if worth else "",
        f"<b>{escape(verified(each['verified']))}</b>" if each["verified"] else _measurable(each),
    ]
    return f"<p>{'<br>'.join(filter(None, lines))}</p>"


def _measurable(each: Json) -> str:
    if all(action["kind"] != "measure" for action in each["actions"]):
        return ""
    return f'<span class="soft"><code>%carbon try {escape(each["id"])}</code> measures it here</span>'


def verified(shown: Json) -> str:
    """Return what a measurement showed: only of energy that counters told it is said that it was measured."""
    basis = "measured" if shown["basis"] == "energy" else "CPU time, modelled watts"
    none = shown["low"] <= 1 <= shown["high"]
    figures = f"×{shown['ratio']:.3g} ({shown['low']:.3g} – {shown['high']:.3g}), {shown['rounds']} rounds"
    if none:
        return f"{basis}: no detectable difference: {figures}"
    payback = shown["payback"]
    if payback is None or shown["ratio"] >= 1:
        return f"{basis}: {figures}"
    runs = math.ceil(payback)
    return f"{basis}: {figures}; pays back after {'one run' if runs == 1 else f'{runs} runs'}"


def _trial(trial: Json) -> str:
    said = [f"{trial['done']} of {trial['of']} runs"]
    if trial["seconds_left"] is not None:
        said.append(f"{quantities.duration(trial['seconds_left'])} left")
    if trial["joules"] is not None:
        said.append(f"{quantities.energy(trial['joules'])} so far")
    name = "a function of yours" if trial["id"] is None else trial["id"]
    return f"<p>measuring {escape(name)} · {escape(' · '.join(said))}</p>"

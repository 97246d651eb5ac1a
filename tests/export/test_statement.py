"""The statement in a paper: compiled by xelatex and read from the PDF."""

import subprocess

import pytest
from rig.tools import output_of, pdf_text

PAPER = r"""\documentclass{article}
\begin{document}
\section{Results}
We trained a model.
\input{green-footprint}
The end of the paper.
\end{document}
"""


@pytest.fixture(scope="module")
def statements(command, notebooks, tmp_path_factory):
    """Return a folder for each notebook with its statement, the paper that reads it, and the paper's PDF."""
    folders = {}
    for name in ("metered", "hostile"):
        folder = folders[name] = tmp_path_factory.mktemp(name)
        options = ('--offset=50 % & "more" by Dr. O\'Neil #1',)
        target = folder / "green-footprint.tex"
        done = command("jupyter_green.cli", "export", "latex", notebooks / f"{name}.ipynb", "-o", target, *options)
        assert done.returncode == 0, done.stderr
        (folder / "paper.tex").write_text(PAPER)
        made = subprocess.run(
            ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert made.returncode == 0, made.stdout[-2000:]
        assert "Missing character" not in made.stdout
    return folders


def said(folder):
    return " ".join(pdf_text(folder / "paper.pdf").split())


def test_a_paper_with_it_compiles_without_any_package(statements):
    text = said(statements["metered"])
    for words in (
        "Compute and carbon",
        "Electricity 0.0124 kWh (0.0112 – 0.0139); 84 % of it was measured.",
        "Emissions 0.000729 kg CO2 e (0.000575 – 0.000941), location-based: electricity × factor × PUE.",
        "Offsets 50 % & ”more” by Dr. O’Neil #1 (as stated by the user; not verified, and nothing is subtracted).",
        "The end of the paper.",
    ):
        assert words in text


def test_tex_in_names_is_printed_and_never_run(statements):
    text = said(statements["hostile"])
    assert "<svg onload=alert(7)>" in text
    assert "root:" not in text
    assert "The end of the paper." in text


def test_pandoc_reads_the_same(statements):
    folder = statements["metered"]
    text = " ".join(output_of("pandoc", "-f", "latex", "-t", "plain", folder / "green-footprint.tex").split())
    assert "0.0124 kWh" in text.replace("\xa0", " ")

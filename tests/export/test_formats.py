"""Each format that nbconvert writes, opened with a tool of its own kind."""

import re
import shutil
import subprocess
import sys

import docutils.core
import docutils.nodes
import nbformat
import pytest
from rig.chromium import as_playwrights_own
from rig.tools import output_of, pdf_text

SENTENCE = "Running this notebook used 12.4 Wh (11.2 – 13.9) and emitted 0.729 g CO₂e (0.57 – 0.94)."
PARTIAL = "Partial: 2 of 3 cells metered; 1 cell was not run or cleared."
HOSTED = "12 calls of gpt-4o (openai), 1.20 Wh (0.25 – 5.0), 0.500 g CO₂e (0.10 – 2.1), modelled by EcoLogits 0.11.3"
MADE = "3.20 g CO₂e (1.1 – 5.0) (vendor's figure, 5 years); not part of the total."
ROW = ["[4] train(model, loader)", "6.20 Wh", "0.36 g", "1 min 44 s", "84 %"]
THREE = ("metered", "partial", "hostile")
UNTOUCHED = ["<img src=x onerror=alert(1)>", "\\input{/etc/passwd} \\end{equation}", "<svg onload=alert(7)>"]


def said(text):
    """Return a text on one line, with signs as they are written here."""
    plain = text.replace("\xa0", " ").replace("’", "'").replace("¹", "")
    plain = re.sub("CO2 ?e", "CO₂e", plain)
    return " ".join(plain.split())


# -- paper -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def latex_pdf(exported):
    """Return the texts of the PDFs by xelatex; two runs are enough for the table."""
    folder = exported("pdf", *THREE, options=("--PDFExporter.latex_count=2",))
    return {name: said(pdf_text(folder / f"{name}.pdf")) for name in THREE}


def test_a_pdf_by_xelatex(latex_pdf):
    assert SENTENCE.removesuffix(".") in latex_pdf["metered"]
    for figure in (
        "train(model,",
        "1.44 Wh",
        "> 31 min",
        "measured modelled",
        "power supply",
        "location-based; PUE 1.2",
    ):
        assert figure in latex_pdf["metered"]


def test_a_pdf_of_a_partial_notebook_says_so_and_what_stands_apart(latex_pdf):
    text = latex_pdf["partial"]
    assert "used at least 1.00 Wh" in text
    assert PARTIAL in text
    assert "12 calls of gpt-4o (openai), 1.20 Wh (0.25 – 5.0)" in text
    assert "Making of the hardware." in text
    assert "printed: 0.73 mg CO₂e" in text  # which the font for code has no sign for


def test_tex_in_names_is_printed_and_never_run(latex_pdf):
    text = latex_pdf["hostile"]
    for words in ("onerror=alert(", "\\begin{equation}", "<svg onload=alert(7)>", "^^5cinput{", "write18", "$x$"):
        assert words in text
    assert "root:" not in text
    assert text.rstrip(" 0123456789").endswith("not verified.")  # \end{document} in a name ended nothing


def test_a_pdf_by_chromium_shows_everything_unfolded(exported, tmp_path_factory):
    browsers = as_playwrights_own(tmp_path_factory.mktemp("browsers"))
    options = ("--WebPDFExporter.disable_sandbox=True", "--WebPDFExporter.page_render_timeout=0")
    folder = exported("webpdf", "partial", options=options, PLAYWRIGHT_BROWSERS_PATH=str(browsers))
    text = said(pdf_text(folder / "partial.pdf"))
    for words in (PARTIAL, "ask(client, données)", "power supply", "not verified."):
        assert words in text
    assert text.count("12 calls of gpt-4o") == 1


# -- markup ------------------------------------------------------------------------------------------------------------


def test_markdown_read_by_pandoc(exported):
    folder = exported("markdown", *THREE)
    page = output_of("pandoc", "-f", "gfm", "-t", "plain", "--columns=200", folder / "metered.md")
    assert SENTENCE in said(page)
    assert re.search(r"\[4\] train\(model, loader\) +6.20 Wh +0.36 g +1 min 44 s +84 %", page)
    partial = said(output_of("pandoc", "-f", "gfm", "-t", "plain", "--wrap=none", folder / "partial.md"))
    for words in (PARTIAL, HOSTED, MADE):
        assert words in partial
    inert(output_of("pandoc", "-f", "gfm", "-t", "html", folder / "hostile.md").split("Footprint.")[1])


def test_restructuredtext_read_by_docutils(exported):
    folder = exported("rst", *THREE)
    note = read_rst(folder / "metered.rst")
    assert SENTENCE in said(note.astext())
    rows = [
        [said(entry.astext()) for entry in row.findall(docutils.nodes.entry)]
        for row in note.findall(docutils.nodes.row)
    ]
    assert rows[1] == ROW
    assert "1 other cell, and between cells" in rows[3]
    partial = said(read_rst(folder / "partial.rst").astext())
    for words in (PARTIAL, HOSTED, MADE):
        assert words in partial
    hostile = read_rst(folder / "hostile.rst")
    for words in UNTOUCHED:
        assert words in said(hostile.astext())
    foreign = (docutils.nodes.raw, docutils.nodes.reference, docutils.nodes.image, docutils.nodes.problematic)
    assert list(hostile.findall(lambda node: isinstance(node, (*foreign, docutils.nodes.substitution_reference)))) == []
    assert "root:" not in hostile.astext()


def read_rst(path):
    """Return the document; a complaint of docutils from its footnote on fails the test."""
    complaints = []
    text = path.read_text()
    settings = {"report_level": 5, "halt_level": 6, "input_encoding": "unicode"}
    document = docutils.core.publish_doctree(text, str(path), settings_overrides=settings)
    begin = text[: text.index("**Footprint.**")].count("\n") + 1
    complaints = [m.astext() for m in document.findall(docutils.nodes.system_message) if m.get("line", 0) >= begin]
    assert complaints == []
    return document


def test_asciidoc_read_by_asciidoctor(exported, tmp_path, opened):
    folder = exported("asciidoc", *THREE)
    pages = {name: tmp_path / f"{name}.html" for name in THREE}
    for name, page in pages.items():
        done = subprocess.run(
            ["asciidoctor", "-o", str(page), str(folder / f"{name}.asciidoc")],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
    page, _ = opened(pages["metered"])
    assert SENTENCE in said(page.locator("body").inner_text())
    assert [said(text) for text in page.locator("table tr").nth(1).locator("td").all_inner_texts()] == ROW
    page, _ = opened(pages["partial"])
    for words in (PARTIAL, HOSTED, MADE):
        assert words in said(page.locator("body").inner_text())
    page, alarms = opened(pages["hostile"])
    text = said(page.locator("body").inner_text())
    for words in (*UNTOUCHED, "$$ \\href{javascript:alert(4)}{x} $$", "+++<script>alert(12)</script>+++"):
        assert words in text
    assert page.locator("#content :is(script, img, svg, a, b, input, iframe)").count() == 0
    assert "root:" not in text
    assert alarms == []


def test_latex_of_hostile_texts_holds_no_command_of_theirs(exported):
    folder = exported("latex", "hostile")
    note = (folder / "hostile.tex").read_text().split("\\textbf{Footprint.}")[1]
    assert not re.search(r"\\(input|href|includegraphics|write|begin\{equation\})", note)
    assert not re.search(r"(?<!\\)\$", note)


def inert(html):
    assert not re.search(r"<(script|img|svg|a|b|iframe|input)\b", html)
    assert "onerror=alert(1)" in html


# -- slides ------------------------------------------------------------------------------------------------------------


def test_slides_end_with_one_that_holds_the_footnote_alone(exported, opened):
    page, alarms = opened(exported("slides", *THREE) / "metered.slides.html")
    last = page.locator("section section").last
    assert SENTENCE in said(last.inner_text())
    assert last.locator("table tr").count() == 4
    assert last.locator(".jp-CodeCell, details").count() == 0
    assert alarms == []


def test_a_long_table_is_cut_for_a_slide(exported, opened):
    page, alarms = opened(exported("slides", *THREE) / "hostile.slides.html")
    last = page.locator("section section").last
    assert last.locator("tbody tr").count() == 7
    assert "other cells, and between cells" in last.inner_text()
    assert alarms == []


# -- at once with execution, and by Quarto's contract ------------------------------------------------------------------


def test_executed_and_exported_in_one_go(command, tmp_path):
    burn = "import time\nend = time.monotonic() + 0.3\nwhile time.monotonic() < end: pass"
    cells = [nbformat.v4.new_code_cell(source) for source in ("%load_ext jupyter_green", f"%%carbon burn\n{burn}")]
    nb = nbformat.v4.new_notebook(cells=cells)
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nb, tmp_path / "nb.ipynb")
    done = command("nbconvert", "--execute", "--to", "markdown", tmp_path / "nb.ipynb", TZ="Europe/Paris")
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "nb.md").read_text()
    assert "Running this notebook used" in text
    assert "`burn`" in text
    assert "Partial" not in text


def test_what_the_filter_writes_is_read_by_pandoc(notebooks):
    """Quarto gives the notebook to its ``ipynb-filters`` by stdin, and what comes out to pandoc."""
    filtered = output_of(sys.executable, "-m", "jupyter_green.report.filter", stdin=notebooks / "metered.ipynb")
    page = output_of("pandoc", "-f", "ipynb", "-t", "plain", "--wrap=none", text=filtered)
    assert SENTENCE in said(page)
    assert "⚡" not in page
    tex = output_of("pandoc", "-f", "ipynb", "-t", "latex", text=filtered)
    assert "\\begin{longtable}" in tex


def test_myst_nb_reads_notebooks_through_the_filter(notebooks, opened, tmp_path):
    """So does Jupyter Book 1, which is MyST-NB and Sphinx."""
    settings = {"extensions": ["myst_nb"], "nb_custom_formats": {".ipynb": "jupyter_green.report.filter.reads"}}
    settings |= {"nb_execution_mode": "off", "exclude_patterns": ["out"]}
    (tmp_path / "conf.py").write_text("".join(f"{name} = {value!r}\n" for name, value in settings.items()))
    (tmp_path / "index.md").write_text("# Book\n\n```{toctree}\npartial\nhostile\n```\n")
    for name in ("partial", "hostile"):
        shutil.copy(notebooks / f"{name}.ipynb", tmp_path)
    output_of(sys.executable, "-m", "sphinx", "-q", "-b", "html", tmp_path, tmp_path / "out")
    page, _ = opened(tmp_path / "out" / "partial.html")
    text = said(page.get_by_role("main").inner_text())
    for words in (PARTIAL, HOSTED, MADE, "ask(client, données)"):
        assert words in text
    page, alarms = opened(tmp_path / "out" / "hostile.html")
    note = page.locator("table").locator("..")
    for words in ("<img src=x onerror=alert(1)>", "<svg onload=alert(7)>"):
        assert words in said(note.inner_text())
    assert note.locator("script, img, svg, b, iframe, input, a[href^=javascript]").count() == 0
    assert alarms == []

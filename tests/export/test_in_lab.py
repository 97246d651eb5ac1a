"""A notebook that keeps its footnote, opened in JupyterLab, which sanitises what Markdown makes."""

import pytest
from rig.lab import LabServer


@pytest.fixture(scope="module")
def server(notebooks, command, tmp_path_factory):
    for name in ("partial", "hostile"):
        done = command(
            "jupyter_green.cli", "footnote", notebooks / f"{name}.ipynb", "-o", notebooks / f"{name}-2.ipynb"
        )
        assert done.returncode == 0, done.stderr
    with LabServer(notebooks, tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.mark.parametrize("name", ["partial", "hostile"])
def test_the_footnote_is_read_as_meant(server, browser, name):
    page = browser.new_page(viewport={"width": 1200, "height": 2400})
    alarms = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    page.goto(server.url(f"lab/tree/{name}-2.ipynb?reset"))  # not what the test before had open
    note = page.locator(".jp-MarkdownCell", has_text="Footprint.")
    note.locator("table").wait_for(timeout=60_000)
    text = " ".join(note.inner_text().split())
    assert "used at least" in text
    if name == "partial":
        assert "Partial: 2 of 3 cells metered" in text
        assert "[2] ask(client, données)" in text
        assert note.locator("li", has_text="not part of the total").count() == 2
    else:
        assert "<img src=x onerror=alert(1)>" in text
        assert "<script>alert(13)</script>" in text
    assert note.locator("script, .jp-RenderedMarkdown :is(img, svg, iframe, input, h1, mjx-container)").count() == 0
    assert note.locator("a[href^='javascript'], a[href^='http']").count() == 0
    assert alarms == []
    page.close()

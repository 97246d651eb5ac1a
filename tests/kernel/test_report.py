"""``%carbon report``: below the cell, and into a file."""

import re

BURN = "import time\nend = time.monotonic() + {seconds}\nwhile time.monotonic() < end: pass"


def test_below_the_cell_it_is_a_page_in_a_frame_with_text_for_others(kernel):
    kernel.run("%%carbon </script><script>alert(1)</script>\n" + BURN.format(seconds=1))
    outcome = kernel.run("%carbon report")
    (output,) = outcome.without_records()
    shown = output["data"]["text/html"]
    assert output["data"]["text/plain"].startswith("This session has used ")
    assert 'sandbox="allow-scripts ' in shown
    assert "allow-same-origin" not in shown
    assert "<script" not in shown  # all of it is inside the frame's attribute
    assert shown.count("<iframe") == 1


def test_it_is_written_into_a_file_of_the_users_choice(kernel, tmp_path):
    kernel.run("%%carbon with a name\n" + BURN.format(seconds=1))
    path = tmp_path / "a report.html"
    assert f"The report is in {path}." in kernel.run(f"%carbon report {path}").text
    page = path.read_text(encoding="utf-8")
    assert "with a name" in page
    assert re.search(r"CPU: .*, (measured|modelled)\.", page)
    assert "France, " in page
    assert "place: time zone Europe/Paris" in page


def test_a_name_that_is_not_a_pages_is_refused_in_one_line(kernel, tmp_path):
    error = kernel.run(f"%carbon report {tmp_path / 'a.ipynb'}")
    assert "must end in .html" in error.text
    assert "Traceback" not in error.text
    assert not (tmp_path / "a.ipynb").exists()

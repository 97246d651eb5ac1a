"""``green.widget()`` as a frontend without our extension receives it."""

import re
import time
from queue import Empty

import pytest
from rig.kernel import Kernel

BURN = "import time\nend = time.monotonic() + {seconds}\nwhile time.monotonic() < end: pass"
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


class Frontend:
    """Keeps the models of a kernel's widgets, as a frontend does."""

    def __init__(self, kernel):
        self.client = kernel.client
        self.models = {}
        self.updates = []

    def run(self, code):
        self._take(self.client.execute(code), 60)

    def listen(self, seconds):
        self._take(None, seconds)

    def click(self, text):
        (button,) = [name for name, model in self.models.items() if model.get("description") == text]
        content = {"comm_id": button, "data": {"method": "custom", "content": {"event": "click"}}}
        message = self.client.session.msg("comm_msg", content)
        self.client.shell_channel.send(message)
        self._take(message["header"]["msg_id"], 30)

    def html(self):
        return "".join(m["value"] for m in self.models.values() if m.get("_model_name") == "HTMLModel")

    def text(self):
        return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", self.html(), flags=re.S).split())

    def _take(self, request, seconds):
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = self.client.get_iopub_msg(timeout=left)
            except Empty:
                return
            kind, content = message["msg_type"], message["content"]
            if kind == "comm_open":
                self.models[content["comm_id"]] = dict(content["data"]["state"])
            elif kind == "comm_msg" and content["comm_id"] in self.models:
                self.models[content["comm_id"]] |= content["data"].get("state", {})
                self.updates.append((time.monotonic(), content["comm_id"]))
            elif kind == "comm_close":
                self.models.pop(content["comm_id"], None)
            elif kind == "error":
                raise AssertionError("\n".join(content["traceback"]))
            elif content.get("execution_state") == "idle" and message["parent_header"].get("msg_id") == request:
                return


@pytest.fixture
def frontend(kernel):
    shown = Frontend(kernel)
    shown.run("import jupyter_green as green\nview = green.widget()\nview")
    yield shown
    shown.run("view.close()")


def test_it_follows_a_running_cell_and_is_silent_when_idle(frontend):
    assert "Power now idle" in frontend.text() or "so far" in frontend.text()
    frontend.listen(1.6)
    frontend.updates.clear()
    message = frontend.client.execute("%%carbon a long one\n" + BURN.format(seconds=4))
    frontend._take(message, 2.5)  # in the midst of it
    running = frontend.text()
    assert "▶ [" in running
    assert "a long one" in running
    assert "so far" in running
    assert re.search(r"Power now [\d.]+ m?W of [\d.]+ W machine", running)
    frontend._take(message, 30)
    per_widget = {}
    for at, widget in frontend.updates:
        per_widget.setdefault(widget, []).append(at)
    most = max(per_widget.values(), key=len)
    assert 2 <= len(most) <= 6
    frontend.listen(1.6)
    done = frontend.text()
    assert "Power now idle" in done
    assert "a long one" in done
    assert "France" in done
    assert "0 % measured, 100 % modelled" in done or "measured" in done
    frontend.updates.clear()
    frontend.listen(3.0)
    assert frontend.updates == []


def test_what_a_user_writes_stays_text(frontend):
    frontend.run(f"%%carbon {HOSTILE}\n" + BURN.format(seconds=0.5))
    frontend.listen(1.6)
    assert "&lt;/script&gt;&lt;img src=x onerror=" in frontend.html()
    assert "<script" not in frontend.html()
    assert "<img" not in frontend.html()


def test_its_buttons_pause_resume_and_reset(frontend):
    frontend.run("%%carbon before\n" + BURN.format(seconds=0.5))
    frontend.listen(1.6)
    frontend.click("Pause")
    assert "Metering is paused." in frontend.text()
    frontend.run("%%carbon unseen\n1")
    frontend.listen(1.6)
    assert "unseen" not in frontend.text()
    frontend.click("Resume")
    assert "Metering is paused." not in frontend.text()
    frontend.run("%%carbon seen again\n" + BURN.format(seconds=0.5))
    frontend.listen(1.6)
    assert "seen again" in frontend.text()
    assert "before" in frontend.text()
    frontend.click("Reset")
    assert "No cell has been metered yet." in frontend.text()


def test_closed_it_is_gone_and_nothing_is_sent(frontend):
    frontend.run("from jupyter_green.kernel import live_feed\nassert len(live_feed().watchers) == 1\nview.close()")
    assert frontend.models.keys().isdisjoint({widget for _, widget in frontend.updates})
    frontend.updates.clear()
    frontend.run("assert live_feed().watchers == []\n" + BURN.format(seconds=2))
    frontend.listen(1.6)
    assert frontend.updates == []


def test_a_frontend_may_close_it_too(frontend):
    (box,) = [name for name, model in frontend.models.items() if model.get("_model_name") == "VBoxModel"]
    frontend.client.shell_channel.send(frontend.client.session.msg("comm_close", {"comm_id": box, "data": {}}))
    frontend.run("from jupyter_green.kernel import live_feed\nassert live_feed().watchers == []\nview.close()")


def test_before_the_extension_is_loaded_it_offers_to_load_it(tmp_path):
    with Kernel(tmp_path, metered=False) as kernel:
        shown = Frontend(kernel)
        shown.run("import jupyter_green as green\nview = green.widget()\nview")
        assert "not metered yet" in shown.text()
        shown.click("Meter this notebook")
        shown.run("%%carbon now\n" + BURN.format(seconds=0.5))
        shown.listen(1.6)
        assert "now" in shown.text()
        assert "not metered yet" not in shown.text()


def test_outside_a_notebook_it_says_so():
    import jupyter_green

    with pytest.raises(RuntimeError, match="needs a notebook"):
        jupyter_green.widget()

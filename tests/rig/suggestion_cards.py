"""The cards of suggestions in the panel, as a user goes through them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from jupyter_green.schema import MIME_TYPE

from .desk import Desk


class SuggestionCards:
    """The cards beside the notebook that a desk shows.

    Parameters
    ----------
    desk
        The page.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def page(self) -> Page:
        """The page itself."""
        return self.desk.page

    def of(self, rule: str) -> Locator:
        """The card of a rule."""
        return self.desk.panel.locator(f".jp-green-suggestion[data-rule='{rule}']")

    def button(self, rule: str, name: str) -> Locator:
        """A button of a rule's card, by the beginning of its name."""
        return self.of(rule).get_by_role("button", name=name)

    # -- code --------------------------------------------------------------------------------------------------------

    def open_code(self, rule: str) -> Locator:
        """Ask for a rule's code; return the dialog that shows it."""
        self.button(rule, "Insert code…").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("textbox").wait_for()
        return dialog

    def insert(self, rule: str, edit: str | None = None) -> None:
        """Take a rule's code over into the notebook, as it is or after an edit of all of it."""
        dialog = self.open_code(rule)
        if edit is not None:
            dialog.get_by_role("textbox").fill(edit)
        self.desk.accept()
        expect(dialog).to_have_count(0)

    # -- measurements ------------------------------------------------------------------------------------------------

    def measure(self, rule: str) -> Locator:
        """Begin a rule's measurement; return its progress."""
        self.button(rule, "Measure…").click()
        self.page.get_by_role("dialog").get_by_role("button", name="Measure").click()
        return self.progress(rule)

    def progress(self, rule: str) -> Locator:
        """How far a rule's measurement has come."""
        return self.of(rule).get_by_role("progressbar")

    def stop(self, rule: str) -> None:
        """Stop a rule's measurement."""
        self.button(rule, "Stop").click()

    def finding(self, rule: str, seconds: float = 60.0) -> str:
        """Wait for what a rule's measurement showed, with ordinary spaces."""
        line = self.of(rule).locator(".jp-green-verified")
        line.wait_for(timeout=seconds * 1e3)
        return line.inner_text().replace("\u00a0", " ")

    # -- dismissal ---------------------------------------------------------------------------------------------------

    def dismiss(self, rule: str, how: str) -> None:
        """Dismiss a rule's card: ``For this cell``, ``For this notebook`` or ``For good``."""
        self.button(rule, "Dismiss").click()
        self.of(rule).get_by_role("menuitem", name=how).click()

    # -- the notebook ------------------------------------------------------------------------------------------------

    def sources(self) -> list[str]:
        """What stands in the notebook's cells."""
        return self._notebook("[...notebook.widgets].map(cell => cell.model.sharedModel.getSource())")

    def set_source(self, index: int, source: str) -> None:
        """Change a cell as its user would."""
        self._notebook("notebook.widgets[index].model.sharedModel.setSource(source)", index=index, source=source)

    def counts(self) -> list[int | None]:
        """The execution counts of the notebook's cells."""
        return self._notebook("[...notebook.widgets].map(cell => cell.model.executionCount ?? null)")

    def per_unit(self, index: int) -> float | None:
        """What a unit of a cell's work cost in its last run, in J, by the record in its outputs."""
        record = self._notebook(
            f"""notebook.widgets[index].model.sharedModel.toJSON().outputs
              .map(({{ data }}) => data?.['{MIME_TYPE}'])
              .find(record => record) ?? null""",
            index=index,
        )
        work, joules = (record or {}).get("work"), (record or {}).get("energy", {}).get("joules")
        return joules / work["amount"] if work and joules is not None else None

    def undo_in_cell(self) -> None:
        """Press the key that takes back the last change in the cell that is being edited."""
        self.page.keyboard.press("Control+z")

    def undo_in_notebook(self) -> None:
        """Press the key that takes back the last change of the notebook's list of cells."""
        self.page.keyboard.press("z")

    def _notebook(self, code: str, **given: object) -> Any:
        return self.page.evaluate(
            f"""({{ index, source }}) => {{
              const notebook = window.jupyterapp.shell.currentWidget.content;
              return {code};
            }}""",
            given,
        )

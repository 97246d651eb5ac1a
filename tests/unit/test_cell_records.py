"""Cells between their end and their final record."""

from rig.machine import FakeMachine

from jupyter_green.cell_records import CellRecords
from jupyter_green.config import Green


def test_a_cell_is_listed_from_its_end_on_and_at_every_moment():
    machine = FakeMachine()
    meter = machine.meter
    announced = []
    records = CellRecords(meter, Green(), None, announced.extend)
    meter.on_settled = records.settle
    window = records.begin("train()")
    machine.run(0.5, {0: 1.0})
    published = records.end(window, 1, "ok", marked=True)

    session, seen = meter.session, []

    def watched():
        """What another thread sees while the final record is made."""
        meter.session = session
        seen.append([record.id for record in records.newest_last()])
        return session()

    meter.session = watched
    machine.settle()
    assert seen == [[published.id]]
    assert announced == records.newest_last()
    assert [(r.id, r.footprint.label, r.footprint.settled) for r in announced] == [(published.id, "train()", True)]


def test_a_cell_that_settles_after_a_reset_is_not_of_the_new_session():
    machine = FakeMachine()
    meter = machine.meter
    announced = []
    records = CellRecords(meter, Green(), None, announced.extend)
    meter.on_settled = records.settle
    window = records.begin("train()")
    machine.run(0.5, {0: 1.0})
    published = records.end(window, 1, "ok", marked=True)
    meter.reset()
    records.clear()
    assert records.newest_last() == []
    machine.settle()
    assert [record.id for record in announced] == [published.id]  # a badge still gets its final figure
    assert records.newest_last() == []

from jupyter_green.advice import Mutes, Suggestion


def suggestion(rule="R09", cell=3):
    return Suggestion(
        f"{rule}-{cell}", rule, cell, "Do it", "Seen.", (0.1, 0.2), "measured", "same result", None, 1000.0
    )


def mutes(*kept):
    noted = []
    return Mutes(lambda: kept, lambda rule, scope: noted.append((rule, scope))), noted


def test_a_cell_is_known_by_its_source_whatever_its_number():
    muted, noted = mutes()
    muted.mute(suggestion(cell=3), "train()", "cell")
    assert muted.is_muted(suggestion(cell=9), "train()")
    assert not muted.is_muted(suggestion(cell=9), "evaluate()")
    assert not muted.is_muted(suggestion(rule="R10"), "train()")
    assert noted == []


def test_a_notebook_and_all_notebooks_are_kept():
    for scope in ("notebook", "always"):
        muted, noted = mutes()
        muted.mute(suggestion(), "train()", scope)
        assert muted.is_muted(suggestion(cell=9), "evaluate()")
        assert noted == [("R09", scope)]


def test_what_was_kept_is_read_when_first_asked():
    muted, _ = mutes("R09")
    assert muted.is_muted(suggestion(), "train()")
    assert not muted.is_muted(suggestion(rule="R10"), "train()")

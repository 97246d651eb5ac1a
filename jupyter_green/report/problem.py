"""What a command tells its user when it cannot do what was asked."""

from __future__ import annotations


class Problem(Exception):  # noqa: N818 - it is the user's to mend, not a defect
    """One line that names what is wrong and, where there is one, the mend."""

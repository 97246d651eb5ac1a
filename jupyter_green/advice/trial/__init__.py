"""Measures a change against what was before, on the user's own work, and leaves everything as it was.

``reach`` finds what the work can change and ``snapshot`` puts it back; ``experiment`` runs both arms in blocks of
``design``, ``effort`` says what each run took, and ``paired_ratio`` what the blocks say together.
"""

from .cells import try_suggestion
from .effort import Instruments
from .outcome import ArmRun, Trial
from .setting import Progress
from .steps import Options, try_step
from .to_target import try_to_target

__all__ = ["ArmRun", "Instruments", "Options", "Progress", "Trial", "try_step", "try_suggestion", "try_to_target"]

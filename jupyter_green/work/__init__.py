"""What the joules bought, and how much of it is still to come.

``counts`` holds the counters – tokens, images, samples, steps – and says which of them is a cell's unit of work,
``probes`` puts one small probe into each library once that has been imported, and takes it out again. ``outlook`` makes
a forecast of the running cell from what its outermost loop shows. Nothing here imports a library that does the work.
"""

from .counts import COUNTS, Reading
from .probes import Probes

__all__ = ["COUNTS", "Probes", "Reading"]

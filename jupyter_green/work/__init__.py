"""What the joules bought: samples, tokens, images, steps – counted in the libraries that do the work.

``counts`` holds the counters and says which of them is a cell's unit of work, ``probes`` puts one small probe into
each library once that has been imported, and takes it out again. Nothing here imports such a library.
"""

from .counts import COUNTS, Reading
from .probes import Probes

__all__ = ["COUNTS", "Probes", "Reading"]

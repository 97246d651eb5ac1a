"""Calls of hosted language models: noticed in this process, estimated by EcoLogits, kept apart from what is metered.

``clients`` see the answers of the client libraries, ``calls`` keeps of each no more than provider, model, number of
tokens and time, ``estimate`` asks EcoLogits what that may have cost, and ``observation`` puts the three together.
"""

from .calls import Call, CallLog
from .observation import Observation

__all__ = ["Call", "CallLog", "Observation"]

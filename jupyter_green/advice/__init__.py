"""How cells could need less: rules that speak on measured triggers, and trials that verify what they say.

``evidence`` holds what is known of a cell, each file of ``rules`` sees one thing in it, ``engine`` asks them all, and
``adviser`` keeps the session's state. ``trial`` measures a suggestion on the user's own work.
"""

from .adviser import Adviser
from .edges import Begun
from .gates import Gates
from .mutes import Mutes
from .suggestion import Edit, Finding, Snippet, Suggestion, Verified

__all__ = ["Adviser", "Begun", "Edit", "Finding", "Gates", "Mutes", "Snippet", "Suggestion", "Verified"]

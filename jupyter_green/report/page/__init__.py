"""The interactive report: one self-contained HTML page with charts, each with its table.

``of_session`` and ``of_ledger`` say what is to be shown, ``document`` makes the page, ``write`` puts it into a file.
"""

from __future__ import annotations

from .content import Content
from .document import document
from .from_ledger import of_ledger
from .from_session import of_session
from .output import framed, write

__all__ = ["Content", "document", "framed", "of_ledger", "of_session", "write"]

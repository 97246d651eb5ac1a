"""How far a transformers Trainer has come: in notebooks it shows a table, and no bar of tqdm's."""

from __future__ import annotations

import functools
from typing import Any

from .library_loops import LibraryLoop, running
from .replaced import Remove, all_or_none, replaced


def install(trainer: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Announce training from now on; return what takes the probe out."""
    loops: list[tuple[Any, LibraryLoop]] = []

    def train(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def announced(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            loop = LibraryLoop("Trainer's steps", lambda: (self.state.global_step, self.state.max_steps))
            loops.append((self, loop))
            try:
                with running(loop):
                    return original(self, *args, **kwargs)
            finally:
                loops.remove((self, loop))

        return announced

    def begin(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def resumed(self: Any, args: Any, state: Any, control: Any) -> Any:  # noqa: ANN401
            for owner, loop in loops:
                if owner.state is state:
                    loop.initial = float(state.global_step)  # more than none after a checkpoint
            return original(self, args, state, control)

        return resumed

    return all_or_none(
        lambda: replaced(trainer.Trainer, "train", train),
        lambda: replaced(trainer.CallbackHandler, "on_train_begin", begin),
    )

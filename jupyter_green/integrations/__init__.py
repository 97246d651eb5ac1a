"""Figures in the logs of the libraries that train: one module a library, imported by those who use it, also in scripts.

``transformers`` and ``lightning`` have a ``JupyterGreenCallback``, ``accelerate`` a ``JupyterGreenTracker``. What they
share is a :class:`~.training.Training`.
"""

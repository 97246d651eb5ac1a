"""Presentations of footprints: texts, the footnote of an exported notebook, headless runs, the ledger's report."""

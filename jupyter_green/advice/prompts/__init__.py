"""Loops over prompts, and the same as one call (rule R08)."""

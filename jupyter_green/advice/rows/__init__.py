"""Frames that are gone through row by row, and the same with whole columns (rule R27)."""

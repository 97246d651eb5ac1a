"""The notebook's own code: read as a tree, never executed, and changed at single places of it."""

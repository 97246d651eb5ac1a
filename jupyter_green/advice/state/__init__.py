"""Values as hashes of all that they hold: whether a cell ran on the very same again (rule R22)."""

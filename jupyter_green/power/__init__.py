"""What the hardware says: energy counters and models, CPU time of a process tree, and the timeline they fill."""

"""What the joules bought, and how much of it is still to come."""

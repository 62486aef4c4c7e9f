"""What leaves the lab for other tools."""

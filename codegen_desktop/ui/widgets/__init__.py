"""Small parts that every tab shares."""

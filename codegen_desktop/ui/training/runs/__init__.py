"""The runs of the Lab: the list, what can be done with a run, and runs side by side."""

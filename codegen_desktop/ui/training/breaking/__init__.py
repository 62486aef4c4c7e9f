"""*Break it*: a pipeline that may be broken, what was measured of it, and the question what is wrong with it."""

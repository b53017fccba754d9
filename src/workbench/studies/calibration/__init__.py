"""
Calibration: does a method find what was planted, and say how sure it is, in worlds that we made?

`draws` says what is aimed at, `experiments` lists the simulated worlds, `running` draws them,
`judging` holds the estimates against the truth, and `table` keeps the result with the hash of the
code that it is about: a stale table forbids the verdict *supported*.
"""

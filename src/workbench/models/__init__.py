"""
Models: numbers in, a small frozen result out.

One family a file: survival, effects, weighting, power. A model takes arrays or a tidy pandas frame
and gives estimates with their intervals, or refuses in one line what it cannot estimate. The room
imports `errors` and nothing else of the workbench: no platform, no table, no plot. Touch it when an
estimator is added or mended; files with a leading `_` are the arithmetic that several share.
"""

"""
Studies: named steps that join measures, models and plots into findings.

One file a study, found by its notebook. Beside them the claims of the articles, the hypotheses
(package data, hashed one by one), the verdict rule and the sentences of the answer box. A study
imports measures, models and plots; nothing here draws, estimates or reads a file by itself.
"""

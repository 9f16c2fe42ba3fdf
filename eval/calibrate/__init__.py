"""Fitting what decides an answer, and showing what its confidence is worth: `byline eval calibrate --data DIR`.

`sets` reads the public questions, `cases` looks at what Byline finds for each, `linear` fits the two kinds of models in
rag/weights.json, `told` says how well they do on questions that they were not fitted on.
"""

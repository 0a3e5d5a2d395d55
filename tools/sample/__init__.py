"""Draws the sample series, "The Empty Balloon": art without words and the words as lettering, from code.

`PYTHONPATH=src python -m tools.sample` writes it anew into src/fumetto/sample. Run it after changing a drawing or a line.
"""

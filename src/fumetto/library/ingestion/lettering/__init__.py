"""Lettering: pages that come as art without words, and words as an SVG for each language.

`compose.compose` makes one picture of the two and tells where each text is; `compose.read_balloons` only tells. Loading
them loads what decodes pictures, fonts and drawings, which is for parser processes; `model` and `errors` are for all.
"""

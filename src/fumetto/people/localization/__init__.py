"""What the operator says otherwise than Fumetto's catalogues, checked, marked when outdated, and said at once."""

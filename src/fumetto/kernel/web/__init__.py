"""What every endpoint stands on: sessions, problems, validators, ranges, cursors, streams, and who may knock."""

"""What readers think of answers, and how well answers are, counted without anybody's words."""

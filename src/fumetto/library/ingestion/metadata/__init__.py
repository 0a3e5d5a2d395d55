"""What a book says about itself, in whatever scheme it says it."""

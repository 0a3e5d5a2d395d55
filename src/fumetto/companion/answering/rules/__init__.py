"""Pure decisions of answering: what a question asks for, and which sentences answer it."""

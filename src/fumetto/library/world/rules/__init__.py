"""Pure decisions about a story's world: reading what people wrote of it, finding names, proposing places."""

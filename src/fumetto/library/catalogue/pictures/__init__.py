"""Page images: originals from the reader's files, derived ones from the storage, what is missing made on demand."""

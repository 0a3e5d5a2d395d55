"""Pure decisions of memory: what is noticed, how a conversation is summed up, which questions mean the same."""

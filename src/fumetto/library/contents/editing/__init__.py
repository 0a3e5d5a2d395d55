"""Setting right what is on a page: its words, panels and description. What a person wrote stays above every source."""

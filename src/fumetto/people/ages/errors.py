"""What can be wrong with a rule of what fits."""

from fumetto.kernel.errors import NotAllowed, NotFound


class ReaderNotFound(NotFound):
    """Nobody whose rule the reader may see."""

    code = "rule_reader_not_found"


class RuleNotYours(NotAllowed):
    """A minor's rule is made by who answers for them, anybody else's by themselves; the house's owner makes any."""

    code = "rule_not_yours"

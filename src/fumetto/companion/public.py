"""What other contexts may use of the companion."""

from fumetto.companion.answering.model import Answer, Mode
from fumetto.companion.answering.service import answer
from fumetto.companion.programs.talking import Talk

__all__ = ["Answer", "Mode", "Talk", "answer"]

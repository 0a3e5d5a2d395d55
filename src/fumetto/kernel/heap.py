"""Keeps Python's search for garbage away from what was loaded to stay.

Modules, models and routes are some hundred thousand objects. The collector looks through all of them again and again
when a scan makes objects by the ten thousand, which quadrupled the time of walking through a library, and whenever it
does, every request waits.
"""

import gc


def loading() -> None:
    """While a process loads what it needs, hardly anything becomes garbage, and nothing is searched."""
    gc.disable()


def loaded() -> None:
    """From now on garbage is searched for, among what is made later only; may be called again after loading more."""
    gc.freeze()
    gc.enable()

"""How the tests' workers keep time: as the real ones do, some ten times faster."""

from fumetto.kernel.jobs.worker import Pace

QUICK = Pace(
    beat=0.2, gone_after=0.8, dead_after=5.0, look=0.2, poll=0.2, abort_poll=0.2, store=0.05, grace=1.0, patience=10.0
)

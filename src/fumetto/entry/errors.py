"""What can go wrong before the server answers."""

from fumetto.kernel.errors import Conflict, Invalid, NotFound


class RunsAlready(Conflict):
    """path, address: another `up` has this data directory, and answers there."""

    code = "runs_already"


class PortTaken(Conflict):
    code = "port_taken"


class PortNotAllowed(Invalid):
    code = "port_not_allowed"


class HostUnknown(Invalid):
    code = "host_unknown"


class UserUnknown(Invalid):
    code = "user_unknown"


class TraceUnknown(NotFound):
    """answer: what was given for one's id."""

    code = "trace_unknown"

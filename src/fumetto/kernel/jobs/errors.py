"""What can go wrong with work in the background."""

from fumetto.kernel.errors import Conflict, Invalid, NotFound


class TargetGone(NotFound):
    """A job's target was deleted while the job waited; the job ends quietly. Detail: kind, id."""

    code = "job_target_gone"


class TaskUnknown(Invalid):
    """A job was enqueued by a version of Fumetto that has more tasks than this one. Detail: task."""

    code = "job_task_unknown"


class JobLost(Invalid):
    """The job took its worker down with it, as often as it may. Detail: task, attempts."""

    code = "job_lost"


class ActivityNotFound(NotFound):
    """No such activity, or none that this account may see. Detail: id."""

    code = "activity_not_found"


class ActivityEnded(Conflict):
    """The activity has ended, so there is nothing to cancel. Detail: id, state."""

    code = "activity_ended"

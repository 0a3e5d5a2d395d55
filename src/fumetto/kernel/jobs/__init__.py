"""Work in the background: tasks, the queue in the database, workers, and the activities that people follow.

A room declares tasks with `registry.task` and `registry.periodic`, enqueues them with `queue.enqueue` inside its own
transaction, and gathers what belongs together with `activities.start_activity`. `worker.run_worker` does the work.
"""

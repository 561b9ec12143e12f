-- expect: invalid_argument task must be an id of tasks
record.attempt { purpose = "loop", task = "attempts:#1" }

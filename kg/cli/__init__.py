"""The ``kg`` command. Data go to stdout, messages to stderr; exit codes are those of `kg.errors`."""

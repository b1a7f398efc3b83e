"""Reads what other software wrote, and writes suites and logs in our own formats.

Every text is redacted on the way in and customers' ids are replaced by keyed digests. A row that
can't be used is told with its line; the others go on.
"""

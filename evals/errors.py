"""Errors of the evaluator's tools.

EvalError
├── SuiteError      a suite, a set or a labels file is wrong; names the line and the way out
└── RunError        a run can't start, or its record can't be written
"""


class EvalError(Exception):
    """Base of every error that the evaluator's tools raise on purpose."""


class SuiteError(EvalError):
    """A suite, a set of messages or a labels file is wrong."""


class RunError(EvalError):
    """A run can't start, or its record can't be written."""

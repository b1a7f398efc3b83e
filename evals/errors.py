"""Errors of the evaluator's tools.

EvalError
├── SuiteError      a suite, a set or a labels file is wrong; names the line and the way out
├── RunError        a run can't start, or its record can't be written or read
├── ReplayError     a log is wrong; names the line
├── GateFileError   a gate file is wrong; names the field
├── TuneError       the target file or the cases to tune by are wrong; names the field or the line
│   └── NoPromiseError  nothing can be promised; says how many cases are missing
├── RatingsError    a file of rated conversations is wrong; names the line
├── ImportFailedError  nothing of a file could be imported; says why
└── JudgeError      a judge's labels are wrong, or nothing was judged
"""


class EvalError(Exception):
    """Base of every error that the evaluator's tools raise on purpose."""


class SuiteError(EvalError):
    """A suite, a set of messages or a labels file is wrong."""


class RunError(EvalError):
    """A run can't start, or its record can't be written or read."""


class ReplayError(EvalError):
    """A log of conversations or episodes is wrong."""


class GateFileError(EvalError):
    """A gate file is wrong."""


class TuneError(EvalError):
    """The target file, or the cases to tune by, are wrong."""


class NoPromiseError(TuneError):
    """The cases are too few to promise it, or no threshold keeps it."""


class RatingsError(EvalError):
    """A file of rated conversations is wrong, or holds no rating."""


class ImportFailedError(EvalError):
    """Nothing of a file could be imported."""


class JudgeError(EvalError):
    """A file of human labels is wrong, or nothing was judged."""

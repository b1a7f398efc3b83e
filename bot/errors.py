"""Errors of the assistant.

FirstlineError
├── ConfigurationError      a setting or a file of the deployer is wrong; names the way out
│   ├── PolicyError         policy.yaml
│   ├── IntentsError        intents.yaml, or a file of labelled examples
│   ├── SiteError           site.yaml
│   └── LinesError          lines.yaml, or that of a language
├── NotReadyError           there is no index, store or key yet
└── BatchError              a batch command cannot start
"""


class FirstlineError(Exception):
    """Base of every error that the assistant raises on purpose."""


class ConfigurationError(FirstlineError):
    """A setting or a file of the deployer is wrong."""


class PolicyError(ConfigurationError):
    """The policy file is wrong."""


class IntentsError(ConfigurationError):
    """The intents file, or a file of labelled examples, is wrong."""


class SiteError(ConfigurationError):
    """The site file is wrong."""


class LinesError(ConfigurationError):
    """A file of the assistant's lines is wrong."""


class NotReadyError(FirstlineError):
    """Something that has to be made first is missing."""


class BatchError(FirstlineError):
    """A batch command cannot start."""

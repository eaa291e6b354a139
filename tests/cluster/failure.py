"""What a failed check tells the person who has to mend it."""

import os

import yaml


class Failed(Exception):
    """A check that did not hold: what was expected, and whatever helps to see why."""

    def __init__(self, message, about=None, answer=None):
        parts = [message]
        if about is not None:
            parts += ["the object:", indented(about if isinstance(about, str) else dumped(about))]
        if answer is not None:
            parts += ["the answer:", indented(answer if isinstance(answer, str) else dumped(answer))]
        super().__init__("\n".join(parts))


class Unavailable(Exception):
    """Something that this machine does not have: what needs it is left out, and that is said.

    Where SPOTGEN_REQUIRE_TOOLS is set it fails, but for what nobody can install."""

    def __init__(self, message, is_optional=False):
        super().__init__(message)
        self.is_failure = bool(os.environ.get("SPOTGEN_REQUIRE_TOOLS")) and not is_optional


def dumped(value):
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)


def indented(text, by="    "):
    return "\n".join(by + line for line in text.rstrip().splitlines())


def check(holds, message, about=None, answer=None):
    if not holds:
        raise Failed(message, about, answer)

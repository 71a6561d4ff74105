"""What the SDK logs, without what it should not: addresses with tickets in them, tokens, and
tracebacks that hold the same."""

import logging
import re

EXPECTED = "As you gave `client` as well"  # the token in the environment is the same one
_SECRET = re.compile(r"(ticket=|xapp-|xox[a-z]-)[^\s&'\"]+")


class _NoSecrets(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _SECRET.sub(r"\1…", record.getMessage())
        record.args, record.exc_info, record.exc_text = (), None, None
        return not record.msg.startswith(EXPECTED)


sdk_log = logging.getLogger("adapters.slack.sdk")
sdk_log.addFilter(_NoSecrets())

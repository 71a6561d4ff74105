"""`make bench`: every figure in one run."""

import subprocess
import sys

COMMANDS = (
    [sys.executable, "-m", "tests.bench.offline"],
    [sys.executable, "-m", "tests.bench.answers"],
    [sys.executable, "-m", "tests.bench.critic_bytes"],
    [sys.executable, "-m", "tests.bench.models"],
    [sys.executable, "-m", "tests.bench.spine"],
    [sys.executable, "-m", "tests.bench.playground"],
    [sys.executable, "-m", "pytest", "-q", "-s", "-m", "bench", "-p", "no:randomly"],
)

if __name__ == "__main__":
    sys.exit(max(subprocess.run(command, check=False).returncode for command in COMMANDS))

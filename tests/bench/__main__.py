"""`make bench`: every figure in one run."""

import os
import subprocess
import sys

COMMANDS = (
    [sys.executable, "-m", "tests.bench.offline"],
    [sys.executable, "-m", "tests.bench.critic_bytes"],
    [sys.executable, "-m", "tests.bench.models"],
    [sys.executable, "-m", "tests.bench.spine"],
    [sys.executable, "-m", "tests.bench.playground"],
    [sys.executable, "-m", "pytest", "-q", "-s", "-m", "bench", "-p", "no:randomly"],
)

if __name__ == "__main__":
    # one thread, as the program's workers for pixels have: processor time is what is counted
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    sys.exit(max(subprocess.run(command, env=env, check=False).returncode for command in COMMANDS))

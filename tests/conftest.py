"""One thread for each test process: small matrix products are slower on several."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

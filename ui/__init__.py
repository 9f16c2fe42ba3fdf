"""The tower a person stands in: browser, HTTP and command line. Nothing here finds or answers; it shows.

A door sets the environment before anything heavy is imported: no model hub, no telemetry, no chatter.
"""

import os

for _name, _value in {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "GRADIO_ANALYTICS_ENABLED": "False",
}.items():
    os.environ.setdefault(_name, _value)

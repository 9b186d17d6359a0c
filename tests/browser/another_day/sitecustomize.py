"""Read by every Python that has this folder on its path: its clock is so many seconds ahead.

A process is started with its own clock, so nothing but the clock differs from a real one.
"""

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["SECONDS_AHEAD"]), tick=True).start()

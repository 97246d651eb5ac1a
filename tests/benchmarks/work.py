"""What counting work costs, and how right forecasts are: both tables by one command, a few minutes.

python -m tests.benchmarks.work
"""

from tests.benchmarks import forecast, work_overhead

if __name__ == "__main__":
    work_overhead.main()
    forecast.main()

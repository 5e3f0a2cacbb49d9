"""Random histories against the rules of linking, many more than the suite runs.

`python -m benchmarks.histories --core 100000` exits with 1 and names the seed when
something does not hold; `--seed N` tells that one history fact by fact. `--database N`
counts merchants, two of which share one seed.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks import core_histories, histories_database


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; the exit status is 0 only if everything held."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.histories")
    parser.add_argument("--core", type=int, metavar="N", help="through resolve")
    parser.add_argument(
        "--database", type=int, metavar="N", help="through a real PostgreSQL"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="one case, verbosely")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args(arguments)
    if asked.seed is not None:
        return core_histories.replay(asked.seed)
    if asked.core is not None:
        return core_histories.run(asked.first, asked.core, asked.processes)
    if asked.database is not None:
        return histories_database.run(asked.first, asked.database)
    parser.print_help()
    return 2


if __name__ == "__main__":
    sys.exit(main())

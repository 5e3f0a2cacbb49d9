# Show these verbs.
default:
    @just --list

# Everything up: the program and sandboxed platforms.
demo:
    uv run marketing-agent demo

# The tests; arguments go to pytest.
test *arguments:
    uv run pytest {{arguments}}

# Format, lint, types and import contracts.
check:
    uv run ruff format .
    uv run ruff check .
    uv run mypy
    uv run lint-imports

# Figures of this machine; names choose, --json prints an object.
bench *names:
    uv run python -m benchmarks.run {{names}}

# Write the generated reference pages anew.
docs:
    uv run python -m tests.docs.reference_pages

# Everything that has to hold before a change lands.
ci:
    .ci/run

"""One module per command of `vaandel`, with `run(arguments) -> int`."""

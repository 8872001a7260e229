"""Hold what is known about R: kinds of values, functions, packages."""

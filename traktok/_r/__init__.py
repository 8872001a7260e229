"""Read and write R's own formats: serialized objects, vcr cassettes, credential files."""

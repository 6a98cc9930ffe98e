"""One module per Task state: parse, one call into cutover/, a JSON result."""

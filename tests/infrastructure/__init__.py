"""The stacks, by their templates."""

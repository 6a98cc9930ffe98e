"""The account that is deployed to: one child process, in which the stacks make everything there is."""

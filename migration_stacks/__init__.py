"""The stacks: they import the CDK and themselves, and reach functions and machines as files."""

"""`python -m rehearsal.deployment`: the real CDK CLI deploys the stacks to an AWS stood in for."""

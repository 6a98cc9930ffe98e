"""A snapshot of the cluster each day, in a vault of its own, by AWS Backup."""

from __future__ import annotations

from typing import Final

import aws_cdk as cdk
from constructs import Construct

from migration_stacks.cfn import backup, iam
from migration_stacks.constructs.acknowledged import acknowledge
from migration_stacks.constructs.arns import ACCOUNT, arn
from migration_stacks.constructs.policies import allow, document, service_role

# AWS Backup's own default hour (UTC).
_EACH_DAY: Final = "cron(0 5 * * ? *)"

# As cdk-nag writes the ARN in the name of its finding.
_NAG_SNAPSHOTS: Final = (
    "arn:<AWS::Partition>:rds:<AWS::Region>:<AWS::AccountId>:cluster-snapshot:awsbackup:*"
)
_NAG_ANY_SNAPSHOT: Final = _NAG_SNAPSHOTS.replace("awsbackup:", "")


class DailySnapshots(Construct):
    """Beside the cluster's continuous backup, which goes with the cluster: these stay.

    The vault has no lock. A lock in compliance mode can't be lifted by anybody once it holds, and
    an environment that can't be removed is no sample; governance mode would keep out only who may
    not change the vault anyway.

    A vault that holds a snapshot can't be deleted, so a stack with a vault of its own could not be
    either. The construct is therefore part of a protected environment only, and the vault is kept:
    when protection is taken away, CloudFormation lets go of it, its snapshots live out their days
    and end by themselves, and the empty vault is then removed by hand. An environment that never
    was protected never had one, and goes without a trace.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vault_name: str,
        key_arn: str,
        cluster_arn: str,
        days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        vault = backup.CfnBackupVault(
            self, "Vault", backup_vault_name=vault_name, encryption_key_arn=key_arn
        )
        # But not when its own creation is rolled back: the name would be taken at the next try.
        vault.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        plan = backup.CfnBackupPlan(
            self,
            "Plan",
            backup_plan=backup.CfnBackupPlan.BackupPlanResourceTypeProperty(
                backup_plan_name=vault_name,
                backup_plan_rule=[
                    backup.CfnBackupPlan.BackupRuleResourceTypeProperty(
                        rule_name="daily",
                        target_backup_vault=vault.ref,
                        schedule_expression=_EACH_DAY,
                        start_window_minutes=60,
                        completion_window_minutes=480,
                        # Continuous backup would take over the cluster's own and its retention,
                        # which the template sets too: the two would fight.
                        enable_continuous_backup=False,
                        lifecycle=backup.CfnBackupPlan.LifecycleResourceTypeProperty(
                            delete_after_days=days
                        ),
                    )
                ],
            ),
        )
        backup.CfnBackupSelection(
            self,
            "Selection",
            backup_plan_id=plan.ref,
            backup_selection=backup.CfnBackupSelection.BackupSelectionResourceTypeProperty(
                selection_name="cluster",
                iam_role_arn=self._role_arn(vault, key_arn, cluster_arn),
                # By name, not by tag: nothing else of the account is drawn in. The reference also
                # has the selection wait for the cluster, and by then the role is known everywhere.
                resources=[cluster_arn],
            ),
        )

    def _role_arn(self, vault: backup.CfnBackupVault, key_arn: str, cluster_arn: str) -> str:
        """What AWSBackupServiceRolePolicyForBackup has for Aurora, for this cluster alone."""
        any_snapshot = arn("rds", "cluster-snapshot:")
        snapshots = f"{any_snapshot}awsbackup:*"
        statements = [
            allow("rds:CreateDBClusterSnapshot", on=[cluster_arn, snapshots]),
            allow("rds:DescribeDBClusters", "rds:ListTagsForResource", on=cluster_arn),
            allow(
                "rds:AddTagsToResource",
                "rds:DeleteDBClusterSnapshot",
                "rds:ListTagsForResource",
                on=snapshots,
            ),
            # Asked for by cluster, and then judged on the snapshots of any name.
            allow("rds:DescribeDBClusterSnapshots", on=[cluster_arn, f"{any_snapshot}*"]),
            # A selection is refused whose role lacks it (AWS Backup guide, "Customer managed
            # policies"), also where it names what it selects. It knows no resources.
            allow("tag:GetResources", on="*"),
            allow(
                "backup:DescribeBackupVault",
                "backup:CopyIntoBackupVault",
                on=vault.attr_backup_vault_arn,
            ),
            allow("kms:DescribeKey", on=key_arn),
            allow(
                "kms:CreateGrant",
                on=key_arn,
                when={"Bool": {"kms:GrantIsForAWSResource": "true"}},
            ),
        ]
        # Listed by the role, so that whoever waits for the role waits for its rights too.
        policy = iam.CfnManagedPolicy(
            self,
            "Policy",
            description="Snapshots of the migration's cluster",
            policy_document=document(*statements),
        )
        acknowledge(
            policy,
            {
                f"AwsSolutions-IAM5[Resource::{_NAG_SNAPSHOTS}]": (
                    "AWS Backup names each snapshot it takes awsbackup:<job>, which is not known "
                    "before; no other snapshot's name begins so"
                ),
                f"AwsSolutions-IAM5[Resource::{_NAG_ANY_SNAPSHOT}]": (
                    "Listing a cluster's snapshots is judged on all names; it shows what they are "
                    "called and nothing of what is in them"
                ),
                "AwsSolutions-IAM5[Resource::*]": (
                    "tag:GetResources knows no resources, and a selection is refused without it"
                ),
            },
        )
        return service_role(
            self,
            "Role",
            description="Lets AWS Backup take snapshots of the migration's cluster",
            service="backup.amazonaws.com",
            # The account's own calls only: another's backup must not be able to borrow the role.
            when={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            managed=[policy.ref],
        ).attr_arn

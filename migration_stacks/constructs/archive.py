"""Folders that are published before a deployment, as the archives that functions are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import aws_cdk as cdk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from constructs import Construct


class Archive(NamedTuple):
    """Where it is published; the key is another for other content."""

    bucket: str
    key: str


def archive(
    scope: Construct,
    construct_id: str,
    *,
    folder: Path,
    exclude: Sequence[str],
    bundling: cdk.BundlingOptions | None = None,
) -> Archive:
    """A folder without what is excluded, in the patterns of a .gitignore.

    What the CDK's `Asset` does, but for the `Bucket` that it makes of the place: for that Node loads
    as much as for all resources of a stack.
    """
    staged = cdk.AssetStaging(
        scope,
        construct_id,
        source_path=str(folder),
        exclude=list(exclude),
        ignore_mode=cdk.IgnoreMode.GIT,
        # By the source, so that what is made of it need not be made to know its hash.
        asset_hash_type=cdk.AssetHashType.SOURCE,
        bundling=bundling,
    )
    stack = cdk.Stack.of(scope)
    place = stack.synthesizer.add_file_asset(
        source_hash=staged.asset_hash,
        file_name=staged.relative_staged_path(stack),
        packaging=cdk.FileAssetPackaging.ZIP_DIRECTORY,
        display_name=construct_id,
        # Not read again after the deployment: Lambda keeps a copy.
        deploy_time=True,
    )
    return Archive(place.bucket_name, place.object_key)

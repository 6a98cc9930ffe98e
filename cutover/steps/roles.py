"""Making the roles on the target, before anything of the migration works there."""

from __future__ import annotations

from cutover.ports import RoleServer
from cutover.roles import TargetRoles


def make_roles(server: RoleServer, roles: TargetRoles) -> tuple[str, ...]:
    """Makes the roles, or brings what is there up to date: passwords, and rights that are missing.

    Nothing is taken away and no role is ever dropped: what they own outlives this stack. Returns the rights in whose
    place more had to be given. Raises PrivilegeMissing where the administrator may not give one.
    """
    return server.make(roles)

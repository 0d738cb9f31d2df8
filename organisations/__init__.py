"""Who is behind a source string: the registry, splitting, resolving. Imports nothing of ours."""

from organisations.attribution import DEFAULT_POLICY, Attribution, Named, Origin, Policy, Role, explain
from organisations.registry import Registry, RegistryError
from organisations.resolver import Resolver
from organisations.shares import shares, signing

__all__ = [
    "DEFAULT_POLICY",
    "Attribution",
    "Named",
    "Origin",
    "Policy",
    "Registry",
    "RegistryError",
    "Resolver",
    "Role",
    "explain",
    "shares",
    "signing",
]

"""stskit as the source of botocore's credentials: for boto3 sessions whose other services stay as they are."""

from __future__ import annotations

from typing import Any

import botocore.credentials

from ._credentials import Credentials
from ._session import Session


class BridgedCredentials(botocore.credentials.Credentials):
    """botocore's credentials that ask a session of stskit each time: always fresh, all from one load."""

    def __init__(self, session: Session) -> None:
        # Not that of the base class: it would keep copies.
        self._session = session
        self.method = "stskit"

    def get_frozen_credentials(self) -> botocore.credentials.ReadOnlyCredentials:
        found: Credentials = self._session.credentials()
        return botocore.credentials.ReadOnlyCredentials(
            found.access_key_id, found.secret_access_key, found.session_token, found.account_id
        )

    @property
    def access_key(self) -> str:  # type: ignore[override]
        return self._session.credentials().access_key_id

    @property
    def secret_key(self) -> str:  # type: ignore[override]
        return self._session.credentials().secret_access_key

    @property
    def token(self) -> str | None:  # type: ignore[override]
        return self._session.credentials().session_token

    @property
    def account_id(self) -> str | None:
        return self._session.credentials().account_id

    def __repr__(self) -> str:
        return f"BridgedCredentials({self._session!r})"


class CredentialProvider(botocore.credentials.CredentialProvider):
    """A provider for botocore's chain."""

    METHOD = "stskit"
    CANONICAL_NAME = "stskit"

    def __init__(self, session: Session) -> None:
        self._session = session

    def load(self) -> botocore.credentials.Credentials:
        return BridgedCredentials(self._session)


def install(session: Any = None, stskit_session: Session | None = None) -> None:
    """Makes stskit the source of credentials of a session of boto3 or botocore; None: boto3's default session.

    Keys that are given to the session or to a client in code still win. Without `stskit_session` it is the default
    chain with the profile that was named for the session. Call it before the session makes its first client.
    """
    if session is None:
        import boto3  # type: ignore[import-untyped,unused-ignore]

        session = boto3._get_default_session()
    core: Any = getattr(session, "_session", session)
    if stskit_session is None:
        profile = core.instance_variables().get("profile")
        stskit_session = Session(profile_name=profile)
    resolver = core.get_component("credential_provider")
    resolver.providers.insert(0, CredentialProvider(stskit_session))
    # What it has resolved already is forgotten; keys given in code are not.
    found: Any = getattr(core, "_credentials", None)
    if found is not None and getattr(found, "method", None) != "explicit":
        core._credentials = None

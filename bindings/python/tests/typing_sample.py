"""Read by mypy and pyright, not run: what programs write, and the types that they rely on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import stskit
from typing_extensions import assert_type

if TYPE_CHECKING:
    from stskit.literals import PaginatorName, RegionName, ServiceName, SSOServiceName, STSServiceName
    from stskit.services import ListAccountsPaginator, SSOClient, SSOOIDCClient, STSClient
    from stskit.type_defs import (
        AccountInfoTypeDef,
        AssumeRoleRequestTypeDef,
        AssumeRoleResponseTypeDef,
        CredentialsTypeDef,
        ListAccountsResponseTypeDef,
        PaginatorConfigTypeDef,
        PolicyDescriptorTypeTypeDef,
        ProvidedContextTypeDef,
        ResponseMetadataTypeDef,
        RoleCredentialsTypeDef,
        TagTypeDef,
    )


def credentials() -> str:
    found = stskit.credentials(profile="dev")
    assert_type(found, stskit.Credentials)
    assert_type(found.expiration, "datetime | None")
    return found.access_key_id


def clients(region: RegionName, sts_name: STSServiceName, sso_name: SSOServiceName) -> STSClient:
    assert_type(stskit.client("sso"), "SSOClient")
    assert_type(stskit.client("sso-oidc"), "SSOOIDCClient")
    assert_type(stskit.client(sso_name), "SSOClient")
    with stskit.client("sts", region_name=region) as entered:
        assert_type(entered, "STSClient")
    session = stskit.Session(profile_name="dev", mfa=lambda serial: input(f"Code of {serial}: "))
    return session.client(sts_name, endpoint_url="http://localhost:4566")


def assume(sts: STSClient) -> CredentialsTypeDef:
    tag: TagTypeDef = {"Key": "a", "Value": "b"}
    policy: PolicyDescriptorTypeTypeDef = {"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
    context: ProvidedContextTypeDef = {"ProviderArn": "a", "ContextAssertion": "b"}
    request: AssumeRoleRequestTypeDef = {
        "RoleArn": "a",
        "RoleSessionName": "b",
        "Tags": [tag],
        "PolicyArns": [policy],
        "ProvidedContexts": [context],
    }
    answer: AssumeRoleResponseTypeDef = sts.assume_role(**request)
    assert_type(answer["Credentials"]["Expiration"], datetime)
    metadata: ResponseMetadataTypeDef = answer["ResponseMetadata"]
    assert_type(metadata["HTTPStatusCode"], int)
    assert_type(sts.get_caller_identity()["Account"], str)
    sts.assume_role(RoleArn="a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    sts.get_caller_identity(Nothing=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    return answer["Credentials"]


def pages(sso: SSOClient, token: str) -> list[AccountInfoTypeDef]:
    config: PaginatorConfigTypeDef = {"PageSize": 10}
    paginator: ListAccountsPaginator = sso.get_paginator("list_accounts")
    found: list[AccountInfoTypeDef] = []
    for page in paginator.paginate(accessToken=token, PaginationConfig=config):
        assert_type(page, "ListAccountsResponseTypeDef")
        found += page["accountList"]
    whole: ListAccountsResponseTypeDef = paginator.paginate(accessToken=token).build_full_result()
    found += whole["accountList"]
    roles: RoleCredentialsTypeDef = sso.get_role_credentials(accessToken=token, accountId="a", roleName="b")[
        "roleCredentials"
    ]
    name: PaginatorName = "list_account_roles"
    service: ServiceName = "sso"
    assert roles and name and service
    return found


def failures(sts: STSClient, oidc: SSOOIDCClient) -> dict[str, Any]:
    try:
        sts.get_caller_identity()
    except sts.exceptions.ExpiredTokenException as error:
        return error.response
    except oidc.exceptions.AuthorizationPendingException as error:
        assert_type(error.operation_name, str)
    except stskit.exceptions.LoginRequiredError as error:
        assert error.login is not None
        print(error.login.command)
    except stskit.Error as error:
        assert_type(error.status, str)
    return {}


def bridge() -> None:
    import stskit.botocore

    stskit.botocore.install()


def others() -> None:
    session = stskit.Session.with_process("helper", timeout=5)
    headers = session.sign("GET", "https://example.com/", service="s3", headers={"a": "b"})
    assert_type(headers, "dict[str, str]")
    session.sign_in_with_device_code(lambda code: print(code.user_code))
    session.sign_in_with_browser()
    assert_type(session.list_sso_accounts(), "list[AccountInfoTypeDef]")
    stskit.log_to("stskit", "DEBUG")
    stskit.sign("GET", "https://example.com/", service="s3", region="us-east-1")


def tokens() -> str:
    password = stskit.token("rds", hostname="db.example.com", port=5432, username="app", region=None)
    source = stskit.tokens("web-identity", audience="https://api.example.com", tags={"team": "a"})
    made: stskit.Token = source.get()
    plain: str = stskit.client("rds").generate_db_auth_token("db.example.com", 5432, "app")
    admin: str = stskit.Session().client("dsql").generate_db_connect_admin_auth_token("a.dsql.eu-west-1.on.aws")
    stskit.Credentials("id", "secret").get_token("msk", time=0, region="eu-west-1")
    stskit.sign("GET", "https://example.com/", service="s3", options={"path_encoding": "single"})
    return password.text + made.text + plain + admin

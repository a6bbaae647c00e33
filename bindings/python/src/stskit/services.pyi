"""The clients and their paginators. Made by bindings/python/generate: do not edit it."""

from typing import Any, Literal, Protocol, overload

from typing_extensions import TypedDict, Unpack

from ._client import ClientExceptions, ServiceClient
from ._config import Config
from .exceptions import ClientError
from ._paginate import PageIterator, Paginator
from ._token import Token, TokenSource
from .type_defs import (
    AssumeRoleRequestTypeDef,
    AssumeRoleResponseTypeDef,
    AssumeRoleWithSAMLRequestTypeDef,
    AssumeRoleWithSAMLResponseTypeDef,
    AssumeRoleWithWebIdentityRequestTypeDef,
    AssumeRoleWithWebIdentityResponseTypeDef,
    AssumeRootRequestTypeDef,
    AssumeRootResponseTypeDef,
    BedrockTokenTypeDef,
    CallerIdentityTokenTypeDef,
    CodecommitTokenTypeDef,
    CreateTokenRequestTypeDef,
    CreateTokenResponseTypeDef,
    CreateTokenWithIAMRequestTypeDef,
    CreateTokenWithIAMResponseTypeDef,
    DecodeAuthorizationMessageRequestTypeDef,
    DecodeAuthorizationMessageResponseTypeDef,
    DsqlAdminTokenTypeDef,
    DsqlTokenTypeDef,
    EksExecCredentialTokenTypeDef,
    EksTokenTypeDef,
    ElasticacheTokenTypeDef,
    EmptyResponseMetadataTypeDef,
    GetAccessKeyInfoRequestTypeDef,
    GetAccessKeyInfoResponseTypeDef,
    GetCallerIdentityResponseTypeDef,
    GetDelegatedAccessTokenRequestTypeDef,
    GetDelegatedAccessTokenResponseTypeDef,
    GetFederationTokenRequestTypeDef,
    GetFederationTokenResponseTypeDef,
    GetRoleCredentialsRequestTypeDef,
    GetRoleCredentialsResponseTypeDef,
    GetSessionTokenRequestTypeDef,
    GetSessionTokenResponseTypeDef,
    GetWebIdentityTokenRequestTypeDef,
    GetWebIdentityTokenResponseTypeDef,
    GoogleWorkloadTokenTypeDef,
    IotMqttTokenTypeDef,
    KeyspacesTokenTypeDef,
    LakefsTokenTypeDef,
    ListAccountRolesRequestPaginateTypeDef,
    ListAccountRolesRequestTypeDef,
    ListAccountRolesResponseTypeDef,
    ListAccountsRequestPaginateTypeDef,
    ListAccountsRequestTypeDef,
    ListAccountsResponseTypeDef,
    LogoutRequestTypeDef,
    MemorydbTokenTypeDef,
    MongodbTokenTypeDef,
    MskIamTokenTypeDef,
    MskTokenTypeDef,
    RdsTokenTypeDef,
    RegisterClientRequestTypeDef,
    RegisterClientResponseTypeDef,
    S3TokenTypeDef,
    SesSmtpTokenTypeDef,
    SnowflakeTokenTypeDef,
    StartDeviceAuthorizationRequestTypeDef,
    StartDeviceAuthorizationResponseTypeDef,
    VaultTokenTypeDef,
    WebIdentityTokenTypeDef,
)

class STSExceptions(ClientExceptions):
    ExpiredTokenException: type[ClientError]
    ExpiredTradeInTokenException: type[ClientError]
    IDPCommunicationErrorException: type[ClientError]
    IDPRejectedClaimException: type[ClientError]
    InvalidAuthorizationMessageException: type[ClientError]
    InvalidIdentityTokenException: type[ClientError]
    JWTPayloadSizeExceededException: type[ClientError]
    MalformedPolicyDocumentException: type[ClientError]
    OutboundWebIdentityFederationDisabledException: type[ClientError]
    PackedPolicyTooLargeException: type[ClientError]
    RegionDisabledException: type[ClientError]
    SessionDurationEscalationException: type[ClientError]

class STSClient(ServiceClient):
    @property
    def exceptions(self) -> STSExceptions: ...
    def assume_role(self, **kwargs: Unpack[AssumeRoleRequestTypeDef]) -> AssumeRoleResponseTypeDef: ...
    def assume_role_with_saml(self, **kwargs: Unpack[AssumeRoleWithSAMLRequestTypeDef]) -> AssumeRoleWithSAMLResponseTypeDef: ...
    def assume_role_with_web_identity(self, **kwargs: Unpack[AssumeRoleWithWebIdentityRequestTypeDef]) -> AssumeRoleWithWebIdentityResponseTypeDef: ...
    def assume_root(self, **kwargs: Unpack[AssumeRootRequestTypeDef]) -> AssumeRootResponseTypeDef: ...
    def decode_authorization_message(self, **kwargs: Unpack[DecodeAuthorizationMessageRequestTypeDef]) -> DecodeAuthorizationMessageResponseTypeDef: ...
    def get_access_key_info(self, **kwargs: Unpack[GetAccessKeyInfoRequestTypeDef]) -> GetAccessKeyInfoResponseTypeDef: ...
    def get_caller_identity(self) -> GetCallerIdentityResponseTypeDef: ...
    def get_delegated_access_token(self, **kwargs: Unpack[GetDelegatedAccessTokenRequestTypeDef]) -> GetDelegatedAccessTokenResponseTypeDef: ...
    def get_federation_token(self, **kwargs: Unpack[GetFederationTokenRequestTypeDef]) -> GetFederationTokenResponseTypeDef: ...
    def get_session_token(self, **kwargs: Unpack[GetSessionTokenRequestTypeDef]) -> GetSessionTokenResponseTypeDef: ...
    def get_web_identity_token(self, **kwargs: Unpack[GetWebIdentityTokenRequestTypeDef]) -> GetWebIdentityTokenResponseTypeDef: ...

class SSOExceptions(ClientExceptions):
    InvalidRequestException: type[ClientError]
    ResourceNotFoundException: type[ClientError]
    TooManyRequestsException: type[ClientError]
    UnauthorizedException: type[ClientError]

class ListAccountRolesPaginator(Paginator[ListAccountRolesResponseTypeDef]):
    def paginate(  # type: ignore[override]
        self, **kwargs: Unpack[ListAccountRolesRequestPaginateTypeDef]
    ) -> PageIterator[ListAccountRolesResponseTypeDef]: ...

class ListAccountsPaginator(Paginator[ListAccountsResponseTypeDef]):
    def paginate(  # type: ignore[override]
        self, **kwargs: Unpack[ListAccountsRequestPaginateTypeDef]
    ) -> PageIterator[ListAccountsResponseTypeDef]: ...

class SSOClient(ServiceClient):
    @property
    def exceptions(self) -> SSOExceptions: ...
    def get_role_credentials(self, **kwargs: Unpack[GetRoleCredentialsRequestTypeDef]) -> GetRoleCredentialsResponseTypeDef: ...
    def list_account_roles(self, **kwargs: Unpack[ListAccountRolesRequestTypeDef]) -> ListAccountRolesResponseTypeDef: ...
    def list_accounts(self, **kwargs: Unpack[ListAccountsRequestTypeDef]) -> ListAccountsResponseTypeDef: ...
    def logout(self, **kwargs: Unpack[LogoutRequestTypeDef]) -> EmptyResponseMetadataTypeDef: ...
    @overload  # type: ignore[override]
    def get_paginator(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, operation_name: Literal["list_account_roles"]
    ) -> ListAccountRolesPaginator: ...
    @overload
    def get_paginator(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, operation_name: Literal["list_accounts"]
    ) -> ListAccountsPaginator: ...

class SSOOIDCExceptions(ClientExceptions):
    AccessDeniedException: type[ClientError]
    AuthorizationPendingException: type[ClientError]
    ExpiredTokenException: type[ClientError]
    InternalServerException: type[ClientError]
    InvalidClientException: type[ClientError]
    InvalidClientMetadataException: type[ClientError]
    InvalidGrantException: type[ClientError]
    InvalidRedirectUriException: type[ClientError]
    InvalidRequestException: type[ClientError]
    InvalidRequestRegionException: type[ClientError]
    InvalidScopeException: type[ClientError]
    SlowDownException: type[ClientError]
    UnauthorizedClientException: type[ClientError]
    UnsupportedGrantTypeException: type[ClientError]

class SSOOIDCClient(ServiceClient):
    @property
    def exceptions(self) -> SSOOIDCExceptions: ...
    def create_token(self, **kwargs: Unpack[CreateTokenRequestTypeDef]) -> CreateTokenResponseTypeDef: ...
    def create_token_with_iam(self, **kwargs: Unpack[CreateTokenWithIAMRequestTypeDef]) -> CreateTokenWithIAMResponseTypeDef: ...
    def register_client(self, **kwargs: Unpack[RegisterClientRequestTypeDef]) -> RegisterClientResponseTypeDef: ...
    def start_device_authorization(self, **kwargs: Unpack[StartDeviceAuthorizationRequestTypeDef]) -> StartDeviceAuthorizationResponseTypeDef: ...

class MakeToken(Protocol):
    @overload
    def __call__(self, kind: Literal["rds"], /, **inputs: Unpack[RdsTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["dsql"], /, **inputs: Unpack[DsqlTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["dsql-admin"], /, **inputs: Unpack[DsqlAdminTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["msk"], /, **inputs: Unpack[MskTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["msk-iam"], /, **inputs: Unpack[MskIamTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["eks"], /, **inputs: Unpack[EksTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["eks-exec-credential"], /, **inputs: Unpack[EksExecCredentialTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["elasticache"], /, **inputs: Unpack[ElasticacheTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["memorydb"], /, **inputs: Unpack[MemorydbTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["vault"], /, **inputs: Unpack[VaultTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["lakefs"], /, **inputs: Unpack[LakefsTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["snowflake"], /, **inputs: Unpack[SnowflakeTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["google-workload"], /, **inputs: Unpack[GoogleWorkloadTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["mongodb"], /, **inputs: Unpack[MongodbTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["caller-identity"], /, **inputs: Unpack[CallerIdentityTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["bedrock"], /, **inputs: Unpack[BedrockTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["iot-mqtt"], /, **inputs: Unpack[IotMqttTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["s3"], /, **inputs: Unpack[S3TokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["codecommit"], /, **inputs: Unpack[CodecommitTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["ses-smtp"], /, **inputs: Unpack[SesSmtpTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["keyspaces"], /, **inputs: Unpack[KeyspacesTokenTypeDef]) -> Token: ...
    @overload
    def __call__(self, kind: Literal["web-identity"], /, **inputs: Unpack[WebIdentityTokenTypeDef]) -> Token: ...

class MakeTokenSource(Protocol):
    @overload
    def __call__(self, kind: Literal["rds"], /, **inputs: Unpack[RdsTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["dsql"], /, **inputs: Unpack[DsqlTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["dsql-admin"], /, **inputs: Unpack[DsqlAdminTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["msk"], /, **inputs: Unpack[MskTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["msk-iam"], /, **inputs: Unpack[MskIamTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["eks"], /, **inputs: Unpack[EksTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["eks-exec-credential"], /, **inputs: Unpack[EksExecCredentialTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["elasticache"], /, **inputs: Unpack[ElasticacheTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["memorydb"], /, **inputs: Unpack[MemorydbTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["vault"], /, **inputs: Unpack[VaultTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["lakefs"], /, **inputs: Unpack[LakefsTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["snowflake"], /, **inputs: Unpack[SnowflakeTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["google-workload"], /, **inputs: Unpack[GoogleWorkloadTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["mongodb"], /, **inputs: Unpack[MongodbTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["caller-identity"], /, **inputs: Unpack[CallerIdentityTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["bedrock"], /, **inputs: Unpack[BedrockTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["iot-mqtt"], /, **inputs: Unpack[IotMqttTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["s3"], /, **inputs: Unpack[S3TokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["codecommit"], /, **inputs: Unpack[CodecommitTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["ses-smtp"], /, **inputs: Unpack[SesSmtpTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["keyspaces"], /, **inputs: Unpack[KeyspacesTokenTypeDef]) -> TokenSource: ...
    @overload
    def __call__(self, kind: Literal["web-identity"], /, **inputs: Unpack[WebIdentityTokenTypeDef]) -> TokenSource: ...

class ClientOptions(TypedDict, total=False):
    api_version: str | None
    use_ssl: bool
    verify: bool | str | None
    endpoint_url: str | None
    aws_access_key_id: str | None
    aws_secret_access_key: str | None
    aws_session_token: str | None
    aws_account_id: str | None
    config: Config | Any

def class_of(service_name: str, api_version: str | None = None) -> type[ServiceClient]: ...

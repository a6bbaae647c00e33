"""Members of requests and answers, with the names of types-boto3. Made by bindings/python/generate: do not edit it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from typing_extensions import NotRequired, TypedDict

class ResponseMetadataTypeDef(TypedDict):
    RequestId: str
    HTTPStatusCode: int
    HTTPHeaders: dict[str, str]
    RetryAttempts: int
    HostId: NotRequired[str]

class PaginatorConfigTypeDef(TypedDict):
    MaxItems: NotRequired[int]
    PageSize: NotRequired[int]
    StartingToken: NotRequired[str]

class EmptyResponseMetadataTypeDef(TypedDict):
    ResponseMetadata: ResponseMetadataTypeDef

class CredentialsTypeDef(TypedDict):
    AccessKeyId: str
    SecretAccessKey: str
    SessionToken: str
    Expiration: datetime

class AssumedRoleUserTypeDef(TypedDict):
    AssumedRoleId: str
    Arn: str

class AssumeRoleResponseTypeDef(TypedDict):
    Credentials: CredentialsTypeDef
    AssumedRoleUser: AssumedRoleUserTypeDef
    PackedPolicySize: int
    SourceIdentity: str
    SessionTokenUtilization: int
    SessionTokenSize: int
    ResponseMetadata: ResponseMetadataTypeDef

class PolicyDescriptorTypeTypeDef(TypedDict):
    arn: NotRequired[str]

class TagTypeDef(TypedDict):
    Key: str
    Value: str

class ProvidedContextTypeDef(TypedDict):
    ProviderArn: NotRequired[str]
    ContextAssertion: NotRequired[str]

class AssumeRoleRequestTypeDef(TypedDict):
    RoleArn: str
    RoleSessionName: str
    PolicyArns: NotRequired[Sequence[PolicyDescriptorTypeTypeDef]]
    Policy: NotRequired[str]
    DurationSeconds: NotRequired[int]
    Tags: NotRequired[Sequence[TagTypeDef]]
    TransitiveTagKeys: NotRequired[Sequence[str]]
    ExternalId: NotRequired[str]
    SerialNumber: NotRequired[str]
    TokenCode: NotRequired[str]
    SourceIdentity: NotRequired[str]
    ProvidedContexts: NotRequired[Sequence[ProvidedContextTypeDef]]
    MinimumSessionTokenSize: NotRequired[int]

class AssumeRoleWithSAMLResponseTypeDef(TypedDict):
    Credentials: CredentialsTypeDef
    AssumedRoleUser: AssumedRoleUserTypeDef
    PackedPolicySize: int
    Subject: str
    SubjectType: str
    Issuer: str
    Audience: str
    NameQualifier: str
    SourceIdentity: str
    SessionTokenUtilization: int
    SessionTokenSize: int
    ResponseMetadata: ResponseMetadataTypeDef

class AssumeRoleWithSAMLRequestTypeDef(TypedDict):
    RoleArn: str
    PrincipalArn: str
    SAMLAssertion: str
    PolicyArns: NotRequired[Sequence[PolicyDescriptorTypeTypeDef]]
    Policy: NotRequired[str]
    DurationSeconds: NotRequired[int]
    MinimumSessionTokenSize: NotRequired[int]

class AssumeRoleWithWebIdentityResponseTypeDef(TypedDict):
    Credentials: CredentialsTypeDef
    SubjectFromWebIdentityToken: str
    AssumedRoleUser: AssumedRoleUserTypeDef
    PackedPolicySize: int
    Provider: str
    Audience: str
    SourceIdentity: str
    SessionTokenUtilization: int
    SessionTokenSize: int
    ResponseMetadata: ResponseMetadataTypeDef

class AssumeRoleWithWebIdentityRequestTypeDef(TypedDict):
    RoleArn: str
    RoleSessionName: str
    WebIdentityToken: str
    ProviderId: NotRequired[str]
    PolicyArns: NotRequired[Sequence[PolicyDescriptorTypeTypeDef]]
    Policy: NotRequired[str]
    DurationSeconds: NotRequired[int]
    MinimumSessionTokenSize: NotRequired[int]

class AssumeRootResponseTypeDef(TypedDict):
    Credentials: CredentialsTypeDef
    SourceIdentity: str
    SessionTokenUtilization: int
    SessionTokenSize: int
    ResponseMetadata: ResponseMetadataTypeDef

class AssumeRootRequestTypeDef(TypedDict):
    TargetPrincipal: str
    TaskPolicyArn: PolicyDescriptorTypeTypeDef
    DurationSeconds: NotRequired[int]
    MinimumSessionTokenSize: NotRequired[int]

class DecodeAuthorizationMessageResponseTypeDef(TypedDict):
    DecodedMessage: str
    ResponseMetadata: ResponseMetadataTypeDef

class DecodeAuthorizationMessageRequestTypeDef(TypedDict):
    EncodedMessage: str

class GetAccessKeyInfoResponseTypeDef(TypedDict):
    Account: str
    ResponseMetadata: ResponseMetadataTypeDef

class GetAccessKeyInfoRequestTypeDef(TypedDict):
    AccessKeyId: str

class GetCallerIdentityResponseTypeDef(TypedDict):
    UserId: str
    Account: str
    Arn: str
    ResponseMetadata: ResponseMetadataTypeDef

class GetDelegatedAccessTokenResponseTypeDef(TypedDict):
    Credentials: CredentialsTypeDef
    PackedPolicySize: int
    AssumedPrincipal: str
    ResponseMetadata: ResponseMetadataTypeDef

class GetDelegatedAccessTokenRequestTypeDef(TypedDict):
    TradeInToken: str

class FederatedUserTypeDef(TypedDict):
    FederatedUserId: str
    Arn: str

class GetFederationTokenResponseTypeDef(TypedDict):
    Credentials: CredentialsTypeDef
    FederatedUser: FederatedUserTypeDef
    PackedPolicySize: int
    SessionTokenUtilization: int
    SessionTokenSize: int
    ResponseMetadata: ResponseMetadataTypeDef

class GetFederationTokenRequestTypeDef(TypedDict):
    Name: str
    Policy: NotRequired[str]
    PolicyArns: NotRequired[Sequence[PolicyDescriptorTypeTypeDef]]
    DurationSeconds: NotRequired[int]
    Tags: NotRequired[Sequence[TagTypeDef]]
    MinimumSessionTokenSize: NotRequired[int]

class GetSessionTokenResponseTypeDef(TypedDict):
    Credentials: CredentialsTypeDef
    SessionTokenUtilization: int
    SessionTokenSize: int
    ResponseMetadata: ResponseMetadataTypeDef

class GetSessionTokenRequestTypeDef(TypedDict):
    DurationSeconds: NotRequired[int]
    SerialNumber: NotRequired[str]
    TokenCode: NotRequired[str]
    MinimumSessionTokenSize: NotRequired[int]

class GetWebIdentityTokenResponseTypeDef(TypedDict):
    WebIdentityToken: str
    Expiration: datetime
    ResponseMetadata: ResponseMetadataTypeDef

class GetWebIdentityTokenRequestTypeDef(TypedDict):
    Audience: Sequence[str]
    SigningAlgorithm: str
    DurationSeconds: NotRequired[int]
    Tags: NotRequired[Sequence[TagTypeDef]]

class RoleCredentialsTypeDef(TypedDict):
    accessKeyId: NotRequired[str]
    secretAccessKey: NotRequired[str]
    sessionToken: NotRequired[str]
    expiration: NotRequired[int]

class GetRoleCredentialsResponseTypeDef(TypedDict):
    roleCredentials: RoleCredentialsTypeDef
    ResponseMetadata: ResponseMetadataTypeDef

class GetRoleCredentialsRequestTypeDef(TypedDict):
    roleName: str
    accountId: str
    accessToken: str

class RoleInfoTypeDef(TypedDict):
    roleName: NotRequired[str]
    accountId: NotRequired[str]

class ListAccountRolesResponseTypeDef(TypedDict):
    roleList: list[RoleInfoTypeDef]
    ResponseMetadata: ResponseMetadataTypeDef
    nextToken: NotRequired[str]

class ListAccountRolesRequestTypeDef(TypedDict):
    accessToken: str
    accountId: str
    nextToken: NotRequired[str]
    maxResults: NotRequired[int]

class ListAccountRolesRequestPaginateTypeDef(TypedDict):
    accessToken: str
    accountId: str
    PaginationConfig: NotRequired[PaginatorConfigTypeDef]

class AccountInfoTypeDef(TypedDict):
    accountId: NotRequired[str]
    accountName: NotRequired[str]
    emailAddress: NotRequired[str]

class ListAccountsResponseTypeDef(TypedDict):
    accountList: list[AccountInfoTypeDef]
    ResponseMetadata: ResponseMetadataTypeDef
    nextToken: NotRequired[str]

class ListAccountsRequestTypeDef(TypedDict):
    accessToken: str
    nextToken: NotRequired[str]
    maxResults: NotRequired[int]

class ListAccountsRequestPaginateTypeDef(TypedDict):
    accessToken: str
    PaginationConfig: NotRequired[PaginatorConfigTypeDef]

class LogoutRequestTypeDef(TypedDict):
    accessToken: str

class CreateTokenResponseTypeDef(TypedDict):
    accessToken: str
    tokenType: str
    expiresIn: int
    refreshToken: str
    idToken: str
    ResponseMetadata: ResponseMetadataTypeDef

class CreateTokenRequestTypeDef(TypedDict):
    clientId: str
    clientSecret: str
    grantType: str
    deviceCode: NotRequired[str]
    code: NotRequired[str]
    refreshToken: NotRequired[str]
    scope: NotRequired[Sequence[str]]
    redirectUri: NotRequired[str]
    codeVerifier: NotRequired[str]

class AwsAdditionalDetailsTypeDef(TypedDict):
    identityContext: NotRequired[str]

class CreateTokenWithIAMResponseTypeDef(TypedDict):
    accessToken: str
    tokenType: str
    expiresIn: int
    refreshToken: str
    idToken: str
    issuedTokenType: str
    scope: list[str]
    awsAdditionalDetails: AwsAdditionalDetailsTypeDef
    ResponseMetadata: ResponseMetadataTypeDef

class CreateTokenWithIAMRequestTypeDef(TypedDict):
    clientId: str
    grantType: str
    code: NotRequired[str]
    refreshToken: NotRequired[str]
    assertion: NotRequired[str]
    scope: NotRequired[Sequence[str]]
    redirectUri: NotRequired[str]
    subjectToken: NotRequired[str]
    subjectTokenType: NotRequired[str]
    requestedTokenType: NotRequired[str]
    codeVerifier: NotRequired[str]

class RegisterClientResponseTypeDef(TypedDict):
    clientId: str
    clientSecret: str
    clientIdIssuedAt: int
    clientSecretExpiresAt: int
    authorizationEndpoint: str
    tokenEndpoint: str
    ResponseMetadata: ResponseMetadataTypeDef

class RegisterClientRequestTypeDef(TypedDict):
    clientName: str
    clientType: str
    scopes: NotRequired[Sequence[str]]
    redirectUris: NotRequired[Sequence[str]]
    grantTypes: NotRequired[Sequence[str]]
    issuerUrl: NotRequired[str]
    entitledApplicationArn: NotRequired[str]

class StartDeviceAuthorizationResponseTypeDef(TypedDict):
    deviceCode: str
    userCode: str
    verificationUri: str
    verificationUriComplete: str
    expiresIn: int
    interval: int
    ResponseMetadata: ResponseMetadataTypeDef

class StartDeviceAuthorizationRequestTypeDef(TypedDict):
    clientId: str
    clientSecret: str
    startUrl: str

class RdsTokenTypeDef(TypedDict):
    hostname: str
    port: int
    username: str
    region: NotRequired[str | None]
    expires_in: NotRequired[int | None]
    min_ttl: NotRequired[int | None]

class DsqlTokenTypeDef(TypedDict):
    hostname: str
    region: NotRequired[str | None]
    expires_in: NotRequired[int | None]
    min_ttl: NotRequired[int | None]

class DsqlAdminTokenTypeDef(TypedDict):
    hostname: str
    region: NotRequired[str | None]
    expires_in: NotRequired[int | None]
    min_ttl: NotRequired[int | None]

class MskTokenTypeDef(TypedDict):
    region: NotRequired[str | None]
    user_agent: NotRequired[str | None]
    dns_suffix: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class MskIamTokenTypeDef(TypedDict):
    hostname: str
    region: NotRequired[str | None]
    user_agent: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class EksTokenTypeDef(TypedDict):
    cluster: str
    region: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class EksExecCredentialTokenTypeDef(TypedDict):
    cluster: str
    region: NotRequired[str | None]
    exec_info: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class ElasticacheTokenTypeDef(TypedDict):
    cache: str
    username: str
    region: NotRequired[str | None]
    serverless: NotRequired[bool | None]
    min_ttl: NotRequired[int | None]

class MemorydbTokenTypeDef(TypedDict):
    cluster: str
    username: str
    region: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class VaultTokenTypeDef(TypedDict):
    role: NotRequired[str | None]
    server_id: NotRequired[str | None]
    region: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class LakefsTokenTypeDef(TypedDict):
    region: NotRequired[str | None]
    server_id: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class SnowflakeTokenTypeDef(TypedDict):
    region: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class GoogleWorkloadTokenTypeDef(TypedDict):
    provider: str
    region: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class MongodbTokenTypeDef(TypedDict):
    nonce: bytes | str
    hostname: str
    min_ttl: NotRequired[int | None]

class CallerIdentityTokenTypeDef(TypedDict):
    region: NotRequired[str | None]
    form: NotRequired[str | None]
    headers: NotRequired[Mapping[str, str] | None]
    min_ttl: NotRequired[int | None]

class BedrockTokenTypeDef(TypedDict):
    region: NotRequired[str | None]
    expires_in: NotRequired[int | None]
    min_ttl: NotRequired[int | None]

class IotMqttTokenTypeDef(TypedDict):
    hostname: str
    region: NotRequired[str | None]
    port: NotRequired[int | None]
    min_ttl: NotRequired[int | None]

class S3TokenTypeDef(TypedDict):
    hostname: str
    key: str
    method: NotRequired[str | None]
    region: NotRequired[str | None]
    expires_in: NotRequired[int | None]
    min_ttl: NotRequired[int | None]

class CodecommitTokenTypeDef(TypedDict):
    repository: str
    region: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class SesSmtpTokenTypeDef(TypedDict):
    region: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class KeyspacesTokenTypeDef(TypedDict):
    challenge: bytes | str
    region: NotRequired[str | None]
    min_ttl: NotRequired[int | None]

class WebIdentityTokenTypeDef(TypedDict):
    audience: NotRequired[str | None]
    region: NotRequired[str | None]
    expires_in: NotRequired[int | None]
    signing_algorithm: NotRequired[str | None]
    tags: NotRequired[Mapping[str, str] | None]
    config: NotRequired[str | None]

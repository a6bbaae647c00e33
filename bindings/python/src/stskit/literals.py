"""Names that types-boto3 and types-aiobotocore use, as literals. Made by bindings/python/generate: do not edit it."""

from typing import Literal

STSServiceName = Literal["sts"]
ListAccountRolesPaginatorName = Literal["list_account_roles"]
ListAccountsPaginatorName = Literal["list_accounts"]
SSOServiceName = Literal["sso"]
SSOOIDCServiceName = Literal["sso-oidc"]
ServiceName = Literal["sts", "sso", "sso-oidc"]
PaginatorName = Literal["list_account_roles", "list_accounts"]
RegionName = Literal[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
]
TokenKind = Literal[
    "rds",
    "dsql",
    "dsql-admin",
    "msk",
    "msk-iam",
    "eks",
    "eks-exec-credential",
    "elasticache",
    "memorydb",
    "vault",
    "lakefs",
    "snowflake",
    "google-workload",
    "mongodb",
    "caller-identity",
    "bedrock",
    "iot-mqtt",
    "s3",
    "codecommit",
    "ses-smtp",
    "keyspaces",
    "web-identity",
]

"""boto3 and botocore, as the Rust peers: `sign N`, `call N`, `cached N`, `profile N`, `chain` (the first credentials
and nothing else), or one cold AssumeRole without arguments."""

import sys
import time

BODY = (
    "Action=AssumeRole&Version=2011-06-15"
    "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fbench&RoleSessionName=bench"
)
ROLE = {"RoleArn": "arn:aws:iam::123456789012:role/bench", "RoleSessionName": "bench"}


def signer():
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    token = ("IQoJb3JpZ2luX2VjEXAMPLE/+" * 21)[:520]
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    auth = SigV4Auth(Credentials("AKIAIOSFODNN7EXAMPLE", secret, token), "sts", "us-east-1")
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    url = "https://sts.us-east-1.amazonaws.com/"
    return lambda: auth.add_auth(AWSRequest("POST", url, data=BODY, headers=dict(headers)))


def caller():
    import boto3

    client = boto3.client("sts")
    return lambda: client.assume_role(**ROLE)


def looker_up():
    import boto3

    credentials = boto3.Session().get_credentials()
    return credentials.get_frozen_credentials


def chain():
    import boto3

    return boto3.Session().get_credentials().get_frozen_credentials()


def main():
    what = sys.argv[1] if len(sys.argv) > 1 else "cold"
    if what == "chain":
        print(chain().access_key)
        return
    work = {"sign": signer, "cached": looker_up, "profile": lambda: chain}.get(what, caller)()
    if what == "cold":
        print(work()["Credentials"]["AccessKeyId"])
        return
    start = time.perf_counter_ns()
    for _ in range(int(sys.argv[2])):
        work()
    print(time.perf_counter_ns() - start)


main()

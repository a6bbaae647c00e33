"""HashiCorp Vault by hvac: logs in with AWS auth, with whatever credentials the default chain has.

    VAULT_ADDR=https://vault.example.com python3 vault_hvac.py my-role vault.example.com

hvac's own `auth.aws.iam_login()` wants the keys; here they never leave the library.
"""

import json
import sys

import hvac
import stskit


def login(client, role, server_id=None, mount_point="aws", region=None):
    """`server_id`: what the server's iam_server_id_header_value says. `region`: only if the server is set up for the
    STS endpoint of one."""
    body = stskit.token("vault", role=role, server_id=server_id, region=region)
    return client.login(f"/v1/auth/{mount_point}/login", json=json.loads(body.text))


def main():
    client = hvac.Client()  # VAULT_ADDR
    login(client, sys.argv[1], *sys.argv[2:3])
    print("logged in:", client.token is not None)


if __name__ == "__main__":
    main()

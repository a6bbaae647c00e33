"""Valkey or Redis of ElastiCache by redis-py: a credential provider, which redis-py asks for each connection.

    python3 redis_redis_py.py my-cache-abc123.serverless.euw1.cache.amazonaws.com 6379 my-cache app
"""

import sys

import redis
import stskit


class ElastiCacheIam(redis.CredentialProvider):
    """The user id and a new token. For MemoryDB: `stskit.tokens("memorydb", cluster=..., username=...)`."""

    def __init__(self, cache, user, serverless=False):
        self.user = user
        self.source = stskit.tokens("elasticache", cache=cache, username=user, serverless=serverless)

    def get_credentials(self):
        return self.user, self.source.get().text


def main():
    address, port, cache, user = sys.argv[1:5]
    # The services take TLS only.
    tls = "--no-tls" not in sys.argv[5:]
    with redis.Redis(address, int(port), ssl=tls, credential_provider=ElastiCacheIam(cache, user)) as client:
        assert client.ping()
    print("logged in as", user)


if __name__ == "__main__":
    main()

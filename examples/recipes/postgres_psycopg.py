"""PostgreSQL of RDS, Aurora or DSQL by psycopg: a connection that logs in with a new token each time.

    python3 postgres_psycopg.py mydb.abc.eu-west-1.rds.amazonaws.com 5432 app 'dbname=app sslmode=verify-full'

With psycopg_pool: `ConnectionPool(conninfo, connection_class=IamConnection, kwargs={...})`.
"""

import sys

import psycopg
import stskit


class IamConnection(psycopg.Connection):
    """`host`, `port` and `user` are those of the database; `hostaddr` and `tunnel_port` those of a tunnel's end."""

    @classmethod
    def connect(cls, conninfo="", *, host, port, user, tunnel_port=None, **options):
        token = stskit.token("rds", hostname=host, port=port, username=user)
        options.update(host=host, port=tunnel_port or port, user=user, password=token.text)
        return super().connect(conninfo, **options)


def main():
    host, port, user, conninfo = sys.argv[1:5]
    more = dict(pair.split("=", 1) for pair in sys.argv[5:])
    with IamConnection.connect(conninfo, host=host, port=int(port), user=user, **more) as connection:
        print("logged in as", connection.info.user)


if __name__ == "__main__":
    main()

"""A host application on the same database server, with a connection of its own."""

import contextlib

import pymysql


@contextlib.contextmanager
def host_connection(stack, isolation="REPEATABLE READ", autocommit=False):
    connection = pymysql.connect(
        unix_socket=stack.env["PATCHBAY_DB_SOCKET"],
        user="root",
        database=stack.env["PATCHBAY_DB_NAME"],
        charset="utf8mb4",
        autocommit=autocommit,
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET SESSION TRANSACTION ISOLATION LEVEL {isolation}")
        yield connection
    finally:
        connection.close()


def emit_event(connection, user, data="{}", type="lead.created"):
    with connection.cursor() as cursor:
        cursor.execute("CALL emit_event(%s, %s, %s)", (user, type, data))

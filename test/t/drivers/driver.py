# psycopg 3 for drivers.pl, which says what is in the file of calls and what is printed.
import datetime
import sys

import psycopg

SENT = {
    "text": str,
    "date": datetime.date.fromisoformat,
    "int": int,
    "null": lambda text: None,
    "array": lambda text: [None if element == "\x06" else element for element in text.split("\x1e")],
    "empty": lambda text: [],
}


def printed(*fields):
    print(" | ".join(" ".join(str(field or "").split()) for field in fields))


connection = psycopg.connect(sys.argv[1], autocommit=True)
for line in open(sys.argv[2], encoding="utf-8", newline="\n"):
    name, sql, *values = line.rstrip("\n").split("\x1f")
    values = [SENT[value.split(":", 1)[0]](value.split(":", 1)[1]) for value in values]
    # this driver has %s for $1, $2 and so on
    for number in range(len(values), 0, -1):
        sql = sql.replace(f"${number}", "%s")
    try:
        rows = connection.execute(sql, values or None, prepare=True).fetchall()
        printed(name, "; ".join(" ".join("NULL" if value is None else str(value) for value in row) for row in rows))
    except psycopg.Error as error:
        printed(name, error.sqlstate, error.diag.message_primary, error.diag.message_hint, error.diag.context)

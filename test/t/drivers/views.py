# psycopg 3 for drivers.pl: the kind of each column of each view, from its values and from what the driver says of it,
# received as text and in binary form.
import datetime
import sys

import psycopg

KIND = {bool: "boolean", int: "number", float: "number", str: "text", datetime.date: "date"}
NAME = {"bool": "boolean", "int8": "number", "float8": "number", "text": "text", "date": "date"}

connection = psycopg.connect(sys.argv[1], autocommit=True)
for view in open(sys.argv[2], encoding="utf-8").read().split():
    kinds = {}
    for binary in (False, True):
        with connection.cursor(binary=binary) as cursor:
            rows = cursor.execute(f"SELECT * FROM {view}").fetchall()
            for number, column in enumerate(cursor.description):
                of_values = {KIND.get(type(row[number]), type(row[number]).__name__) for row in rows if row[number] is not None}
                kinds.setdefault(column.name, set()).update(of_values, [NAME.get(connection.adapters.types[column.type_code].name, "other")])
    for column, found in kinds.items():
        print(f"{view}.{column} {' '.join(sorted(found))}")

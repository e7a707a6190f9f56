# SQLAlchemy for drivers.pl: the kind of each column of each view, as reflection finds it, with its comment; a warning is
# an error.
import sys
import warnings

import sqlalchemy
from sqlalchemy import types

warnings.simplefilter("error")
KINDS = [(types.Boolean, "boolean"), (types.Date, "date"), (types.Integer, "number"), (types.Numeric, "number"), (types.String, "text")]

engine = sqlalchemy.create_engine(sys.argv[1])
for view in open(sys.argv[2], encoding="utf-8").read().split():
    schema, name = view.split(".")
    table = sqlalchemy.Table(name, sqlalchemy.MetaData(), schema=schema, autoload_with=engine)
    for column in table.columns:
        kind = next((kind for type_, kind in KINDS if isinstance(column.type, type_)), repr(column.type))
        print(f"{view}.{column.name} {kind}{'' if column.comment else ' without a comment'}")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.select(table)).fetchall()

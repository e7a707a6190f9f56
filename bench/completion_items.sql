-- What completion_items.tsv times: the sessions of completion.sql, a million unless said.
\if :{?rows}
\else
\set rows 1000000
\endif
\ir completion.sql

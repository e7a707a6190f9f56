-- equipair: pairing coverage, completion rates and gap indices, in SQL.
-- Assembled from sql/parts/; run it with CREATE EXTENSION, never by hand.

\echo Use "CREATE EXTENSION equipair" to load this file. \quit

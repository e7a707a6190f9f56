-- equipair: the update from 1.0.0 to 1.1.0.
-- Run it with ALTER EXTENSION, never by hand.

\echo Use "ALTER EXTENSION equipair UPDATE TO '1.1.0'" to load this file. \quit
